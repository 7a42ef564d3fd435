// Every vendor that the suite of misbehaving vendors is run for. One more: its server, and its own words for what goes wrong.
import type { MisbehavingSetup } from "../contracts/misbehaving-vendor.ts";
import { plainError, startPlainServer } from "../servers/plain/server.ts";
import type { VendorServer } from "../servers/vendor/vendor-server.ts";
import { plainProvider } from "./plain-provider.ts";

/** `vendor()` of each, so that each is checked against its own server. */
export const vendors: readonly MisbehavingSetup[] = [plain("tasks"), plain("pictures")];

/** Each is typed by its own server; the list knows no more of them than what all have. */
export function vendor<S extends VendorServer>(setup: MisbehavingSetup<S>): MisbehavingSetup {
  return setup as unknown as MisbehavingSetup;
}

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
