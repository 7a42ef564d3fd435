// Ways into the product that the API does not offer: making a code, and redeeming it.
import * as z from "zod";
import { codeItem, redeemCode } from "../../shared/credits/codes.ts";
import type { HttpDeclaration } from "../../shared/events/declaration.ts";
import type { HttpHandler } from "../../shared/events/http.ts";
import { httpFunction } from "../../shared/http/http-function.ts";
import { created, ok } from "../../shared/http/results.ts";
import { runtime } from "../../shared/runtime/runtime.ts";

const makeCode = httpFunction(
  runtime,
  { body: z.strictObject({ code: z.string(), credits: z.int() }), auth: "none" },
  async ({ body }) => {
    const { table, clock } = runtime();
    const code = { ...body, expiresAt: null, claimedBy: null, isDone: false };
    return created({ version: await table.put(codeItem(code, clock.now()), "absent") });
  },
);

const redeem = httpFunction(
  runtime,
  { body: z.strictObject({ code: z.string() }), auth: "user" },
  async ({ body, user }) => ok(await redeemCode(runtime(), user.id, body.code)),
);

export const entries: readonly HttpDeclaration[] = [
  declare("make-code", "/crash/codes", makeCode),
  declare("redeem-code", "/crash/redeem", redeem),
];

function declare(name: string, path: string, handler: HttpHandler): HttpDeclaration {
  return {
    name,
    trigger: { type: "http", method: "POST", path },
    memoryMb: 256,
    timeoutSeconds: 10,
    load: async () => ({ handler }),
  };
}
