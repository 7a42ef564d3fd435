// One connection for everything, opened again when it breaks; by asking where streams do not come through.
import { type Client, failureOf } from "dream-factory-client";
import type { Live } from "./live.ts";
import { pause, pollNews } from "./polling.ts";
import { noticeEnd } from "./studio.tsx";

export async function listen(client: Client, live: Live, signal: AbortSignal): Promise<void> {
  for (let waitMs = 1000; !signal.aborted; waitMs = Math.min(2 * waitMs, 15_000)) {
    try {
      for await (const news of pollNews(client, signal)) {
        live.hear(news);
        waitMs = 1000;
      }
    } catch (error) {
      if (signal.aborted) return;
      noticeEnd(error);
      if (failureOf(error)?.type === "unauthenticated") return;
    }
    await pause(waitMs, signal);
  }
}
