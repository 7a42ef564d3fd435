// POST /projects: make a project, to be filled with scenes.
import { type Accepted, httpFunction } from "../../shared/http/http-function.ts";
import { shownProject } from "../../shared/http/openapi/shapes/project.ts";
import { idempotencyKeyOf } from "../../shared/http/request-headers.ts";
import { newProject, settingsOf } from "../../shared/http/requests/projects/settings.ts";
import { created, ok } from "../../shared/http/results.ts";
import { createProject } from "../../shared/projects/create-project.ts";
import { withRealRunning } from "../../shared/projects/running.ts";
import { publicProject } from "../../shared/projects/show.ts";
import { requestRuntime } from "../../shared/runtime/runtime.ts";

async function makeProject({ body, user, headers }: Accepted<typeof newProject>) {
  const wish = settingsOf(body);
  const key = idempotencyKeyOf(headers);
  const { project, isNew } = await createProject(requestRuntime(), { userId: user.id, wish, key });
  const shown = publicProject(await withRealRunning(requestRuntime().table, project));
  return isNew ? created(shown, `/api/v1/projects/${project.id}`) : ok(shown);
}

export const handler = httpFunction(
  requestRuntime,
  {
    body: newProject,
    auth: "user",
    summary: "Make a project: what a short drama is to be.",
    headers: ["Idempotency-Key"],
    answers: () => ({
      200: [shownProject, "This key and body were sent before: the project as it is now."],
      201: [shownProject, "The project, without scenes."],
    }),
    errors: ["conflict", "idempotency_mismatch"],
  },
  makeProject,
);
