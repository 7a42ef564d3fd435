// PUT /projects/{id}: other settings, another one of its drafts, or its scenes in another order.
import { type Accepted, httpFunction } from "../../shared/http/http-function.ts";
import { shownProject } from "../../shared/http/openapi/shapes/project.ts";
import { projectChange, settingsOf } from "../../shared/http/requests/projects/settings.ts";
import { ok } from "../../shared/http/results.ts";
import { withRealRunning } from "../../shared/projects/running.ts";
import { publicProject } from "../../shared/projects/show.ts";
import { updateProject } from "../../shared/projects/update-project.ts";
import { requestRuntime } from "../../shared/runtime/runtime.ts";

async function changeProject({ body, params: { id = "" }, user }: Accepted<typeof projectChange>) {
  const { version, draft, sceneOrder, ...settings } = body;
  const change = { version, draft, sceneOrder, settings: settingsOf(settings) };
  const project = await updateProject(requestRuntime(), { userId: user.id, projectId: id }, change);
  return ok(publicProject(await withRealRunning(requestRuntime().table, project)));
}

export const handler = httpFunction(
  requestRuntime,
  {
    body: projectChange,
    auth: "user",
    summary: "Change a project's settings, the order of its scenes, or choose another one of its drafts.",
    description:
      "What is left out stays as it is. A production that runs goes on with what it has copied: a change concerns the next one. When only the order of scenes was changed, that one uses pictures, clips, voices and cuts again, and joins them anew.",
    answers: () => ({ 200: shownProject }),
    errors: ["conflict"],
  },
  changeProject,
);
