// PUT /projects/{id}/scenes/{sceneId}: another text, other shots, or a take for one of them.
import { type Accepted, httpFunction } from "../../shared/http/http-function.ts";
import { shownScene } from "../../shared/http/openapi/shapes/project.ts";
import { sceneChange } from "../../shared/http/requests/projects/scene.ts";
import { ok } from "../../shared/http/results.ts";
import { sceneIdPattern } from "../../shared/projects/scene.ts";
import { publicScene } from "../../shared/projects/show.ts";
import { updateScene } from "../../shared/projects/update-scene.ts";
import { requestRuntime } from "../../shared/runtime/runtime.ts";

async function changeScene({ body, params: { id = "", sceneId = "" }, user }: Accepted<typeof sceneChange>) {
  const scene = await updateScene(requestRuntime(), { userId: user.id, projectId: id }, sceneId, body);
  return ok(await publicScene(requestRuntime().store, scene));
}

export const handler = httpFunction(
  requestRuntime,
  {
    body: sceneChange,
    params: { sceneId: sceneIdPattern },
    auth: "user",
    summary: "Change a scene, or choose a take for one of its shots.",
    description:
      "What is left out stays as it is. A take that a shot shows cannot be removed, nor the job that made it. A change concerns the next production.",
    answers: () => ({ 200: shownScene }),
    errors: ["conflict"],
  },
  changeScene,
);
