// Every vendor that the suite of misbehaving vendors is run for. One more: its server, and its own words for what goes wrong.
import type { MisbehavingSetup } from "../contracts/misbehaving-vendor.ts";
import { plainError, startPlainServer } from "../servers/plain/server.ts";
import { ark } from "./misbehaving/ark.ts";
import { dashscope } from "./misbehaving/dashscope.ts";
import { fal } from "./misbehaving/fal.ts";
import { kling } from "./misbehaving/kling.ts";
import { openai } from "./misbehaving/openai.ts";
import { runway } from "./misbehaving/runway.ts";
import { stability } from "./misbehaving/stability.ts";
import { vendor } from "./misbehaving/vendor.ts";
import { plainProvider } from "./plain-provider.ts";

/** `vendor()` of each, so that each is checked against its own server. */
export const vendors: readonly MisbehavingSetup[] = [
  plain("tasks"),
  plain("pictures"),
  dashscope(),
  openai(),
  openai("URLs"),
  stability(),
  runway(),
  fal(),
  kling(),
  ark(),
];

function plain(way: "tasks" | "pictures"): MisbehavingSetup {
  const says = {
    throttled: { status: 429, body: plainError("busy") },
    broken: { status: 500, body: plainError("broken") },
    keyRefused: { status: 401, body: plainError("unauthorized") },
    refused: { status: 422, body: plainError("refused") },
    refusedAt: "start",
  } as const;
  const common = {
    id: `plain-${way}`,
    start: startPlainServer,
    environment: () => ({}),
    providers: (server: Awaited<ReturnType<typeof startPlainServer>>) => [plainProvider(way, server)],
    request: { path: "/ai/generate-image", body: { provider: `plain-${way}`, prompt: "a lake" } },
  } as const;
  if (way === "pictures") {
    const holding = (...pictures: (string | null)[]) => ({ status: 200, body: { pictures } });
    return vendor({
      ...common,
      succeedsAt: "start",
      files: "answer",
      says: {
        ...says,
        nothing: holding(),
        withoutFile: holding(null),
        holding: (bytes) => holding(Buffer.from(bytes).toString("base64")),
      },
    });
  }
  const done = (urls: (string | null)[]) => ({ status: 200, body: { state: "done", urls } });
  return vendor({
    ...common,
    succeedsAt: "check",
    files: "url",
    says: {
      ...says,
      running: { status: 200, body: { state: "running" } },
      nothing: done([]),
      withoutFile: done([null]),
    },
  });
}
