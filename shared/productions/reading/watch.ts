// What a caller gets to see of a production that it has just asked for, or asks after: with `Prefer: wait` once it has ended, if that is soon enough.
import type { RequestDeps } from "../../jobs/deps.ts";
import { keyOf, type Production } from "../production.ts";
import { findProduction } from "./find.ts";
import { publicProduction, type ShownProduction } from "./public-production.ts";

export interface Watched {
  production: ShownProduction;
  /** - `ended`: within the time that the caller wanted to wait; `started`: it goes on; `known`: it was there before. */
  state: "ended" | "started" | "known";
}

/** Waits for a new production, or a new round of one, as long as the caller likes; one that was there before is shown as it is. */
export async function watchNew(
  deps: Pick<RequestDeps, "table" | "clock">,
  { production, isNew }: { production: Production; isNew: boolean },
  options: { waitMs: number; signal: AbortSignal },
): Promise<Watched> {
  if (!isNew) return { production: publicProduction(production), state: "known" };
  const watched = await watchProduction(deps, production, options);
  return { production: publicProduction(watched), state: watched.state === "settled" ? "ended" : "started" };
}

/** Waits until it reads as ended, at most `waitMs`. Answers the production as it is then; at once without a wish to wait. */
export async function watchProduction(
  deps: Pick<RequestDeps, "table" | "clock">,
  first: Production,
  { waitMs, signal }: { waitMs: number; signal: AbortSignal },
): Promise<Production> {
  const until = deps.clock.now() + waitMs;
  let production = first;
  // Pauses are counted as well: the clock may go back.
  let pausedMs = 0;
  for (let pauseMs = 50; ; pauseMs = Math.min(1000, pauseMs * 1.3)) {
    const leftMs = Math.min(until - deps.clock.now(), waitMs - pausedMs);
    if (production.state === "settled" || leftMs <= 0 || signal.aborted) return production;
    const napMs = Math.min(pauseMs, leftMs);
    pausedMs += napMs;
    await deps.clock.sleep(napMs, signal);
    production = await findProduction(deps, keyOf(first));
  }
}
