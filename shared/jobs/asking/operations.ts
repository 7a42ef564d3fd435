// What can be done with pictures: what each operation needs, what it takes, and how it is put into words for a model.
import type { ErrorDetail } from "../../errors/app-error.ts";
import type { Operation } from "../../ports/provider.ts";

/** What a caller has said of an operation. */
export interface Words {
  prompt?: string | undefined;
  style?: string | undefined;
  enhancement?: string | undefined;
  /** How many pictures were given. */
  inputs: number;
}

type Field = "style" | "enhancement";

interface Rule {
  /** Whether there has to be a picture to work on. Where there need not be, pictures may still be given to go by. */
  needsInput: boolean;
  takes: readonly Field[];
  /** What has to be said, when it was not. */
  missing(words: Words): ErrorDetail | null;
  /** Around the prompt, for a model that is told by words alone. Empty ones are left out; a prompt that stands alone needs no instruction. */
  phrases(words: Words): readonly (string | undefined)[];
}

const operations: Readonly<Record<Operation, Rule>> = {
  generate: {
    needsInput: false,
    takes: ["style", "enhancement"],
    missing: noPrompt,
    phrases: ({ prompt, style, enhancement }) => [prompt, styled(style), coloured(enhancement)],
  },
  edit: {
    needsInput: true,
    takes: ["style", "enhancement"],
    missing: noPrompt,
    phrases: ({ prompt, style, enhancement }) => [prompt, styled(style), coloured(enhancement)],
  },
  style_transfer: {
    needsInput: true,
    takes: ["style", "enhancement"],
    missing: ({ prompt, style, inputs }) =>
      prompt === undefined && style === undefined && inputs < 2
        ? {
            path: "style",
            message: "is required for style_transfer, unless a prompt or a second input shows the style",
          }
        : null,
    phrases: ({ prompt, style, enhancement, inputs }) => [
      "Redraw the first picture in another style. Keep what it shows and how it is composed.",
      styled(style) ?? (inputs > 1 ? "Style: that of the second picture." : undefined),
      prompt,
      coloured(enhancement),
    ],
  },
  background_removal: {
    needsInput: true,
    takes: [],
    missing: () => null,
    phrases: ({ prompt }) => [
      "Remove the background of the first picture and leave it transparent. Keep the subject exactly as it is.",
      prompt,
    ],
  },
  color_enhancement: {
    needsInput: true,
    takes: ["enhancement"],
    missing: () => null,
    phrases: ({ prompt, enhancement }) => [
      "Improve the colours, the contrast and the exposure of the first picture. Change nothing else of it.",
      prompt,
      coloured(enhancement),
    ],
  },
};

/** What is wrong or missing in a request for this operation; empty when nothing is. */
export function checkOperation(operation: Operation, words: Words): ErrorDetail[] {
  const { needsInput, takes, missing } = operations[operation];
  const wrong: ErrorDetail[] = (["style", "enhancement"] as const)
    .filter((field) => words[field] !== undefined && !takes.includes(field))
    .map((field) => ({ path: field, message: `is nothing that ${operation} takes; leave it out` }));
  if (needsInput && words.inputs === 0) {
    wrong.push({ path: "inputs", message: `${operation} works on a picture: name at least one` });
  }
  const absent = missing(words);
  return absent ? [...wrong, absent] : wrong;
}

/** What a model is told that knows nothing but words; undefined when the prompt says it all. */
export function instructionOf(operation: Operation, words: Words): string | undefined {
  const said = operations[operation].phrases(words).filter((phrase) => phrase !== undefined);
  return said.length === 1 && said[0] === words.prompt ? undefined : said.join("\n");
}

function noPrompt({ prompt }: Words): ErrorDetail | null {
  const message = "is required, unless imageUrl or videoUrl names a file to keep";
  return prompt === undefined ? { path: "prompt", message } : null;
}

function styled(style: string | undefined): string | undefined {
  return style === undefined ? undefined : `Style: ${style}.`;
}

function coloured(enhancement: string | undefined): string | undefined {
  return enhancement === undefined ? undefined : `Colours and light: ${enhancement}.`;
}
