// What a job's outputs say of themselves: written while they are stored, so that nothing of ours is ever kept without.
import { AppError } from "../../errors/app-error.ts";
import { type Labels, MAX_LABEL_BYTES, type Problem, type Said } from "../../labels/label.ts";
import type { Checked } from "../../media/check.ts";
import { type Inspection, type InspectOptions, inspectMedia } from "../../media/inspect.ts";
import { refusal } from "../../media/refusal.ts";
import type { JobDeps } from "../deps.ts";
import type { Job } from "../job.ts";

const newsCodes = "http://cv.iptc.org/newscodes/digitalsourcetype/";

/** The same however often an output is transferred. Null: it is kept as it came. */
export function saidOf({ labels }: Pick<JobDeps, "labels">, job: Job, index: number): Said | null {
  if (!labels || (job.provider === "import" && !labels.marksImports)) return null;
  const { id, userId, attempt, request } = job;
  const digitalSourceType = `${newsCodes}${sourceTypeOf(job)}`;
  return { produceId: `${id}-${attempt}-${index}`, ownerId: userId, digitalSourceType, model: request.model };
}

/** IPTC's words: drawn by our own code; a picture of somebody's that a model has changed; made by a model. */
function sourceTypeOf({ provider, operation, inputs }: Job): string {
  if (provider === "sketch") return "algorithmicMedia";
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
}

/**
 * Labels a file that is checked while it comes, and inspects what has become of it. Where the profile demands the label and it cannot be
 * written, the body breaks off before the store has it, with what ends a job.
 */
export function labelled(
  labels: Labels | null,
  said: Said | null,
  checked: Checked,
  { maxBytes, expect }: Pick<InspectOptions, "maxBytes" | "expect">,
): Outgoing {
  if (!labels || !said) return { ...checked, problem: () => null };
  let isWhole = false;
  async function* came() {
    yield* checked.body;
    isWhole = true;
  }
  const marking = labels.mark(came(), said);
  const inspected = inspectMedia(demanded(labels, marking), { expect, maxBytes: maxBytes + MAX_LABEL_BYTES });
  let fault: Problem | null = null;
  async function* body() {
    try {
      yield* inspected.body;
      if (!isSameShown(checked.result(), inspected.result())) throw refusal("It would be shown otherwise.");
    } catch (error) {
      // A file that was bad before is none of the label's fault.
      const isDamage = isWhole && error instanceof AppError && error.type === "invalid_output";
      if (!isDamage || marking.problem()) throw error;
      fault = { reason: "Labelling has damaged a file", cause: error };
      throw unlabelled(fault);
    }
  }
  return { body: body(), result: inspected.result, problem: () => fault ?? marking.problem() };
}

/** Nothing passes once it is known that the label is missing. */
async function* demanded({ isRequired }: Labels, { body, problem }: ReturnType<Labels["mark"]>) {
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

function isSameShown(before: Inspection, after: Inspection): boolean {
  const shown = ({ extension, width, height, durationMs }: Inspection) =>
    `${extension} ${width} ${height} ${durationMs}`;
  return shown(before) === shown(after);
}
