// Before outputs are kept: what lies in temp/ and was found to be whole is looked at, one after the other.
import { AppError } from "../../errors/app-error.ts";
import { blockedKey, tempOutputKey } from "../../media/keys.ts";
import type { JobDeps, ModerationDeps } from "../deps.ts";
import type { Delivery, Job } from "../job.ts";
import type { Claim } from "../moving/claim.ts";
import { turnOf } from "../moving/making.ts";
import { withDelivery } from "../states.ts";
import { ask, type Decision, NoFinding } from "./ask.ts";
import { withHandedOut } from "./handed-out.ts";
import { blocked, withFinding, withOutputPassed, withoutFinding } from "./record.ts";
import { wordsOf } from "./words.ts";

type Unchecked = Delivery & { state: "unchecked" };

/** Each finding is written by itself. Until then nobody keeps the file: events for it are dropped, and this owner or the next one goes on. */
export async function checkOutputs(deps: JobDeps, claim: Claim): Promise<void> {
  for (const [index, delivery] of claim.job.deliveries.entries()) {
    if (delivery.state !== "unchecked") continue;
    try {
      const change = await checkOutput(deps, claim, index, delivery);
      await claim.update(change);
    } catch (error) {
      if (!(error instanceof NoFinding)) throw error;
      await claim.update((job) => withoutFinding(job, deps.clock.now(), error.retryAfterMs, deps.ids.random()));
      return;
    }
  }
}

async function checkOutput(
  deps: JobDeps,
  claim: Claim,
  index: number,
  delivery: Unchecked,
): Promise<(job: Job) => Job> {
  const { source } = delivery;
  const to = (next: Delivery) => (job: Job) => withDelivery(job, deps.clock.now(), index, next, deps.ids.random());
  // The operator has switched checks off meanwhile.
  if (!deps.moderation) return to({ ...delivery, state: "stored" });
  try {
    const decision = await decide(deps, deps.moderation, claim, { index, delivery });
    if (decision === "gone") return to({ source, state: "waiting" });
    if (decision.is === "passed") {
      return (job) => to({ ...delivery, state: "stored" })(withOutputPassed(job, index, decision.passed));
    }
    await setAside(deps, claim, index, delivery);
    const error = blocked("output", decision.categories);
    return (job) => to({ source, state: "failed", error, retryAfterMs: null })(withFinding(job));
  } catch (error) {
    if (!(error instanceof AppError) || error.type !== "invalid_output") throw error;
    const { type, message } = error;
    return to({ source, state: "failed", error: { type, message, retryable: false }, retryAfterMs: null });
  }
}

/** `gone`: what was found to be whole lies there no more. */
async function decide(
  deps: JobDeps,
  moderation: ModerationDeps,
  claim: Claim,
  { index, delivery }: { index: number; delivery: Unchecked },
): Promise<Decision | "gone"> {
  const { userId, id, attempt, type } = claim.job;
  const object = await deps.store.get(tempOutputKey(userId, id, attempt, index), { signal: claim.signal });
  if (object?.info.etag !== delivery.etag) {
    object?.body.destroy();
    return "gone";
  }
  const { extension, size, durationMs } = delivery;
  const seen = { type, extension, size, durationMs };
  try {
    return await withHandedOut(deps, claim.job, (handOut) =>
      ask(deps, moderation, claim, {
        ...{ stage: "output", index },
        async content(signal) {
          if (type === "audio" || type === "archive") return {};
          if (type === "text") return { text: await wordsOf(object.body) };
          const made = await moderation.look.at(seen, object.body, { turn: turnOf(deps, claim), signal });
          return { images: made.map(handOut) };
        },
      }),
    );
  } finally {
    object.body.destroy();
  }
}

/** Before the finding is written: what is refused is there for a day, for whoever is asked about it, and shown to nobody. */
async function setAside(deps: JobDeps, { job }: Claim, index: number, { etag }: Unchecked): Promise<void> {
  const { userId, id, attempt } = job;
  await deps.store.copy(tempOutputKey(userId, id, attempt, index), blockedKey(userId, id, attempt, index), {
    ifMatch: etag,
  });
}
