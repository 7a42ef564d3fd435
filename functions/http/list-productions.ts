// GET /productions: the user's productions, newest first.
import * as z from "zod/mini";
import { type Accepted, httpFunction } from "../../shared/http/http-function.ts";
import { id } from "../../shared/http/id.ts";
import { idCursor, listQuery, page } from "../../shared/http/list-query.ts";
import { listOf } from "../../shared/http/openapi/shapes/common.ts";
import { shownProduction } from "../../shared/http/openapi/shapes/production.ts";
import { ok } from "../../shared/http/results.ts";
import { listProductions } from "../../shared/productions/reading/find.ts";
import { publicProduction } from "../../shared/productions/reading/public-production.ts";
import { requestRuntime } from "../../shared/runtime/runtime.ts";

const query = z.strictObject({
  ...listQuery.shape,
  projectId: z.optional(id).register(z.globalRegistry, { description: "Only those of this project." }),
});

async function listOwnProductions({ query: { limit, cursor, projectId }, user }: Accepted<undefined, typeof query>) {
  const after = idCursor(cursor);
  const { productions, next } = await listProductions(requestRuntime(), user.id, { limit, after, projectId });
  return ok(page(productions.map(publicProduction), null, next));
}

export const handler = httpFunction(
  requestRuntime,
  {
    query,
    auth: "user",
    summary: "The caller's productions, newest first.",
    answers: () => ({ 200: listOf(shownProduction) }),
  },
  listOwnProductions,
);
