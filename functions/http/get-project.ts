// GET /projects/{id}: the project as it is now, and the drafts that there are of it.
import { type Accepted, httpFunction } from "../../shared/http/http-function.ts";
import { projectWithDrafts } from "../../shared/http/openapi/shapes/project.ts";
import { ok } from "../../shared/http/results.ts";
import { showProject } from "../../shared/projects/list.ts";
import { requestRuntime } from "../../shared/runtime/runtime.ts";

async function getProject({ params: { id = "" }, user }: Accepted) {
  return ok(await showProject(requestRuntime(), { userId: user.id, projectId: id }));
}

export const handler = httpFunction(
  requestRuntime,
  {
    auth: "user",
    summary: "A project as it is now, with the screenplays that were written for it.",
    answers: () => ({ 200: projectWithDrafts }),
  },
  getProject,
);
