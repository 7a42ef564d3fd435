// DELETE /projects/{id}: remove a project with its drafts and its pictures.
import { type Accepted, httpFunction } from "../../shared/http/http-function.ts";
import { nothing } from "../../shared/http/openapi/shapes/common.ts";
import { ok } from "../../shared/http/results.ts";
import { removeProject as removeWithProductions } from "../../shared/productions/deleting/ask.ts";
import { requestRuntime } from "../../shared/runtime/runtime.ts";

async function removeProject({ params: { id = "" }, user }: Accepted) {
  await removeWithProductions(requestRuntime(), { userId: user.id, projectId: id });
  return ok(null);
}

export const handler = httpFunction(
  requestRuntime,
  {
    auth: "user",
    summary: "Remove a project with its scenes, characters and pictures.",
    description:
      "It is gone at once; scenes and pictures follow within minutes, and its productions with all that they made. One that is under way is stopped first: what it has made by then is charged, as with a cancel, and the rest comes back. Jobs that were made for it otherwise stay, with their outputs. A project cannot be removed while an unfinished job works on a picture that a film of it has made.",
    answers: () => ({ 200: nothing }),
    errors: ["conflict"],
  },
  removeProject,
);
