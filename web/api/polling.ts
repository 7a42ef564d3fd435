// The same news by asking: for servers and proxies through which no stream comes. A hidden tab asks nobody.
import type { Client } from "dream-factory-client";
import type { News } from "./live.ts";

export async function* pollNews(client: Client, signal: AbortSignal, everyMs = 2000): AsyncGenerator<News> {
  while (!signal.aborted) {
    await untilVisible(signal);
    const call = { signal };
    const [pending, processing, productions] = await Promise.all([
      client.listJobs({ status: "pending", limit: 100 }, call),
      client.listJobs({ status: "processing", limit: 100 }, call),
      client.listProductions({ limit: 20 }, call),
    ]);
    const isOpen = ({ status }: { status: string }) => status === "pending" || status === "processing";
    yield {
      event: "snapshot",
      data: {
        jobs: [...pending.items, ...processing.items],
        productions: productions.items.filter(isOpen),
        missed: false,
      },
    };
    await pause(everyMs, signal);
  }
}

function untilVisible(signal: AbortSignal): Promise<void> {
  if (!document.hidden) return Promise.resolve();
  return new Promise((resolve) => {
    const look = () => {
      if (document.hidden && !signal.aborted) return;
      document.removeEventListener("visibilitychange", look);
      resolve();
    };
    document.addEventListener("visibilitychange", look);
    signal.addEventListener("abort", look, { once: true });
  });
}

export function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener(
      "abort",
      () => {
        clearTimeout(timer);
        resolve();
      },
      { once: true },
    );
  });
}
