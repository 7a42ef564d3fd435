// GET /productions/{id}/nodes: the parts of a production, in the order of its plan.
import { type Accepted, httpFunction } from "../../shared/http/http-function.ts";
import { listQuery, numberCursor, page } from "../../shared/http/list-query.ts";
import { listOf } from "../../shared/http/openapi/shapes/common.ts";
import { shownNode } from "../../shared/http/openapi/shapes/production.ts";
import { ok } from "../../shared/http/results.ts";
import { findProduction } from "../../shared/productions/reading/find.ts";
import { listNodes } from "../../shared/productions/reading/public-production.ts";
import { requestRuntime } from "../../shared/runtime/runtime.ts";

async function listOwnNodes({
  query: { limit, cursor },
  params: { id = "" },
  user,
}: Accepted<undefined, typeof listQuery>) {
  const after = numberCursor(cursor);
  const production = await findProduction(requestRuntime(), { userId: user.id, productionId: id });
  const { items, total, next } = await listNodes(requestRuntime(), production, { limit, after });
  return ok(page(items, total, next === null ? null : `${next}`));
}

export const handler = httpFunction(
  requestRuntime,
  {
    query: listQuery,
    auth: "user",
    summary: "The parts of a production, with their files and the jobs that made them, in the order of the plan.",
    description: "Until the screenplay is written it is the only one.",
    answers: () => ({ 200: listOf(shownNode) }),
  },
  listOwnNodes,
);
