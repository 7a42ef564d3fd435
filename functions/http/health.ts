// GET /health: whether the table and the store can be reached and written just now, and the store is fit for jobs.
import packageJson from "../../package.json" with { type: "json" };
import { checkHealth } from "../../shared/http/health.ts";
import { httpFunction } from "../../shared/http/http-function.ts";
import { health as shownHealth } from "../../shared/http/openapi/shapes/health.ts";
import { ok } from "../../shared/http/results.ts";
import { videosLack } from "../../shared/jobs/asking/visible-label.ts";
import { requestRuntime } from "../../shared/runtime/runtime.ts";

async function health() {
  await checkHealth(requestRuntime());
  const lack = videosLack(requestRuntime().generation.visibleLabel);
  const sendsMail = requestRuntime().config.mail !== null;
  return ok({ status: "ok", version: packageJson.version, sendsMail, ...(lack === null ? {} : { warnings: [lack] }) });
}

export const handler = httpFunction(
  requestRuntime,
  {
    auth: "none",
    summary: "Whether jobs can be kept just now.",
    description:
      "A store that is unfit for jobs, such as one that ignores conditions, is named in the detail `store`, with what to do; until then no job is taken. `sendsMail` says whether a page need offer what takes a mail.",
    answers: () => ({ 200: shownHealth }),
  },
  health,
);
