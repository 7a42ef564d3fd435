// The label of GB 45438-2025, annex E, as the text that stands in a file; and what texts of others are taken to say.
import type { AigcLabel } from "./mark.ts";

const fields = [
  "Label",
  "ContentProducer",
  "ProduceID",
  "ReservedCode1",
  "ContentPropagator",
  "PropagateID",
  "ReservedCode2",
] as const;

/** Far more than any label has; whoever writes more writes something else. */
const MAX_TEXT = 16_384;

/** Bare JSON of the seven fields in their order. Annex E j: characters 0x21 to 0x7E only; others are written as JSON's escapes. */
export function aigcText(label: AigcLabel): string {
  const ordered = Object.fromEntries(fields.map((field) => [field, label[field]]));
  return JSON.stringify(ordered).replaceAll(/[^!-~]/g, unicodeEscape);
}

/** The same as PNG and EXIF have it. */
export function wrappedAigcText(label: AigcLabel): string {
  return `{"AIGC":${aigcText(label)}}`;
}

export interface ReadAigc {
  label: AigcLabel;
  /** In which ways the text is not as the standard wants it, in words for people; empty when it is. */
  deviations: string[];
}

/** Reads a label softly: as much as can be told of what was meant. Null when it is none. */
export function readAigc(raw: string): ReadAigc | null {
  if (raw.length > MAX_TEXT) return null;
  const deviations: string[] = [];
  const object = unwrapped(raw, deviations);
  if (!object) return null;
  const given = new Map(Object.entries(object).map(([name, value]) => [name.toLowerCase(), { name, value }]));
  if (!given.has("label") && !given.has("contentproducer")) return null;
  const texts = fields.map((field): [string, string] => {
    const found = given.get(field.toLowerCase());
    if (!found) deviations.push(`${field} is missing`);
    else if (found.name !== field) deviations.push(`${field} is spelled otherwise`);
    if (found && typeof found.value !== "string") deviations.push(`${field} is no text`);
    return [field, textOf(found?.value)];
  });
  const label = { ...emptyLabel, ...Object.fromEntries(texts) };
  if (!/^[123]$/.test(label.Label)) deviations.push("Label is not 1, 2 or 3");
  if (/[^!-~]/.test(raw)) deviations.push("it has characters that are not printable ASCII");
  // Seen in files of a large vendor: the name of the thing instead of its value.
  return { label: { ...label, Label: label.Label === "AIGC" ? "1" : label.Label }, deviations };
}

const emptyLabel: AigcLabel = {
  Label: "",
  ContentProducer: "",
  ProduceID: "",
  ReservedCode1: "",
  ContentPropagator: "",
  PropagateID: "",
  ReservedCode2: "",
};

/** Also what is wrapped in `{"AIGC":…}`, encoded twice, or begins with the bare word. */
function unwrapped(raw: string, deviations: string[]): Record<string, unknown> | null {
  let value: unknown = raw;
  for (let depth = 0; depth < 4; depth++) {
    if (typeof value === "string") {
      if (depth > 0) deviations.push("it is encoded twice");
      value = parsed(value.trim().replace(/^AIGC\s*[:=]?\s*(?=\{)/, ""));
      if (typeof value === "string") continue;
    }
    if (typeof value !== "object" || value === null || Array.isArray(value)) return null;
    const entries: [string, unknown][] = Object.entries(value);
    const [only] = entries;
    if (entries.length !== 1 || only?.[0].toLowerCase() !== "aigc") return Object.fromEntries(entries);
    value = only[1];
  }
  return null;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function textOf(value: unknown): string {
  if (typeof value === "string") return value;
  return typeof value === "number" ? String(value) : "";
}

function unicodeEscape(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}
