// What a job says of the checks of its content, and how it changes with them. Pure, as all changes of a job.
import type { Category } from "../../ports/moderation.ts";
import type { Job, JobError } from "../job.ts";
import { putOff, step, toEnded } from "../states.ts";

export interface ModerationRecord {
  /** The words and inputs went through, for all rounds: they stay the same. */
  input?: Passed;
  /** Outputs that are shown although something speaks against them, or nobody has looked; the newest. */
  flags?: readonly (Passed & { attempt: number; index: number })[];
  /** How often in a row there was no finding. Absent once there was one. */
  failures?: number;
}

/** `review`: the service leaves it to a person, and the operator lets it pass. `unchecked`: there was no finding, likewise. */
export interface Passed {
  verdict: "allow" | "review" | "unchecked";
  service: string;
  categories: readonly string[];
  /** Epoch milliseconds. */
  at: number;
}

const MOST_FLAGS = 8;
const FIRST_PAUSE_MS = 5000;
const LONGEST_PAUSE_MS = 60_000;
/** Longer than that no service puts us off. */
const LONGEST_WISH_MS = 10 * 60_000;

export function isInputPassed({ moderation }: Job): boolean {
  return moderation?.input !== undefined;
}

/** There was a finding: the service is there. */
export function withFinding(job: Job): Job {
  if (job.moderation?.failures === undefined) return job;
  const { failures: _, ...moderation } = job.moderation;
  return { ...job, moderation };
}

export function withInputPassed(job: Job, now: number, passed: Passed): Job {
  const { failures: _, ...moderation } = job.moderation ?? {};
  return step(job, now, { moderation: { ...moderation, input: passed } });
}

/** The round ends before anybody was called: what it holds is given back. */
export function withInputBlocked(job: Job, now: number, categories: readonly string[]): Job {
  const { failures: _, ...moderation } = job.moderation ?? {};
  const ended = toEnded(job, now, { outcome: "failed", error: blocked("input", categories), captured: 0 });
  return { ...ended, moderation, paidRound: job.round };
}

export function withOutputPassed(job: Job, index: number, passed: Passed): Job {
  const { failures: _, flags = [], ...moderation } = job.moderation ?? {};
  const flag = { ...passed, attempt: job.attempt, index };
  const kept = passed.verdict === "allow" ? flags : [...flags, flag].slice(-MOST_FLAGS);
  return { ...job, moderation: { ...moderation, ...(kept.length > 0 && { flags: kept }) } };
}

/** There was no finding, and the operator wants one: the step is taken again, ever later, until the deadline. 0 ≤ `random` < 1. */
export function withoutFinding(job: Job, now: number, retryAfterMs: number | null, random: number): Job {
  const failures = (job.moderation?.failures ?? 0) + 1;
  const ownMs = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (failures - 1));
  const pauseMs = Math.max(ownMs, Math.min(LONGEST_WISH_MS, retryAfterMs ?? 0));
  const waiting = { ...job, moderation: { ...job.moderation, failures } };
  return putOff(waiting, now, Math.round(now + pauseMs * (1 + random / 4)));
}

/** In its next round what was refused, or went through unchecked, is looked at anew. */
export function inNextRound({ input, flags }: ModerationRecord): ModerationRecord {
  const isFinal = input !== undefined && input.verdict !== "unchecked";
  return { ...(isFinal && { input }), ...(flags && { flags }) };
}

export function blocked(stage: "input" | "output", categories: readonly string[]): JobError {
  const what = { input: "The prompt or a picture of the request", output: "What was made" }[stage];
  const reason = categories.length > 0 ? `: ${categories.join(", ")}` : "";
  const message = `${what} was refused by this server's check of content${reason}. Nothing was charged. Change the request.`;
  return { type: "moderation_blocked", message, retryable: false, stage, categories };
}

/** It was refused before anybody was called; such inputs do not wait for a retry. */
export function isInputRefused({ outcome, error }: Pick<Job, "outcome" | "error">): boolean {
  return outcome === "failed" && error?.type === "moderation_blocked" && error.stage === "input";
}

/** Names alone: numbers say how to get past a check. */
export function namesOf(categories: readonly Category[]): string[] {
  return categories.map(({ name }) => name);
}
