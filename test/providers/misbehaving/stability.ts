// Stability, as the suite of misbehaving vendors has to know it.
import type { MisbehavingSetup } from "../../contracts/misbehaving-vendor.ts";
import { startStabilityServer } from "../../servers/stability/server.ts";
import { vendor } from "./vendor.ts";

export function stability(): MisbehavingSetup {
  const error = (status: number, name: string) => ({ status, body: { id: "x", name, errors: [`It is ${name}.`] } });
  const holding = (bytes: Uint8Array, type: string) => ({
    status: 200,
    headers: { "content-type": type, "finish-reason": "SUCCESS", seed: "7" },
    body: bytes,
  });
  return vendor({
    id: "stability",
    start: () => startStabilityServer(),
    environment: ({ key, url }) => ({ STABILITY_API_KEY: key, STABILITY_BASE_URL: url }),
    request: { path: "/ai/generate-image", body: { provider: "stability", prompt: "a quince" } },
    succeedsAt: "start",
    files: "answer",
    says: {
      throttled: error(429, "rate_limit_exceeded"),
      broken: error(500, "internal_error"),
      keyRefused: error(401, "unauthorized"),
      refused: error(403, "content_moderation"),
      withoutFile: { status: 200, body: { finish_reason: "SUCCESS", seed: 7 } },
      holding,
    },
  });
}
