// DELETE /projects/{id}: remove a project with its drafts and its pictures.
import { type Accepted, httpFunction } from "../../shared/http/http-function.ts";
import { nothing } from "../../shared/http/openapi/shapes/common.ts";
import { ok } from "../../shared/http/results.ts";
import { deleteProject } from "../../shared/projects/delete-project.ts";
import { requestRuntime } from "../../shared/runtime/runtime.ts";

async function removeProject({ params: { id = "" }, user }: Accepted) {
  await deleteProject(requestRuntime(), { userId: user.id, projectId: id });
  return ok(null);
}

export const handler = httpFunction(
  requestRuntime,
  {
    auth: "user",
    summary: "Remove a project with its scenes, characters and pictures.",
    description:
      "It is gone at once; scenes and pictures follow within minutes. Jobs that were made for it stay, with their outputs.",
    answers: () => ({ 200: nothing }),
    errors: ["conflict"],
  },
  removeProject,
);
