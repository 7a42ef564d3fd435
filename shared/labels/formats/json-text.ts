// A JSON object: the label and IPTC's fields are its first members, under names that nothing else has.
import { createHash } from "node:crypto";
import { refusal } from "../../media/refusal.ts";
import { ByteSource } from "../byte-source.ts";
import { type Carrier, type Examined, Findings, type Reopen } from "../carrier.ts";
import type { Mark } from "../mark.ts";

const LABEL = "AIGC";
const SOURCE_TYPE = "DigitalSourceType";
const SYSTEM = "AISystemUsed";
const VERSION = "AISystemVersionUsed";
const ours = [LABEL, SOURCE_TYPE, SYSTEM, VERSION];

/** A text is held as a whole; larger ones are not taken anywhere. */
const MAX_TEXT_BYTES = 2 * 1024 * 1024;

export const jsonTextCarrier: Carrier = {
  name: "JSON",
  signedAs: null,
  contentType: () => "application/json",
  matches: (head) => /^[ \t\r\n]*\{/.test(head.toString("latin1")),
  write,
  read,
};

async function* write(open: Reopen, { aigc, digitalSourceType, system }: Mark): AsyncGenerator<Uint8Array> {
  const said = {
    ...(aigc && { [LABEL]: aigc }),
    ...(digitalSourceType !== null && { [SOURCE_TYPE]: digitalSourceType }),
    ...(system && { [SYSTEM]: system.name, [VERSION]: system.version }),
  };
  yield Buffer.from(`${written({ ...said, ...contentOf(await objectOf(open())) })}\n`);
}

async function read(body: AsyncIterable<Uint8Array>, found = new Findings()): Promise<Examined> {
  const object = await objectOf(body);
  if (Object.hasOwn(object, LABEL)) found.addAigc(LABEL, JSON.stringify(object[LABEL]));
  if (typeof object[SOURCE_TYPE] === "string") found.addSourceType(object[SOURCE_TYPE]);
  const mediaSha256 = createHash("sha256")
    .update(written(contentOf(object)))
    .digest("hex");
  return { ...found.end(), mediaSha256 };
}

/** What is nested too deep to be written is nothing that anybody has written. */
function written(object: object): string {
  try {
    return JSON.stringify(object, null, 1);
  } catch {
    throw refusal("The text is nested too deep.");
  }
}

function contentOf(object: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(object).filter(([name]) => !ours.includes(name)));
}

/** Throws AppError `invalid_output` for what is no JSON object. */
async function objectOf(body: AsyncIterable<Uint8Array>): Promise<Record<string, unknown>> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of new ByteSource(body).rest()) {
    bytes += chunk.length;
    if (bytes > MAX_TEXT_BYTES) throw refusal("The text is too large to be looked into.");
    chunks.push(Buffer.from(chunk));
  }
  try {
    const value: unknown = JSON.parse(Buffer.concat(chunks).toString());
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  } catch {
    // Said below.
  }
  throw refusal("The text is no JSON object.");
}
