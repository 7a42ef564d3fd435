// POST /admin/codes: makes codes that users redeem for credits. They are shown in this answer and never again.
import * as z from "zod/mini";
import { MAX_CODES_AT_ONCE, MAX_CREDITS_OF_CODE, makeCodes } from "../../shared/credits/codes-making.ts";
import { type Accepted, httpFunction } from "../../shared/http/http-function.ts";
import { invalidRequest } from "../../shared/http/invalid.ts";
import { newCodes } from "../../shared/http/openapi/shapes/credits.ts";
import { created } from "../../shared/http/results.ts";
import { requestRuntime } from "../../shared/runtime/runtime.ts";

export const accepts = z.strictObject({
  credits: z.int().check(z.minimum(1), z.maximum(MAX_CREDITS_OF_CODE)),
  count: z.int().check(z.minimum(1), z.maximum(MAX_CODES_AT_ONCE)),
  expiresAt: z.nullish(
    z.iso.datetime({ offset: true, error: "must be a time in ISO 8601 with its zone, like 2026-12-31T23:59:59Z" }),
  ),
});

async function createCodes({ body: { credits, count: wanted, expiresAt } }: Accepted<typeof accepts>) {
  const end = expiresAt == null ? null : Date.parse(expiresAt);
  if (end !== null && end <= requestRuntime().clock.now()) {
    throw invalidRequest([{ path: "expiresAt", message: "must be in the future" }]);
  }
  const codes = await makeCodes(requestRuntime(), { credits, count: wanted, expiresAt: end });
  const shownEnd = end === null ? null : new Date(end).toISOString();
  return created({ items: codes.map((code) => ({ code, credits, expiresAt: shownEnd })) });
}

export const handler = httpFunction(
  requestRuntime,
  {
    body: accepts,
    auth: "admin",
    summary: "New codes that users redeem for credits. Nobody can see them again.",
    answers: () => ({ 201: newCodes }),
  },
  createCodes,
);
