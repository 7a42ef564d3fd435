// What a job's outputs say of themselves: written while they are stored, so that nothing of ours is ever kept without.
import { AppError } from "../../errors/app-error.ts";
import { type Labels, MAX_LABEL_BYTES, type Said } from "../../labels/label.ts";
import type { Problem } from "../../labels/mark.ts";
import type { VisibleLabel } from "../../labels/visible/drawing.ts";
import type { Checked } from "../../media/check.ts";
import { type Inspection, type InspectOptions, inspectMedia } from "../../media/inspect.ts";
import { refusal } from "../../media/refusal.ts";
import type { JobDeps } from "../deps.ts";
import type { Job } from "../job.ts";
import { noteUnlabelled, withdrawUnlabelled } from "./label-log.ts";

const newsCodes = "http://cv.iptc.org/newscodes/digitalsourcetype/";

/** The same however often an output is transferred. Null: it is kept as it came. */
export function saidOf({ labels }: Pick<JobDeps, "labels">, job: Job, index: number): Said | null {
  if (!labels || (job.provider === "import" && !labels.marksImports)) return null;
  // What is in it says so of itself.
  if (job.type === "archive") return null;
  const { id, userId: ownerId, attempt, attemptAt: madeAt, request } = job;
  const digitalSourceType = `${newsCodes}${sourceTypeOf(job)}`;
  return { produceId: `${id}-${attempt}-${index}`, ownerId, digitalSourceType, model: request.model, madeAt };
}

/** What is drawn into an output for everybody to see, as it was decided when the job was made; null for nothing. */
export function visibleOf(
  deps: Pick<JobDeps, "table" | "clock" | "turns">,
  job: Job,
  index: number,
  signal: AbortSignal,
): VisibleLabel | null {
  const { visibleLabel, userId, type: kind } = job;
  if (!visibleLabel || visibleLabel.isDeclined) return null;
  const { text, isRequired } = visibleLabel;
  const undrawn = () => noteUnlabelled(deps, job, { index, why: "failed", sha256: null });
  let wasNoted = false;
  return {
    ...{ text, isRequired, kind, signal },
    turn: (act, piece) => deps.turns.run(userId, act, { ...piece, signal }),
    undrawn,
    async drawn() {
      wasNoted = await withdrawUnlabelled(deps, job, index);
    },
    async overtaken() {
      if (wasNoted) await undrawn();
    },
  };
}

/** IPTC's words: drawn by our own code; a picture of somebody's that a model has changed; made by a model. */
function sourceTypeOf({ provider, operation, inputs }: Job): string {
  if (provider === "sketch") return "algorithmicMedia";
  // What films are put together from is mostly made by models, and not all of it.
  if (provider === "assembly") return "compositeWithTrainedAlgorithmicMedia";
  const isEdit = operation !== "generate" && (inputs?.length ?? 0) > 0;
  return isEdit ? "compositeWithTrainedAlgorithmicMedia" : "trainedAlgorithmicMedia";
}

/** A file on its way into the store. */
export interface Outgoing {
  body: AsyncIterable<Uint8Array>;
  /** Of what was passed on, once the body has ended well. */
  result(): Inspection;
  /** Why it carries no label although it should; null where it does, or need not. */
  problem(): Problem | null;
  /** Why it goes without a visible label that it need not have. */
  undrawn(): Problem | null;
  /** Once the body has ended well: whether the visible label is in it. */
  isDrawn(): boolean;
  /** What is missing although the file may be kept; null: nothing is. */
  remark(): Problem | null;
  /** True: it has broken off, and is to be kept as it comes. */
  isToStay(): boolean;
}

/**
 * Labels a file that is checked while it comes, and inspects what has become of it. Where the profile demands the label and it cannot be
 * written, the body breaks off before the store has it, with what ends a job.
 */
export function labelled(
  labels: Labels | null,
  { said, visible }: Spoken,
  checked: Checked,
  { maxBytes, expect }: Pick<InspectOptions, "maxBytes" | "expect">,
): Outgoing {
  if (!labels || !said) {
    const none = () => null;
    const no = () => false;
    return { ...checked, problem: none, undrawn: none, isDrawn: no, remark: none, isToStay: no };
  }
  let isWhole = false;
  async function* came() {
    yield* checked.body;
    isWhole = true;
  }
  const marking = labels.mark(came(), said, visible);
  const inspected = inspectMedia(demanded(labels.isRequired || visible?.isRequired === true, marking), {
    expect,
    maxBytes: mostBytes(maxBytes, visible),
  });
  let fault: Problem | null = null;
  async function* body() {
    try {
      yield* inspected.body;
      if (!isSameShown(checked.result(), inspected.result(), marking.isDrawn()))
        throw refusal("It would be shown otherwise.");
    } catch (error) {
      // A file that was bad before is none of the label's fault.
      const isDamage = isWhole && error instanceof AppError && error.type === "invalid_output";
      if (!isDamage || marking.problem()) throw error;
      fault = { reason: "Labelling has damaged a file", cause: error };
      throw unlabelled(fault);
    }
  }
  const { undrawn, isDrawn, remark, isToStay } = marking;
  return {
    ...{ body: body(), result: inspected.result, problem: () => fault ?? marking.problem() },
    ...{ undrawn, isDrawn, remark, isToStay },
  };
}

/** What a file says of itself, and what is drawn into it. */
export interface Spoken {
  said: Said | null;
  visible: VisibleLabel | null;
}

/** A file that was drawn into is written anew, as well as it was: what had been pressed harder takes more. */
const GROWTH = 3;

export function mostBytes(maxBytes: number, visible: VisibleLabel | null): number {
  return (visible ? GROWTH * maxBytes : maxBytes) + MAX_LABEL_BYTES;
}

/** Nothing passes once it is known that the label is missing. */
async function* demanded(isRequired: boolean, { body, problem }: ReturnType<Labels["mark"]>) {
  const refuse = () => {
    const found = problem();
    if (isRequired && found) throw unlabelled(found);
  };
  try {
    for await (const chunk of body) {
      refuse();
      yield chunk;
    }
  } finally {
    refuse();
  }
}

/** Ends the job, whose credits are given back: another try would come to the same. */
export function unlabelled({ reason, cause }: Problem): AppError {
  const words = cause instanceof Error ? `${reason}: ${cause.message}` : reason;
  return new AppError("internal", { forOperator: `${words}. LABEL_PROFILE demands a label.`, cause });
}

/** Where sound begins and ends beside the picture is told otherwise by who writes a film anew. */
const MOST_MS_OFF = 150;

function isSameShown(before: Inspection, after: Inspection, isDrawn: boolean): boolean {
  const shown = ({ extension, width, height }: Inspection) => `${extension} ${width} ${height}`;
  const msOff = Math.abs((before.durationMs ?? 0) - (after.durationMs ?? 0));
  return shown(before) === shown(after) && msOff <= (isDrawn && before.kind === "video" ? MOST_MS_OFF : 0);
}
