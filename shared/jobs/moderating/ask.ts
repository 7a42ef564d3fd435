// Asking the service about content of a job, and what its finding means here.
import { AppError } from "../../errors/app-error.ts";
import type { Content } from "../../ports/moderation.ts";
import type { JobDeps, ModerationDeps } from "../deps.ts";
import type { Claim } from "../moving/claim.ts";
import { withTimeout } from "../moving/provider-calls.ts";
import { namesOf, type Passed } from "./record.ts";

const CHECK_TIMEOUT_MS = 120_000;

export type Stage = "input" | "output";

export type Decision = { is: "passed"; passed: Passed } | { is: "blocked"; categories: readonly string[] };

/** There is no finding, and without one nothing goes on here: the step is taken again later. */
export class NoFinding extends Error {
  override readonly name = "NoFinding";
  readonly retryAfterMs: number | null;

  constructor(cause: unknown) {
    super("there is no finding", { cause });
    this.retryAfterMs = cause instanceof AppError ? (cause.retryAfterMs ?? null) : null;
  }
}

/** `content` may take as long as it likes to be made; what it rejects with is no finding either. Throws NoFinding, or what only the operator can mend. */
export async function ask(
  deps: Pick<JobDeps, "clock" | "log" | "metrics">,
  moderation: ModerationDeps,
  claim: Claim,
  { stage, index, content }: { stage: Stage; index?: number; content: (signal: AbortSignal) => Promise<Content> },
): Promise<Decision> {
  const { service } = moderation;
  const { job, signal } = claim;
  const about = { userId: job.userId, jobId: job.id, attempt: job.attempt, stage, index, service: service.id };
  try {
    const asked = await content(signal);
    const found = await withTimeout(deps.clock, CHECK_TIMEOUT_MS, signal, (stop) => service.check(asked, stop));
    const categories = namesOf(found.categories);
    const isBlocked = found.verdict === "block" || (found.verdict === "review" && moderation.onReview === "block");
    deps.metrics.count("ModerationVerdicts", { service: service.id, stage, verdict: found.verdict });
    deps.log.info({ ...about, verdict: found.verdict, categories: found.categories }, "content was checked");
    if (isBlocked) return { is: "blocked", categories };
    const verdict = found.verdict === "review" ? "review" : "allow";
    return { is: "passed", passed: { verdict, service: service.id, categories, at: deps.clock.now() } };
  } catch (error) {
    if (signal.aborted) throw error;
    deps.metrics.count("ModerationVerdicts", { service: service.id, stage, verdict: "failed" });
    deps.log.warn({ ...about, verdict: "failed", error }, "content could not be checked");
    if (moderation.onFailure === "closed") throw withoutFinding(error);
    const at = deps.clock.now();
    return { is: "passed", passed: { verdict: "unchecked", service: service.id, categories: [], at } };
  }
}

/** The file's own fault, and the operator's to mend: waiting changes neither. */
function withoutFinding(error: unknown): unknown {
  const isFinal = error instanceof AppError && (error.forOperator !== undefined || error.type === "invalid_output");
  return isFinal ? error : new NoFinding(error);
}
