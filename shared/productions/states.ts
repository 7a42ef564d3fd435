// Every change of a production from one state to another. Pure: each takes a production and gives the next one; writing is up to others.
//
//                              ┌──────────── resume, remake: the next round ───────────┐
//                              ▼                                                       │
//   start ───────────────▶ starting ──▶ running ──▶ ended ──▶ settled ─────────────────┘
//                              │           │          ▲
//                              │           ▼          │ nothing is admitted any more
//                              └──────▶ stopping ─────┘
//                        cancel, deadline, budget, failure, deletion; nobody paid
import type { Plan } from "../drama/plan.ts";
import { countMade, earlierOf, isFilm, withEarlierBack, withLostWaiting, withRestCancelled } from "./graph.ts";
import {
  type Admitted,
  type Before,
  type MakeOutcome,
  type Production,
  type ProductionEvent,
  type ProductionOutcome,
  type Progress,
  type StopReason,
  statusOf,
} from "./production.ts";

/** A round belongs to whoever starts it for this long; then the timer looks. */
export const FIRST_LOOK_MS = 10_000;

const FEED_LENGTH = 50;
const FEED_STEP_MS = 1000;

/** Its project is locked and its credits are held: from now on something is made. */
export function toRunning(production: Production, now: number): Production {
  return told(
    {
      ...production,
      state: "running",
      paidRound: production.round,
      before: null,
      startedAt: now,
      updatedAt: now,
      dueAt: now,
    },
    now,
  );
}

/** The first reason stays. Nobody admits from then on. */
export function toStopping(production: Production, now: number, reason: StopReason): Production {
  if (production.state !== "starting" && production.state !== "running") return production;
  return told(
    { ...production, state: "stopping", outcome: outcomeOf[reason], reason, updatedAt: now, looks: 0, dueAt: now },
    now,
  );
}

const outcomeOf: Record<StopReason, ProductionOutcome> = {
  cancelled: "cancelled",
  project_deleted: "cancelled",
  user_deleted: "cancelled",
  deadline_exceeded: "failed",
  budget_exhausted: "failed",
  node_failed: "failed",
  no_screenplay: "failed",
  unplannable: "failed",
  incomplete: "failed",
  storage_full: "failed",
  unpaid: "failed",
  internal: "failed",
};

/** Whether the round can end: nothing is admitted, and nothing is to be told any node. */
export function canEnd({ state, admitted, markers }: Production): boolean {
  return (state === "stopping" || state === "running") && admitted.length === 0 && markers.length === 0;
}

/**
 * The one write that decides what the round has come to and what it costs. What was to be made anew and was not is as it was before. `plan`: null of a
 * production that was stopped, where nothing can be given back.
 */
export function toEnded(production: Production, now: number, plan: Plan | null): Production {
  const { round, budget: held, spent: captured, bytes, isExpanded, earlier } = production;
  const rest = withRestCancelled(production.states);
  const states = plan ? withEarlierBack(plan, { states: rest, earlier }) : rest;
  const outcome = production.outcome ?? (plan && isExpanded && isFilm(plan, states) ? "completed" : "failed");
  const reason = production.reason ?? (outcome === "completed" ? null : isExpanded ? "incomplete" : "no_screenplay");
  return {
    ...production,
    ...{ state: "ended", outcome, reason, before: null, completedAt: now, updatedAt: now, looks: 0, dueAt: now },
    ...{ states, earlier: undefined, progress: { ...production.progress, made: countMade(states) } },
    rounds: [...production.rounds, { round, held, captured, bytes }],
  };
}

/** A round that was never paid for: a first one never was, a later one gives the production back what it had come to. Who asked for it may ask again. */
export function toUnpaid(production: Production, now: number): Production {
  const { before, round } = production;
  const asked = production.asked?.filter((one) => one.round !== round);
  const over = before ?? { outcome: "failed" as const, reason: "unpaid" as const, completedAt: now };
  const rest = { ...production, ...over, earlier: undefined, ...(asked && { asked }) };
  return { ...rest, before: null, state: "ended", updatedAt: now, looks: 0, dueAt: now };
}

/** Its hold is settled. `wasPaid`: there was one. */
export function toSettled(production: Production, now: number, wasPaid: boolean): Production {
  const paidRound = wasPaid ? Math.max(production.paidRound, production.round) : production.paidRound;
  const settled: Production = { ...production, state: "settled", paidRound, updatedAt: now, looks: 0, dueAt: now };
  return told(
    { ...settled, progress: { ...settled.progress, stage: "done", restMs: null, percent: percentOf(settled) } },
    now,
  );
}

/** Of a round that came to less: what there is of the film, if that is more than the round has come to. */
function percentOf({ outcome, progress }: Production): number {
  const { made, nodes, percent } = progress;
  return outcome === "completed" ? 100 : Math.max(percent, Math.floor((100 * made) / Math.max(1, nodes)));
}

/** Another round: paid for anew, with a deadline of its own. What was made stays. `states`: what is to be made in it waits. */
export function toNextRound(
  production: Production,
  now: number,
  { budget, states = withLostWaiting(production.states) }: { budget: number; states?: string },
): Production {
  return {
    ...production,
    round: production.round + 1,
    ...{ state: "starting", outcome: null, reason: null, before: beforeRound(production) },
    ...{ states, earlier: earlierOf(production.states, states) },
    ...{ budget, spent: 0, bytes: 0 },
    ...{ startedAt: null, completedAt: null, updatedAt: now, deadlineAt: now + production.deadlineMs, watchedMs: 0 },
    ...{ lease: null, looks: 0, throws: {}, tickets: 0, ticketsUnclaimed: 0, ticketUntil: 0, attendedUntil: 0 },
    progress: { ...production.progress, stage: "starting", made: countMade(states), percent: 0, restMs: null },
    dueAt: now + FIRST_LOOK_MS,
  };
}

const MOST_ASKED = 20;

/** The round that it is in was asked for by this. */
export function withAsked(production: Production, by: string): Production {
  const { asked = [], round } = production;
  return { ...production, asked: [...asked, { round, by }].slice(-MOST_ASKED) };
}

function beforeRound(production: Production): Before | null {
  const { outcome, reason, states, budget, spent, bytes, startedAt, completedAt, progress } = production;
  if (production.paidRound === 0 || outcome === null) return null;
  return { outcome, reason, states, budget, spent, bytes, startedAt, completedAt, progress };
}

/** The job is paid out of the budget from now on. */
export function withEntry(production: Production, entry: Admitted, states: string): Production {
  return { ...production, admitted: [...production.admitted, entry], states };
}

export interface EndedMake {
  outcome: MakeOutcome;
  captured: number;
  bytes: number;
}

/** The job goes out, and what it has captured is spent; its node is told by whoever looks next. Done twice it finds no entry. */
export function withoutEntry(production: Production, entry: Admitted, made: EndedMake, now: number): Production {
  if (!production.admitted.includes(entry)) return production;
  const { node, make, jobId, price, at } = entry;
  const captured = Math.min(made.captured, price);
  return {
    ...production,
    admitted: production.admitted.filter((other) => other !== entry),
    markers: [...production.markers, { node, make, jobId, outcome: made.outcome, captured, ms: Math.max(0, now - at) }],
    spent: production.spent + captured,
    bytes: production.bytes + made.bytes,
    dueAt: now,
    nudges: production.nudges + 1,
    nudgedAt: now,
  };
}

/**
 * Appends to the feed what its readers have not heard yet: at most once a second, but for a change of state or stage. What a clock that was ahead
 * has told last keeps nobody waiting.
 */
export function told(production: Production, now: number, node?: string): Production {
  const { progress, feed } = production;
  const status = statusOf(production);
  const last = feed.at(-1);
  const isSame = last && last.status === status && last.stage === progress.stage;
  const isJustTold = last && last.at <= now && now - last.at < FEED_STEP_MS;
  if (isSame && (isJustTold || isEqual(last, progress))) return production;
  const event: ProductionEvent = {
    n: (last?.n ?? 0) + 1,
    at: now,
    status,
    ...progress,
    ...(node === undefined ? {} : { node }),
  };
  return { ...production, feed: [...feed, event].slice(-FEED_LENGTH) };
}

function isEqual(some: Progress, other: Progress): boolean {
  return some.made === other.made && some.percent === other.percent && some.nodes === other.nodes;
}
