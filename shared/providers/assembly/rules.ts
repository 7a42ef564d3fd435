// What may be assembled, as far as it can be seen without opening a file.
import type { ErrorDetail } from "../../errors/app-error.ts";
import type { Assembly, FrameSize, ListedAssembly, Make, TimedLine } from "../../ports/assembly.ts";
import type { InputFile, MediaKind, ProviderRequest } from "../../ports/provider.ts";

export const MOST_INPUTS = 48;
export const makes: Readonly<Record<Make, MediaKind>> = {
  ...{ pan: "video", frame: "image", poster: "image" },
  ...{ cut: "video", episode: "video", subtitles: "text" },
};

const MOST_CUTS = 24;
const MOST_SHOTS = 12;
const MOST_LINES = 600;
const LONGEST_SHOT_MS = 60_000;
const SHORTEST_SHOT_MS = 200;
const LONGEST_CUT_MS = 120_000;
const LONGEST_FILM_MS = 20 * 60_000;
const LONGEST_TEXT = 400;
const [SHORTEST_SIDE, LONGEST_SIDE] = [64, 2048];

export function isListed(assembly: Assembly | ListedAssembly): assembly is ListedAssembly {
  return "list" in assembly;
}

/** Pure. A list is looked into when it is opened. */
export function validate(request: ProviderRequest): ErrorDetail[] {
  const { model, type, operation, n, assembly, inputs = [] } = request;
  const wrong = collector();
  if (!Object.hasOwn(makes, model) || makes[model as Make] !== type) {
    const names = Object.keys(makes).filter((make) => makes[make as Make] === type);
    wrong.unless(false, "model", `There is no such model for ${type}s. There is: ${names.join(", ")}.`);
    return wrong.found;
  }
  wrong.unless(operation === "generate", "operation", "Something is put together; nothing is edited.");
  wrong.unless(n === 1, "n", "Must be 1.");
  wrong.unless(inputs.length <= MOST_INPUTS, "inputs", `Must be at most ${MOST_INPUTS}.`);
  wrong.unless(assembly?.make === model, "model", `What is to be made is no ${model}; only productions ask for it.`);
  if (!assembly || assembly.make !== model) return wrong.found;
  if (isListed(assembly)) wrong.unless(inputs[assembly.list]?.type === "text", "inputs", "The list is no text.");
  else wrong.found.push(...problemsOf(assembly, inputs));
  return wrong.found;
}

/** Of what is to be made of these inputs. */
export function problemsOf(assembly: Assembly, inputs: readonly InputFile[]): ErrorDetail[] {
  const wrong = collector();
  const has = (index: number, types: readonly MediaKind[], what: string) => {
    const file = Number.isInteger(index) ? inputs[index] : undefined;
    const isRight = file !== undefined && types.includes(file.type);
    wrong.unless(
      isRight,
      "inputs",
      `${what} is input ${index}, which is ${file ? `of type ${file.type}` : "not there"}.`,
    );
    return isRight ? file : null;
  };
  if ("size" in assembly)
    wrong.unless(isSize(assembly.size), "size", `Sides are even, ${SHORTEST_SIDE} to ${LONGEST_SIDE} pixels.`);
  switch (assembly.make) {
    case "pan":
      has(assembly.picture, ["image"], "The picture");
      wrong.unless(
        isWithin(assembly.durationMs, SHORTEST_SHOT_MS, LONGEST_SHOT_MS),
        "durationSec",
        "Must be 0.2 to 60 s.",
      );
      break;
    case "frame":
      has(assembly.clip, ["video"], "The clip");
      wrong.unless(
        assembly.atMs === null || isWithin(assembly.atMs, 0, LONGEST_FILM_MS),
        "durationSec",
        "There is no such time.",
      );
      break;
    case "poster":
      has(assembly.picture, ["image", "video"], "The picture");
      wrong.unless(isText(assembly.title) && isText(assembly.line), "prompt", `At most ${LONGEST_TEXT} characters.`);
      break;
    case "cut": {
      const { shots, lines } = assembly;
      wrong.unless(isWithin(shots.length, 1, MOST_SHOTS), "inputs", `A scene has 1 to ${MOST_SHOTS} shots.`);
      for (const { picture, durationMs } of shots) {
        has(picture, ["image", "video"], "A shot");
        wrong.unless(
          isWithin(durationMs, SHORTEST_SHOT_MS, LONGEST_SHOT_MS),
          "durationSec",
          "A shot lasts 0.2 to 60 s.",
        );
      }
      const durationMs = shots.reduce((sum, shot) => sum + shot.durationMs, 0);
      wrong.unless(durationMs <= LONGEST_CUT_MS, "durationSec", "A scene lasts two minutes at most.");
      for (const { sound } of lines) if (sound !== null) has(sound, ["audio"], "What is heard");
      checkLines(wrong, lines, durationMs + 50);
      break;
    }
    case "episode": {
      const { cuts, music, lines } = assembly;
      wrong.unless(isWithin(cuts.length, 1, MOST_CUTS), "inputs", `An episode has 1 to ${MOST_CUTS} cuts.`);
      const files = cuts.map((cut) => has(cut, ["video"], "A cut"));
      const [first] = files;
      for (const file of files) {
        if (!file || !first) continue;
        const isAlike =
          file.contentType === "video/quicktime" && file.width === first.width && file.height === first.height;
        wrong.unless(isAlike, "inputs", "Every cut is a MOV that was made by `cut`, all of one size.");
      }
      if (music !== null) has(music, ["audio"], "The music");
      const durationMs = files.reduce((sum, file) => sum + (file?.durationMs ?? 0), 0);
      wrong.unless(durationMs <= LONGEST_FILM_MS, "durationSec", "An episode lasts 20 minutes at most.");
      checkLines(wrong, lines, LONGEST_FILM_MS);
      break;
    }
    case "subtitles":
      wrong.unless(
        assembly.lines.some(({ text }) => /\S/.test(text)),
        "prompt",
        "There is nothing to be read.",
      );
      checkLines(wrong, assembly.lines, LONGEST_FILM_MS);
  }
  return wrong.found;
}

function checkLines(wrong: Collector, lines: readonly TimedLine[], endMs: number): void {
  wrong.unless(lines.length <= MOST_LINES, "prompt", `At most ${MOST_LINES} lines.`);
  const isInOrder = lines.every(({ fromMs, toMs, text }, i) => {
    const after = lines[i - 1]?.toMs ?? 0;
    return isWithin(fromMs, after, endMs) && isWithin(toMs, fromMs, endMs) && isText(text);
  });
  wrong.unless(
    isInOrder,
    "prompt",
    "Lines follow each other, within what is shown, none before the one in front of it has ended.",
  );
}

type Collector = ReturnType<typeof collector>;

function collector() {
  const found: ErrorDetail[] = [];
  const unless = (isRight: boolean, path: string, message: string) => {
    if (!isRight) found.push({ path, message });
  };
  return { found, unless };
}

function isSize({ width, height }: FrameSize): boolean {
  return [width, height].every((side) => isWithin(side, SHORTEST_SIDE, LONGEST_SIDE) && side % 2 === 0);
}

/** Times may have been reckoned with broken milliseconds. */
function isWithin(value: number, min: number, max: number): boolean {
  return Number.isFinite(value) && value >= min && value <= max;
}

function isText(text: string): boolean {
  return [...text].length <= LONGEST_TEXT;
}
