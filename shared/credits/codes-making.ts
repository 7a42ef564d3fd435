// Making codes. The table keeps only what a code hashes to: whoever reads the table, a backup or a log of it can redeem nothing. A code has
// 90 random bits, so the hash needs no salt and cannot be searched.
import type { Clock } from "../ports/clock.ts";
import type { Ids } from "../ports/ids.ts";
import type { Table } from "../ports/table.ts";
import { codeItem } from "./codes.ts";
import { codeFrom } from "./codes-spelling.ts";

export interface NewCodes {
  /** Credits of each. */
  credits: number;
  count: number;
  /** Epoch milliseconds; null for never. */
  expiresAt: number | null;
}

export const MAX_CREDITS_OF_CODE = 1_000_000_000;
/** Each is a write of its own: so many fit well into one request. */
export const MAX_CODES_AT_ONCE = 500;
const WRITES_AT_ONCE = 25;

/**
 * Answers the codes as they are given to people, each of them written; nobody can ever see them again. When it throws or dies half way,
 * those that were written are known to nobody and stay unredeemed for ever: asking again makes others and does no harm.
 */
export async function makeCodes(deps: { table: Table; clock: Clock; ids: Ids }, wanted: NewCodes): Promise<string[]> {
  const texts: string[] = [];
  while (texts.length < wanted.count) {
    const size = Math.min(WRITES_AT_ONCE, wanted.count - texts.length);
    texts.push(...(await Promise.all(Array.from({ length: size }, () => makeCode(deps, wanted)))));
  }
  return texts;
}

async function makeCode(
  { table, clock, ids }: { table: Table; clock: Clock; ids: Ids },
  { credits, expiresAt }: NewCodes,
): Promise<string> {
  const { text, id } = codeFrom(ids.token());
  const item = codeItem({ code: id, credits, expiresAt, claimedBy: null, isDone: false }, clock.now());
  // A refusal can only mean that this very write was taken once already and its answer lost.
  await table.put(item, "absent");
  return text;
}
