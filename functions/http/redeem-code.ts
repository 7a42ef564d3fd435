// POST /credits/redeem: the credits of a code, once; the user who has them may ask again and hears the same.
import * as z from "zod/mini";
import { redeemCode } from "../../shared/credits/codes.ts";
import { readSpelling } from "../../shared/credits/codes-spelling.ts";
import { requireAccount } from "../../shared/credits/public-credits.ts";
import { type Accepted, httpFunction } from "../../shared/http/http-function.ts";
import { redeemed } from "../../shared/http/openapi/shapes/credits.ts";
import { ok } from "../../shared/http/results.ts";
import { text } from "../../shared/http/text.ts";
import { guardGuess } from "../../shared/limits/guess-guard.ts";
import { requestRuntime } from "../../shared/runtime/runtime.ts";

/** What is no code by its own check symbols is refused here: that costs the user no guess, and the table no look. */
const code = z.pipe(
  text({ min: 1, max: 100 }).check(
    z.refine((typed) => readSpelling(typed) !== null, {
      error: "has a typing error: a code looks like DF-XXXXX-XXXXX-XXXXX-XXXXX, and this one does not add up",
      abort: true,
    }),
  ),
  z.transform((typed) => readSpelling(typed)?.id ?? ""),
);

export const accepts = z.strictObject({ code });

async function redeem({ body, user, remoteAddress }: Accepted<typeof accepts>) {
  const who = { userId: user.id, address: remoteAddress };
  const { credits } = await guardGuess(requestRuntime(), who, () => redeemCode(requestRuntime(), user.id, body.code));
  return ok({ credits, balance: (await requireAccount(requestRuntime().table, user.id)).balance });
}

export const handler = httpFunction(
  requestRuntime,
  {
    body: accepts,
    auth: "user",
    summary: "The credits of a code, once; whoever has them may ask again.",
    answers: () => ({ 200: redeemed }),
    errors: ["not_found", "conflict"],
  },
  redeem,
);
