// The feed, for as long as somebody is signed in: by a stream, opened again when it breaks; by asking where none comes through.
import { type Client, failureOf } from "dream-factory-client";
import type { Live } from "./live.ts";
import { pause, pollNews } from "./polling.ts";
import { streamNews } from "./stream.ts";
import { noticeEnd } from "./studio.tsx";

/** So many connections in a row without a word, and it is asked for instead. */
const MOST_SILENT = 3;
const LONGEST_WAIT_MS = 15_000;

export async function listen(client: Client, live: Live, signal: AbortSignal): Promise<void> {
  const place = { id: "" };
  let waitMs = 500;
  for (let silent = 0; !signal.aborted; ) {
    let words = 0;
    try {
      const news = silent < MOST_SILENT ? streamNews(client, place, signal) : pollNews(client, signal);
      for await (const each of news) {
        words += 1;
        waitMs = 500;
        live.hear(each);
      }
    } catch (error) {
      if (signal.aborted) return;
      noticeEnd(error);
      const failure = failureOf(error);
      if (failure?.type === "unauthenticated") return;
      // A place that the server does not know any more; from now on, then.
      if (failure && "status" in failure && failure.status === 400) place.id = "";
    }
    // Without a network nothing is said either: that is no reason to ask instead.
    if (navigator.onLine) silent = words > 0 ? 0 : silent + 1;
    await untilOnline(waitMs, signal);
    waitMs = Math.min(2 * waitMs, LONGEST_WAIT_MS);
  }
}

/** The wait is over at once when the network is back. */
function untilOnline(ms: number, signal: AbortSignal): Promise<void> {
  const woken = new AbortController();
  const wake = () => woken.abort();
  addEventListener("online", wake, { once: true });
  return pause(ms, AbortSignal.any([signal, woken.signal])).finally(() => removeEventListener("online", wake));
}
