// What is being written in the composer. It outlives a reload, the end of a token and the network.
import type { Job } from "dream-factory-client";
import { go } from "../api/route.ts";
import { createOwn } from "../api/stored.ts";
import type { Attached, Input, StoredPicture } from "../components/use-file-upload.ts";
import type { Work } from "../components/work.ts";

export const kinds = ["image", "video", "speech", "music", "keep"] as const;
export type Kind = (typeof kinds)[number];

/** Whatever of it the model does not take is left out, and comes back with a model that does. */
export interface Choice {
  /** `provider/model`; absent: the server's default. */
  model?: string;
  operation?: string;
  n?: number;
  size?: string;
  ratio?: string;
  resolution?: string;
  durationSec?: number;
  quality?: string;
  voice?: string;
  mood?: string;
}

export interface Fine {
  negativePrompt?: string;
  style?: string;
  enhancement?: string;
  seed?: string;
  hasNoLabel?: boolean;
}

export interface Draft {
  kind: Kind;
  /** By kind: a film's words are not a voice's. */
  prompts: Partial<Record<Kind, string>>;
  choices: Partial<Record<Kind, Choice>>;
  fine: Fine;
  /** Those that are in the store. */
  attached: readonly Attached[];
  /** To be attached as soon as the composer is there: beside those that are, or, `isAll`, in place of them. */
  incoming: { pictures: readonly StoredPicture[]; isAll: boolean } | null;
  /** What was typed before a work was made again over it. */
  replaced: Pick<Draft, "kind" | "prompts" | "choices" | "fine" | "attached"> | null;
  /** The words that a work put there: nobody has typed them. */
  given: Partial<Record<Kind, string>>;
  hasTests: boolean;
}

const first: Draft = {
  kind: "image",
  prompts: {},
  choices: {},
  fine: {},
  attached: [],
  incoming: null,
  replaced: null,
  given: {},
  hasTests: false,
};

export const draft = createOwn<Draft>("draft", first, (found) =>
  typeof found === "object" && found !== null && kinds.some((kind) => "kind" in found && found.kind === kind)
    ? { ...first, ...found }
    : null,
);

export function changeDraft(part: Partial<Draft>): void {
  draft.set({ ...draft.get(), ...part });
}

export function changeChoice(kind: Kind, part: Choice): void {
  const { choices } = draft.get();
  changeDraft({ choices: { ...choices, [kind]: { ...choices[kind], ...part } } });
}

/** A work as the picture that the next one is made from. */
export function takeAsInput(work: Work): void {
  const { job, output } = work;
  const kind = draft.get().kind === "video" ? "video" : "image";
  const [name, url] = [job.prompt.slice(0, 60), work.thumbnail ?? output.url];
  const picture = { name, url, input: { jobId: job.id, index: output.index } };
  changeDraft({ kind, incoming: { pictures: [picture], isAll: false } });
  go("make");
}

/** The same words and settings with another seed: nothing is sent before its price was seen. */
export function madeAgain(job: Job): void {
  const kind = kindOf(job);
  const { params } = job;
  const { n, size, ratio, resolution, durationSec, quality, voice, mood } = params;
  const given = { operation: job.operation, n, size, ratio, resolution, durationSec, quality, voice, mood };
  const choice = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as Choice;
  const { negativePrompt, style, enhancement } = params;
  const words = params.imageUrl ?? params.videoUrl ?? job.prompt;
  const { incoming: _, replaced, given: earlier, hasTests: __, ...before } = draft.get();
  const typed = before.prompts[kind]?.trim() ?? "";
  const isTyped = !["", words.trim(), earlier[kind]?.trim()].includes(typed);
  changeDraft({
    kind,
    // Words that came from a work are there still; those that were typed are kept for whoever wants them back.
    replaced: isTyped ? before : replaced,
    given: { ...earlier, [kind]: words },
    prompts: { ...before.prompts, [kind]: words },
    choices: {
      ...before.choices,
      [kind]: kind === "keep" ? {} : { ...choice, model: `${job.provider}/${job.model}` },
    },
    fine: {
      ...(negativePrompt && { negativePrompt }),
      ...(style && { style }),
      ...(enhancement && { enhancement }),
      seed: String(crypto.getRandomValues(new Uint32Array(1))[0] ?? 0).slice(0, 9),
    },
    incoming: { pictures: picturesOf(params.inputs), isAll: true },
  });
  go("make");
}

export function bringBack(): void {
  const { replaced } = draft.get();
  if (!replaced) return;
  const pictures = replaced.attached.flatMap(({ name, url, input }) => (input ? { name, url, input } : []));
  changeDraft({ ...replaced, incoming: { pictures, isAll: true }, replaced: null });
}

function kindOf({ type, params, provider }: Job): Kind {
  if (provider === "import") return "keep";
  if (type === "audio") return params.sound === "music" ? "music" : "speech";
  return type === "video" ? "video" : "image";
}

function picturesOf(inputs: readonly object[] = []): StoredPicture[] {
  return inputs.map((input, index) => ({ name: `@${index + 1}`, url: null, input: input as Input }));
}
