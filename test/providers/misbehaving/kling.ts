// Kling, as the suite of misbehaving vendors has to know it.
import type { MisbehavingSetup } from "../../contracts/misbehaving-vendor.ts";
import { startKlingServer } from "../../servers/kling/server.ts";
import { vendor } from "./vendor.ts";

export function kling(): MisbehavingSetup {
  const error = (status: number, code: number) => ({
    status,
    body: { code, message: `It is ${code}.`, request_id: "x" },
  });
  const task = (fields: object) => ({
    status: 200,
    body: { code: 0, message: "SUCCEED", request_id: "x", data: { task_id: "x", ...fields } },
  });
  const succeeded = (videos: object[]) => task({ task_status: "succeed", task_result: { videos } });
  return vendor({
    id: "kling",
    start: startKlingServer,
    environment: ({ accessKey, secretKey, url }) => ({
      KLING_API_KEY: accessKey,
      KLING_SECRET_KEY: secretKey,
      KLING_BASE_URL: url,
    }),
    request: {
      path: "/ai/generate-video",
      body: { provider: "kling", model: "kling-v2-6", prompt: "a quince", durationSec: 5 },
    },
    succeedsAt: "check",
    files: "url",
    finish: (server) => void server.finishAll(),
    says: {
      throttled: error(429, 1302),
      broken: error(500, 5000),
      keyRefused: error(401, 1002),
      refused: task({ task_status: "failed", task_status_msg: "Failure to pass the risk control system" }),
      running: task({ task_status: "processing" }),
      nothing: succeeded([]),
      withoutFile: succeeded([{ id: "x", duration: "5" }]),
    },
  });
}
