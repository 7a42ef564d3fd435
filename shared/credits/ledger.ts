// The ledger: numbered lines that are only ever added. The newest are in the account, older ones in batches of eight.
import type { ItemKey, JsonObject, Table, Write } from "../ports/table.ts";
import { type Account, type LedgerLine, readAccount } from "./account.ts";

export const LINES_IN_ACCOUNT = 16;
const LINES_IN_BATCH = 8;

/** How many of the oldest lines of an account, as it was read, go into a batch with the next write: none or eight. */
export function linesToMove(account: Account): number {
  return account.lines.length > LINES_IN_BATCH ? LINES_IN_BATCH : 0;
}

/**
 * Writes the batch of the `count` oldest lines, then gives the account without them. Only lines that a write has made true
 * may go, never lines of the write that is being prepared: so whoever finds the batch there finds the very same lines.
 */
export async function moveOlderLines(table: Table, account: Account, count: number): Promise<Account> {
  if (count === 0) return account;
  const { item, condition } = batchWrite(account, count);
  await table.put(item, condition);
  return withoutOlderLines(account, count);
}

/** For who writes the batch and the account without its lines in one step. Refused: the batch is there, as it would be written. */
export function batchWrite(account: Account, count: number): Write {
  const data = { lines: account.lines.slice(0, count) } as unknown as JsonObject;
  return { item: { ...batchKey(account.userId, account.nextSeq), data }, condition: "absent" };
}

export function withoutOlderLines(account: Account, count: number): Account {
  return { ...account, lines: account.lines.slice(count), nextSeq: account.nextSeq + 1 };
}

/** Lines with numbers below `before` (all without it), newest first. `total` counts every line. Null without an account. */
export async function readLedger(
  table: Table,
  userId: string,
  page: { limit: number; before?: number | undefined },
): Promise<{ lines: LedgerLine[]; total: number } | null> {
  // The account first: a line that moves meanwhile is then seen twice and never not at all.
  const stored = await readAccount(table, userId);
  if (!stored) return null;
  const { account } = stored;
  const before = Math.min(page.before ?? account.nextLine, account.nextLine);
  const newest = account.lines.filter((line) => line.n < before).reverse();
  const oldestInAccount = account.lines[0]?.n ?? account.nextLine;
  const lines = newest.slice(0, page.limit);
  if (lines.length < page.limit) {
    const below = Math.min(before, oldestInAccount);
    lines.push(...(await readBatches(table, userId, below, page.limit - lines.length)));
  }
  return { lines, total: account.nextLine - 1 };
}

async function readBatches(table: Table, userId: string, below: number, limit: number): Promise<LedgerLine[]> {
  if (below <= 1) return [];
  const newestSeq = Math.floor((below - 2) / LINES_IN_BATCH);
  const { items } = await table.query({
    partition: `user#${userId}`,
    prefix: "ledger#",
    order: "descending",
    limit: Math.ceil(limit / LINES_IN_BATCH) + 1,
    after: batchKey(userId, newestSeq + 1).sort,
  });
  const lines = items.flatMap((item) => (item.data.lines as unknown as LedgerLine[]).toReversed());
  return lines.filter((line) => line.n < below).slice(0, limit);
}

/** Padded, so that the order of the keys is the order of the batches. */
function batchKey(userId: string, seq: number): ItemKey {
  return { partition: `user#${userId}`, sort: `ledger#${String(seq).padStart(10, "0")}` };
}
