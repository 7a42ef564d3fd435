// Where a reader of everything is, as the text that it comes back with: how many settled holds it has heard of, and for each of those that go on
// (or ended after that number) the number of the newest event that it has. No clock is in it, so that none has to be right.
import { isUuidV7 } from "../../ports/ids.ts";

export interface Place {
  /** All that was settled up to this number has been told. */
  settled: number;
  /** By the item's name, `job#…` or `production#…`: the newest event that was told. */
  told: ReadonlyMap<string, number>;
}

/** Far more than anybody has under way; a header of 4 KB passes everywhere. What is left out is told anew. */
const MOST_ENTRIES = 150;
const ENTRY_BYTES = 20;
const PRODUCTION_BIT = 0x8000_0000;

const pattern = /^(0|[1-9][0-9]{0,14})\.([A-Za-z0-9_-]*)$/;

/** `17.AY…`: the number, then 20 bytes for each entry in base64url: its id, and its event with the kind in the highest bit. */
export function placeText({ settled, told }: Place): string {
  const entries = [...told].slice(0, MOST_ENTRIES);
  const bytes = Buffer.alloc(entries.length * ENTRY_BYTES);
  for (const [i, [name, n]] of entries.entries()) {
    const [kind = "", id = ""] = name.split("#");
    bytes.write(id.replaceAll("-", ""), i * ENTRY_BYTES, "hex");
    bytes.writeUInt32BE((n | (kind === "production" ? PRODUCTION_BIT : 0)) >>> 0, i * ENTRY_BYTES + 16);
  }
  return `${settled}.${bytes.toString("base64url")}`;
}

/** Null for a text that is none of ours. */
export function placeOf(text: string): Place | null {
  const [, settled = "", packed = ""] = pattern.exec(text) ?? [];
  const bytes = Buffer.from(packed, "base64url");
  const isWhole = bytes.length % ENTRY_BYTES === 0 && bytes.toString("base64url") === packed;
  if (settled === "" || !isWhole || bytes.length > MOST_ENTRIES * ENTRY_BYTES) return null;
  const told = new Map<string, number>();
  for (let at = 0; at < bytes.length; at += ENTRY_BYTES) {
    const id = idOf(bytes.toString("hex", at, at + 16));
    const number = bytes.readUInt32BE(at + 16);
    if (!isUuidV7(id)) return null;
    told.set(`${number >= PRODUCTION_BIT ? "production" : "job"}#${id}`, number & 0x7fff_ffff);
  }
  return { settled: Number(settled), told };
}

function idOf(hex: string): string {
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
