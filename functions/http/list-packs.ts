// GET /credits/packs: which credits can be bought, and for how much; nothing where none are sold.
import { httpFunction } from "../../shared/http/http-function.ts";
import { packs } from "../../shared/http/openapi/shapes/credits.ts";
import { ok } from "../../shared/http/results.ts";
import { requestRuntime } from "../../shared/runtime/runtime.ts";

async function listPacks() {
  const { payments } = requestRuntime();
  return ok({ enabled: payments !== null, items: payments?.packs ?? [] });
}

export const handler = httpFunction(
  requestRuntime,
  {
    auth: "none",
    summary: "The credits that can be bought here, and their prices; `enabled` is false where none are sold.",
    answers: () => ({ 200: packs }),
  },
  listPacks,
);
