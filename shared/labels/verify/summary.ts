// What a file's marks come to: whether it says that it was made by AI, and all of it in a line for people.
import type { Read } from "./read-softly.ts";
import type { FoundMark, Ours, Verdict } from "./verdict.ts";

export const LIMITS =
  "No mark is no proof that a file was not made by AI: marks get lost on the way, or are taken out. Only signed ones are safe from being forged. Invisible watermarks are not looked for.";

/** IPTC's words for what a trained model has made, or a part of it; and for what some other program has. */
const madeByAi = ["trainedAlgorithmicMedia", "compositeWithTrainedAlgorithmicMedia"];
const madeByPrograms = [
  ...["algorithmicMedia", "compositeSynthetic", "algorithmicallyEnhanced", "dataDrivenMedia"],
  ...["virtualRecording", "softwareImage"],
];

type Word = "yes" | "maybe" | null;

export function aiOf(marks: readonly FoundMark[], { read }: Pick<Read, "read">): Verdict["ai"] {
  const words = marks.map(wordOf);
  if (words.includes("yes")) return "yes";
  if (words.includes("maybe")) return "maybe";
  const isOpen = read !== "whole" || marks.some((mark) => mark.kind === "c2pa" && isUnread(mark.state));
  return isOpen ? "unknown" : "not_declared";
}

function wordOf(mark: FoundMark): Word {
  if (mark.kind === "iptc") return wordOfSource(mark.value);
  // A text that says nothing is there because somebody wanted to say something.
  if (mark.kind === "gb45438") return mark.label === "1" ? "yes" : "maybe";
  const word = wordOfSource(mark.sourceType?.replace(/^.*\//, "") ?? "");
  return mark.state === "invalid" && word === "yes" ? "maybe" : word;
}

function wordOfSource(value: string): Word {
  if (madeByAi.includes(value)) return "yes";
  return madeByPrograms.includes(value) ? "maybe" : null;
}

function isUnread(state: string): boolean {
  return state === "unreadable" || state === "remote_only";
}

interface Told {
  ai: Verdict["ai"];
  ours: Ours;
  marks: readonly FoundMark[];
  read: Read;
}

export function summaryOf({ ai, ours, marks, read }: Told): string {
  const labels = marks.flatMap((mark) => (mark.kind === "gb45438" ? [mark] : []));
  const isForged = !ours.known && labels.some(({ signature }) => signature === "ours_broken");
  return [
    sentences[ai],
    ...(ours.known ? [ofOurs[`${ours.intact}`]] : []),
    ...(isForged ? [FORGED] : []),
    ...(labels.some(({ state }) => state === "conflicting") ? ["Its labels contradict each other."] : []),
    ...(marks.some((mark) => mark.kind === "c2pa" && mark.state === "invalid") ? [BROKEN_MANIFEST] : []),
    ...(marks.some((mark) => mark.kind === "c2pa" && isUnread(mark.state)) ? [UNREAD_MANIFEST] : []),
    ...(read.read === "partly" ? [`It was read only as far as it is whole: ${read.flaw}`] : []),
    ...(read.read === "not" ? [`It is ${read.name}, into which nothing here looks.`] : []),
  ].join(" ");
}

const sentences: Readonly<Record<Verdict["ai"], string>> = {
  yes: "The file says that AI made it, or a part of it.",
  maybe: "The file says that AI may have made it.",
  not_declared: "The file carries no mark that says that AI made it.",
  unknown: "Whether the file says that AI made it could not be read.",
};

const ofOurs: Readonly<Record<"true" | "false" | "null", string>> = {
  true: "It carries our label, and is what we labelled.",
  false: "It carries our label, and is not what we labelled: it was changed, or the label was copied onto it.",
  null: "It carries our label; whether it was changed since cannot be told any more.",
};

const FORGED = "Its label names us, and was not written by us, or with a key that we do not use any more.";
const BROKEN_MANIFEST = "Its C2PA manifest does not fit the file: either was changed.";
const UNREAD_MANIFEST = "It has a C2PA manifest that was not read here.";
