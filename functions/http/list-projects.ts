// GET /projects: the user's projects, newest first.
import { type Accepted, httpFunction } from "../../shared/http/http-function.ts";
import { idCursor, listQuery, page } from "../../shared/http/list-query.ts";
import { listOf } from "../../shared/http/openapi/shapes/common.ts";
import { shownProject } from "../../shared/http/openapi/shapes/project.ts";
import { ok } from "../../shared/http/results.ts";
import { listProjects } from "../../shared/projects/list.ts";
import { requestRuntime } from "../../shared/runtime/runtime.ts";

async function listOwnProjects({ query: { limit, cursor }, user }: Accepted<undefined, typeof listQuery>) {
  const { items, total, next } = await listProjects(requestRuntime(), user.id, { limit, after: idCursor(cursor) });
  return ok(page(items, total, next));
}

export const handler = httpFunction(
  requestRuntime,
  {
    query: listQuery,
    auth: "user",
    summary: "The caller's projects, newest first.",
    answers: () => ({ 200: listOf(shownProject) }),
  },
  listOwnProjects,
);
