// Alibaba's Model Studio, as the suite of misbehaving vendors has to know it.
import type { MisbehavingSetup } from "../../contracts/misbehaving-vendor.ts";
import { startDashscopeServer } from "../../servers/dashscope/server.ts";
import { vendor } from "./vendor.ts";

export function dashscope(): MisbehavingSetup {
  const error = (status: number, code: string) => ({
    status,
    body: { code, message: `It is ${code}.`, request_id: "x" },
  });
  const output = (fields: object) => ({ status: 200, body: { request_id: "x", output: { task_id: "x", ...fields } } });
  return vendor({
    id: "dashscope",
    start: () => startDashscopeServer({ queriesPerSecond: 1000, startsPerSecond: 1000 }),
    environment: ({ key, url }) => ({ DASHSCOPE_API_KEY: key, DASHSCOPE_BASE_URL: url }),
    request: {
      path: "/ai/generate-image",
      body: { provider: "dashscope", model: "wan2.2-t2i-flash", prompt: "a quince" },
    },
    succeedsAt: "check",
    files: "url",
    finish: (server) => server.finishAll(),
    says: {
      throttled: error(429, "Throttling.RateQuota"),
      broken: error(500, "InternalError"),
      keyRefused: error(401, "InvalidApiKey"),
      refused: output({ task_status: "FAILED", code: "DataInspectionFailed", message: "It was refused." }),
      running: output({ task_status: "RUNNING" }),
      nothing: output({ task_status: "SUCCEEDED", results: [], task_metrics: { TOTAL: 1, SUCCEEDED: 0, FAILED: 0 } }),
      withoutFile: output({ task_status: "SUCCEEDED", results: [{ orig_prompt: "a quince" }] }),
    },
  });
}
