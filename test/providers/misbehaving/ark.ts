// Volcengine's Ark, as the suite of misbehaving vendors has to know it.
import type { MisbehavingSetup } from "../../contracts/misbehaving-vendor.ts";
import { startArkServer } from "../../servers/ark/server.ts";
import { vendor } from "./vendor.ts";

export function ark(): MisbehavingSetup {
  const error = (status: number, code: string) => ({
    status,
    body: { error: { code, message: `It is ${code}.`, param: "", type: "x" } },
  });
  const task = (fields: object) => ({ status: 200, body: { id: "x", model: "x", ...fields } });
  const refused = { code: "OutputVideoSensitiveContentDetected", message: "It was refused." };
  return vendor({
    id: "ark",
    start: startArkServer,
    environment: ({ key, url }) => ({ ARK_API_KEY: key, ARK_BASE_URL: url }),
    request: {
      path: "/ai/generate-video",
      body: { provider: "ark", model: "doubao-seedance-1-0-pro-250528", prompt: "a quince", durationSec: 5 },
    },
    succeedsAt: "check",
    files: "url",
    finish: (server) => void server.finishAll(),
    says: {
      throttled: error(429, "RateLimitExceeded.EndpointRPMExceeded"),
      broken: error(500, "InternalServiceError"),
      keyRefused: error(401, "AuthenticationError"),
      refused: task({ status: "failed", error: refused }),
      running: task({ status: "running" }),
      nothing: task({ status: "succeeded", content: {} }),
      withoutFile: task({ status: "succeeded", content: { video_url: "" } }),
    },
  });
}
