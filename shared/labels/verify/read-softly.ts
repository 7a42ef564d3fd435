// Reads whatever may be a file as far as it goes: a damaged one says what stood in front of the damage.
import { setImmediate } from "node:timers/promises";
import { AppError } from "../../errors/app-error.ts";
import { describeForeign } from "../../media/formats/foreign.ts";
import { HEAD_BYTES } from "../../media/formats/format.ts";
import { refusal } from "../../media/refusal.ts";
import { type Examined, Findings } from "../carrier.ts";
import { carrierOf } from "../formats.ts";
import type { Verdict } from "./verdict.ts";

export interface Read extends Pick<Verdict, "type" | "read"> {
  /** "png"; of a format that is not looked into what it is, with its article. */
  name: string;
  found: Examined;
  /** Why it was read only partly, in a sentence. */
  flaw: string | null;
}

/** Where the registered type calls a format otherwise than everybody else does. */
const usualNames: Readonly<Record<string, string>> = { mpeg: "mp3", quicktime: "mov", "x-subrip": "srt" };

/** A file may be made to cost as much as it can: between two pieces others have their turn, and it ends after so long, of which a plain one takes a tenth. */
const PIECE_BYTES = 16 * 1024;
const MAX_READING_MS = 2000;

export async function readSoftly(bytes: Uint8Array): Promise<Read> {
  const head = Buffer.from(bytes.subarray(0, HEAD_BYTES));
  const carrier = carrierOf(head);
  if (!carrier) {
    const found = { ...new Findings().soFar(), mediaSha256: null };
    return { type: "application/octet-stream", read: "not", name: describeForeign(head), found, flaw: null };
  }
  const type = carrier.contentType(head);
  const subtype = type.replace(/^.*\//, "");
  const name = usualNames[subtype] ?? subtype;
  const findings = new Findings();
  try {
    const found = await carrier.read(inPieces(bytes), findings);
    return { type, read: "whole", name, found, flaw: null };
  } catch (error) {
    if (!(error instanceof AppError) || error.type !== "invalid_output") throw error;
    const found = { ...findings.soFar(), mediaSha256: null };
    return { type, read: "partly", name, found, flaw: error.message };
  }
}

async function* inPieces(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  let spentMs = 0;
  for (let at = 0; at < bytes.length; at += PIECE_BYTES) {
    const since = performance.now();
    yield bytes.subarray(at, at + PIECE_BYTES);
    spentMs += performance.now() - since;
    if (spentMs > MAX_READING_MS) throw refusal("The file has so many parts that reading on would take too long.");
    await setImmediate();
  }
}
