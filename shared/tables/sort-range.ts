// Where a page of sort keys begins and ends. Databases compare the bytes of UTF-8, which is the order of code points; JavaScript does not.
import type { Query } from "../ports/table.ts";
import { MAX_KEY_BYTES } from "./item-limits.ts";

/** A page goes on behind `after`, a key that begins with the prefix; null: at the first key of the prefix in the order asked for. */
export interface PageStart {
  after: string | null;
}

/** Null when nothing can follow: the cursor stands behind every key of the prefix, or no key is as long as the prefix. */
export function pageStart({ prefix, order, after }: Query): PageStart | null {
  if (Buffer.byteLength(prefix) > MAX_KEY_BYTES) return null;
  if (after === undefined) return { after: null };
  if (after !== "" && after.startsWith(prefix)) return { after };
  const standsBefore = Buffer.compare(Buffer.from(after), Buffer.from(prefix)) <= 0;
  return standsBefore === (order === "ascending") ? { after: null } : null;
}

/** The first text behind all that begin with `prefix`; null when there is none. */
export function behindPrefix(prefix: string): string | null {
  const points = Array.from(prefix, (character) => character.codePointAt(0) ?? 0);
  while (points.at(-1) === LAST_POINT) points.pop();
  const last = points.pop();
  if (last === undefined) return null;
  const next = last === BEFORE_SURROGATES ? BEHIND_SURROGATES : last + 1;
  return String.fromCodePoint(...points, next);
}

/**
 * A text behind every key (of at most MAX_KEY_BYTES) that stands before `prefix`, and itself before it; null when no key does.
 * For databases that only know an exclusive end: `prefix` itself is a key that begins with it. At most 4 bytes longer than a key.
 */
export function beforePrefix(prefix: string): string | null {
  const points = Array.from(prefix, (character) => character.codePointAt(0) ?? 0);
  const last = points.pop();
  if (last === undefined) return null;
  const rest = String.fromCodePoint(...points);
  if (last === 0) return rest === "" ? null : rest;
  const below = rest + String.fromCodePoint(last === BEHIND_SURROGATES ? BEFORE_SURROGATES : last - 1);
  const room = MAX_KEY_BYTES - Buffer.byteLength(below);
  return below + String.fromCodePoint(LAST_POINT).repeat(Math.floor(room / 4) + 1);
}

const LAST_POINT = 0x10ffff;
const BEFORE_SURROGATES = 0xd7ff;
const BEHIND_SURROGATES = 0xe000;
