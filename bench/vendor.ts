// A vendor on the wire, in this process: it takes tasks, works on each for a while, and counts who asks how often.
import { tinyPng } from "../test/jobs/tiny-png.ts";
import { startVendorServer, type VendorRequestSeen, type VendorServer } from "../test/servers/vendor/vendor-server.ts";

export interface BenchVendor extends VendorServer {
  /** When each task succeeded, epoch milliseconds, by its id. */
  succeededAt: ReadonlyMap<string, number>;
}

/** `workMs`: of the next task. `onStarted`: hears of each one; a vendor that calls back would begin here. */
export async function startBenchVendor(options: {
  workMs(): number;
  onStarted?: (task: { id: string; succeedsAt: number; callbackUrl: string | null }) => void;
}): Promise<BenchVendor> {
  const succeededAt = new Map<string, number>();
  const server = await startVendorServer({
    kindOf: (method, path) => (path.startsWith("/tasks") ? (method === "POST" ? "start" : "check") : null),
    answer: (request) => (request.kind === "start" ? start(request) : check(request)),
  });
  server.addFile("picture.png", { bytes: tinyPng, contentType: "image/png" });

  function start({ body }: VendorRequestSeen) {
    const { reference, callbackUrl } = JSON.parse(body.toString()) as { reference: string; callbackUrl: string | null };
    const succeedsAt = Date.now() + options.workMs();
    succeededAt.set(reference, succeedsAt);
    options.onStarted?.({ id: reference, succeedsAt, callbackUrl });
    return { status: 200, body: { id: reference } };
  }

  function check({ path }: VendorRequestSeen) {
    const at = succeededAt.get(path.slice("/tasks/".length));
    if (at === undefined) return { status: 404, body: { error: "no such task" } };
    return { status: 200, body: Date.now() < at ? { state: "running" } : { state: "done", file: "picture.png" } };
  }

  return { ...server, succeededAt, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() };
}

/** The most requests within any second. */
export function mostInASecond(times: readonly number[]): number {
  const sorted = times.toSorted((a, b) => a - b);
  let most = 0;
  for (let from = 0, to = 0; to < sorted.length; to++) {
    while ((sorted[to] ?? 0) - (sorted[from] ?? 0) >= 1000) from += 1;
    most = Math.max(most, to - from + 1);
  }
  return most;
}
