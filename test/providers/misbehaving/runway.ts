// Runway, as the suite of misbehaving vendors has to know it.
import type { MisbehavingSetup } from "../../contracts/misbehaving-vendor.ts";
import { startRunwayServer } from "../../servers/runway/server.ts";
import { vendor } from "./vendor.ts";

export function runway(): MisbehavingSetup {
  const succeeded = (output: unknown[]) => ({ status: 200, body: { id: "x", status: "SUCCEEDED", output } });
  return vendor({
    id: "runway",
    start: () => startRunwayServer(),
    environment: ({ key, url }) => ({ RUNWAY_API_KEY: key, RUNWAY_BASE_URL: url }),
    request: {
      path: "/ai/generate-video",
      body: { provider: "runway", model: "gen4.5", prompt: "a quince", durationSec: 2 },
    },
    succeedsAt: "check",
    files: "url",
    finish: (server) => server.finishAll(),
    says: {
      throttled: { status: 429, body: { error: "Too many requests." } },
      broken: { status: 500, body: { error: "An internal error occurred." } },
      keyRefused: { status: 401, body: { error: "The API key is not valid." } },
      refused: {
        status: 200,
        body: { id: "x", status: "FAILED", failure: "It was refused.", failureCode: "SAFETY.INPUT.TEXT" },
      },
      running: { status: 200, body: { id: "x", status: "RUNNING", progress: 0.4 } },
      nothing: succeeded([]),
      withoutFile: succeeded([null]),
    },
  });
}
