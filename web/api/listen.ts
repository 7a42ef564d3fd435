// The feed, for as long as somebody is signed in: it begins again, behind the newest event, whatever has ended it.
import { type Client, failureOf, followAll } from "dream-factory-client";
import type { Live } from "./live.ts";
import { pause } from "./pause.ts";
import { noticeEnd } from "./studio.tsx";

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 15_000;

export async function listen(client: Client, live: Live, signal: AbortSignal): Promise<void> {
  let place = "";
  // What was said of the server before belongs to a session that has ended.
  live.reach(true);
  for (let waitMs = FIRST_WAIT_MS; !signal.aborted; waitMs = Math.min(2 * waitMs, LONGEST_WAIT_MS)) {
    try {
      for await (const news of followAll(client, { signal, onReachable: live.reach, ...(place && { after: place }) })) {
        place = news.place;
        waitMs = FIRST_WAIT_MS;
        live.hear(news);
      }
    } catch (error) {
      if (signal.aborted) return;
      noticeEnd(error);
      const failure = failureOf(error);
      if (failure?.type === "unauthenticated") return;
      // A place that the server does not know any more; from now on, then.
      if (failure?.type === "invalid_request") place = "";
    }
    await untilOnline(waitMs, signal);
  }
}

/** The wait is over at once when the network is back. */
function untilOnline(ms: number, signal: AbortSignal): Promise<void> {
  const woken = new AbortController();
  const wake = () => woken.abort();
  addEventListener("online", wake, { once: true });
  return pause(ms, AbortSignal.any([signal, woken.signal])).finally(() => removeEventListener("online", wake));
}
