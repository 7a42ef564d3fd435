// GET /credits/transactions: the lines of the ledger, newest first.
import { readLedger } from "../../shared/credits/ledger.ts";
import { publicLine } from "../../shared/credits/public-credits.ts";
import { AppError } from "../../shared/errors/app-error.ts";
import { type Accepted, httpFunction } from "../../shared/http/http-function.ts";
import { listQuery, numberCursor, page } from "../../shared/http/list-query.ts";
import { listOf } from "../../shared/http/openapi/shapes/common.ts";
import { transaction } from "../../shared/http/openapi/shapes/credits.ts";
import { ok } from "../../shared/http/results.ts";
import { requestRuntime } from "../../shared/runtime/runtime.ts";

async function listTransactions({ query: { limit, cursor }, user }: Accepted<undefined, typeof listQuery>) {
  const ledger = await readLedger(requestRuntime().table, user.id, { limit, before: numberCursor(cursor) });
  if (!ledger) throw new AppError("not_found");
  const oldest = ledger.lines.at(-1)?.n ?? 1;
  return ok(page(ledger.lines.map(publicLine), ledger.total, oldest > 1 ? String(oldest) : null));
}

export const handler = httpFunction(
  requestRuntime,
  {
    query: listQuery,
    auth: "user",
    summary: "The lines of the ledger, newest first.",
    answers: () => ({ 200: listOf(transaction) }),
  },
  listTransactions,
);
