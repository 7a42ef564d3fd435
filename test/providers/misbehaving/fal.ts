// fal's queue, as the suite of misbehaving vendors has to know it.
import type { MisbehavingSetup } from "../../contracts/misbehaving-vendor.ts";
import { startFalServer } from "../../servers/fal/server.ts";
import { vendor } from "./vendor.ts";

export function fal(): MisbehavingSetup {
  return vendor({
    id: "fal",
    start: () => startFalServer(),
    environment: ({ key, url }) => ({ FAL_API_KEY: key, FAL_BASE_URL: url }),
    request: { path: "/ai/generate-image", body: { provider: "fal", model: "fal-ai/flux/dev", prompt: "a quince" } },
    succeedsAt: "check",
    resultKind: "other",
    files: "url",
    finish: (server) => server.finishAll(),
    says: {
      throttled: { status: 429, body: { detail: "Too many requests" } },
      broken: { status: 500, headers: { "x-fal-retryable": "true" }, body: { detail: "Internal Server Error" } },
      keyRefused: { status: 401, body: { detail: "No user found for Key ID and Secret" } },
      refused: {
        status: 422,
        headers: { "x-fal-retryable": "false" },
        body: { detail: [{ loc: ["body", "prompt"], msg: "It was refused.", type: "content_policy_violation" }] },
      },
      running: { status: 202, body: { status: "IN_PROGRESS", logs: [] } },
      nothing: { status: 200, body: { images: [], seed: 7 } },
      withoutFile: { status: 200, body: { images: [{ width: 1, height: 1 }], seed: 7 } },
    },
  });
}
