// The live feed of a production as its reader sees it: what has happened, and what happens next.
import type { RequestDeps } from "../../jobs/deps.ts";
import { keyOf, type Production } from "../production.ts";
import { nudgeProduction } from "../tickets.ts";
import { findProduction } from "./find.ts";
import { publicEvent } from "./public-production.ts";

export type ProductionNews =
  | { is: "event"; event: ReturnType<typeof publicEvent>; isEnd: boolean }
  /** These numbers were there, and are no longer kept. */
  | { is: "gap"; from: number; to: number }
  | { is: "silence" };

const LOOK_EVERY_MS = 1000;
const SILENCE_MS = 15_000;
const LOOKS_PER_CHECK = 10;
/** Overdue by this long, a production waits for a timer that ought to have come. */
const LATE_MS = 5000;

/** What is newer than `after`, oldest first, as far as it is kept; `next` is where to go on. */
export function productionFeedAfter(production: Production, after: number) {
  const items = production.feed.filter(({ n }) => n > after).map((event) => publicEvent(production, event));
  return { items, next: newest(production) };
}

export function isFeedRead(production: Production, after: number): boolean {
  return production.state === "settled" && after >= newest(production);
}

/** As `followFeed` of a job: until it has ended, the signal aborts or `ms` are over. */
export async function* followProduction(
  deps: RequestDeps,
  first: Production,
  options: { after: number; ms: number; signal: AbortSignal; isAllowed?: () => Promise<boolean> },
): AsyncGenerator<ProductionNews> {
  const { signal } = options;
  let seen = Math.min(options.after, newest(first));
  let production = first;
  let quietMs = 0;
  const startedAt = deps.clock.now();
  let pausedMs = 0;
  for (let looks = 1; ; looks++) {
    for (const news of newsAfter(production, seen)) {
      yield news;
      quietMs = 0;
    }
    seen = newest(production);
    // Pauses are counted as well: the clock may go back.
    const hasTime = Math.max(pausedMs, deps.clock.now() - startedAt) + LOOK_EVERY_MS <= options.ms;
    if (production.state === "settled" || signal.aborted || !hasTime) return;
    await deps.clock.sleep(LOOK_EVERY_MS, signal);
    pausedMs += LOOK_EVERY_MS;
    if (signal.aborted) return;
    quietMs += LOOK_EVERY_MS;
    if (quietMs >= SILENCE_MS) {
      yield { is: "silence" };
      quietMs = 0;
    }
    const isCheck = looks % LOOKS_PER_CHECK === 0;
    if (isCheck && options.isAllowed && !(await options.isAllowed())) return;
    production = await findProduction(deps, keyOf(production));
    if (isCheck) await hurryIfLate(deps, production);
  }
}

/** Hurries one that its reader finds overdue. */
export async function hurryIfLate(deps: RequestDeps, production: Production): Promise<void> {
  const { dueAt, lease, ticketUntil } = production;
  if (dueAt === null || lease !== null) return;
  if (deps.clock.now() - Math.max(dueAt, ticketUntil) > LATE_MS) await nudgeProduction(deps, keyOf(production));
}

function newsAfter(production: Production, after: number): ProductionNews[] {
  const { items } = productionFeedAfter(production, after);
  const oldest = items[0]?.n ?? after + 1;
  const gap: ProductionNews[] = oldest > after + 1 ? [{ is: "gap", from: after + 1, to: oldest - 1 }] : [];
  return [...gap, ...items.map((event): ProductionNews => ({ is: "event", event, isEnd: "production" in event }))];
}

function newest({ feed }: Production): number {
  return feed.at(-1)?.n ?? 0;
}
