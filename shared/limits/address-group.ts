// Which addresses count as one caller.
import { isIP } from "node:net";

/**
 * The group that an address is counted in; null for what is no address. An IPv4 address stands for itself, in whatever way it is written;
 * of an IPv6 address only the first 64 bits count, because whoever has one has all of them (RFC 6177, RFC 4291 2.5.4).
 */
export function addressGroup(address: string): string | null {
  const family = isIP(address);
  if (family === 4) return address;
  return family === 6 ? groupOf(wordsOf(address)) : null;
}

function groupOf(words: readonly number[]): string {
  const [, , , , , sixth, high = 0, low = 0] = words;
  // RFC 4291, 2.5.5.2: IPv4 written as IPv6. Without this all of IPv4 would be one caller.
  const isMapped = words.slice(0, 5).every((word) => word === 0) && sixth === 0xffff;
  if (isMapped) return [high >> 8, high & 255, low >> 8, low & 255].join(".");
  return `${words.slice(0, 4).map(hex).join(":")}::/64`;
}

/** The eight words of a valid IPv6 address. */
function wordsOf(address: string): number[] {
  const [text = ""] = address.split("%");
  const [head = "", tail] = text.split("::");
  const before = parse(head);
  if (tail === undefined) return before;
  const after = parse(tail);
  return [...before, ...new Array<number>(8 - before.length - after.length).fill(0), ...after];
}

function parse(text: string): number[] {
  if (text === "") return [];
  return text.split(":").flatMap((word) => (word.includes(".") ? dotted(word) : [Number.parseInt(word, 16)]));
}

function dotted(text: string): number[] {
  const [a = 0, b = 0, c = 0, d = 0] = text.split(".").map(Number);
  return [a * 256 + b, c * 256 + d];
}

function hex(word: number): string {
  return word.toString(16);
}
