// Before an attempt: the words of a request and its pictures are looked at, once for all attempts.
import { AppError } from "../../errors/app-error.ts";
import type { CheckedImage } from "../../ports/moderation.ts";
import type { JobDeps, ModerationDeps } from "../deps.ts";
import { goneFromStore } from "../inputs/inputs.ts";
import type { Job, JobInput } from "../job.ts";
import type { Claim } from "../moving/claim.ts";
import { turnOf } from "../moving/making.ts";
import { withoutInputs } from "../states.ts";
import { ask, NoFinding } from "./ask.ts";
import { withHandedOut } from "./handed-out.ts";
import { isInputPassed, withInputBlocked, withInputPassed, withoutFinding } from "./record.ts";

/**
 * True when the attempt may begin. Else the job was changed: it was refused, and ends before anybody was called; or it waits for a finding.
 * A finding is written before anything is done with it; whoever dies before has it asked for again.
 */
export async function isInputAllowed(deps: JobDeps, claim: Claim): Promise<boolean> {
  const { moderation } = deps;
  if (!moderation) return true;
  requireSight(moderation, claim.job);
  const text = textOf(claim.job);
  const inputs = (claim.job.inputs ?? []).filter(isPicture);
  if (isInputPassed(claim.job) || (text === "" && inputs.length === 0)) return true;
  try {
    const decision = await withHandedOut(deps, claim.job, (handOut) =>
      ask(deps, moderation, claim, {
        stage: "input",
        content: async () => ({ text, images: await imagesOf(deps, moderation, claim, inputs, handOut) }),
      }),
    );
    const now = deps.clock.now();
    await claim.update((job) =>
      decision.is === "passed"
        ? withInputPassed(job, now, decision.passed)
        : withInputBlocked(job, now, decision.categories),
    );
    return decision.is === "passed";
  } catch (error) {
    if (error instanceof AppError && error.type === "invalid_output") {
      const failure = { type: error.type, message: error.message, retryable: false, retryAfterMs: null };
      await claim.update((job) => withoutInputs(job, deps.clock.now(), failure, deps.ids.random()));
      return false;
    }
    if (!(error instanceof NoFinding)) throw error;
    await claim.update((job) => withoutFinding(job, deps.clock.now(), error.retryAfterMs, deps.ids.random()));
    return false;
  }
}

/** A film that could not be looked at once it is made would be paid for, and not kept. */
function requireSight({ look, onFailure }: ModerationDeps, { type }: Job): void {
  const blindness = type === "video" && onFailure === "closed" ? look.blindness() : null;
  if (blindness !== null) throw new AppError("internal", { forOperator: `Films cannot be checked. ${blindness}` });
}

/** Clips, sounds and texts that are given to a job are outputs of others, which were looked at when they were kept, or lists of ours. */
function isPicture({ file }: JobInput): boolean {
  return file === null || file.type === "image";
}

/** What somebody asks to see. What is not to be seen (`negativePrompt`) names just that, and would be taken for a wish. */
function textOf({ request: { prompt, style, enhancement, screenplay, sound } }: Job): string {
  const voice = sound?.kind === "speech" ? sound.voice : undefined;
  return [prompt, style, enhancement, screenplay?.title, voice]
    .flatMap((words) => (words?.trim() ? words : []))
    .join("\n");
}

async function imagesOf(
  deps: JobDeps,
  { look }: ModerationDeps,
  claim: Claim,
  inputs: readonly JobInput[],
  handOut: (bytes: Uint8Array) => CheckedImage,
): Promise<CheckedImage[]> {
  const images: CheckedImage[] = [];
  for (const { file } of inputs) {
    const object = file && (await deps.store.get(file.key, { signal: claim.signal }));
    if (!file || !object) throw goneFromStore();
    const seen = { type: "image", size: object.info.size, durationMs: null } as const;
    try {
      const made = await look.at(seen, object.body, { turn: turnOf(deps, claim), signal: claim.signal });
      images.push(...made.map(handOut));
    } finally {
      object.body.destroy();
    }
  }
  return images;
}
