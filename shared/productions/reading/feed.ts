// The live feed of a production as its reader sees it: what has happened, and what happens next.
import { isWrittenAhead } from "../../items/fast-clock.ts";
import type { RequestDeps } from "../../jobs/deps.ts";
import { type Followed, type FollowOptions, type News, newsOf } from "../../jobs/reading/news.ts";
import { keyOf, type Production } from "../production.ts";
import { nudgeProduction } from "../tickets.ts";
import { findProduction } from "./find.ts";
import { publicEvent } from "./public-production.ts";

type Event = ReturnType<typeof publicEvent>;

export type ProductionNews = News<Event>;

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

/** As `followFeed` of a job. */
export function followProduction(
  deps: RequestDeps,
  first: Production,
  options: FollowOptions,
): AsyncGenerator<ProductionNews> {
  const followed: Followed<Production, Event> = {
    eventsAfter: (production, after) => productionFeedAfter(production, after).items,
    newest,
    isEnd: (event) => "production" in event,
    hasEnded: ({ state }) => state === "settled",
    read: (production) => findProduction(deps, keyOf(production)),
    hurry: (production) => hurryIfLate(deps, production),
  };
  return newsOf(deps.clock, first, followed, options);
}

/** Hurries one that its reader finds overdue, or that a clock which was ahead has put off by as much. */
export async function hurryIfLate(deps: RequestDeps, production: Production): Promise<void> {
  const { dueAt, lease, ticketUntil } = production;
  if (dueAt === null || lease !== null) return;
  const now = deps.clock.now();
  const isLate = now - Math.max(dueAt, ticketUntil) > LATE_MS;
  if (isLate || isWrittenAhead(production, now)) await nudgeProduction(deps, keyOf(production));
}

function newest({ feed }: Production): number {
  return feed.at(-1)?.n ?? 0;
}
