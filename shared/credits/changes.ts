// The one way to change an account because of another item, and the rule that keeps money right: read the account,
// then the other item, then write the account only if it still has the version that was read.
import { AppError } from "../errors/app-error.ts";
import type { Clock } from "../ports/clock.ts";
import type { Ids } from "../ports/ids.ts";
import type { Table, Write, WrittenTogether } from "../ports/table.ts";
import { type Account, accountItem, readAccount, type StoredAccount } from "./account.ts";
import { batchWrite, LINES_IN_ACCOUNT, linesToMove, moveOlderLines, withoutOlderLines } from "./ledger.ts";

export interface AccountChange<Other, Result> {
  /** Reads the item that the change depends on. Called anew for every version of the account that a write is tried on. */
  read(): Promise<Other>;
  /**
   * Decides on what was read. Pure. Gives the same account back when there is nothing to do; throws to refuse. `beside`: what is written in
   * the very write of the account, or neither is; only with a table that can (`putTogether`), and only on what `read` has read.
   */
  apply(account: Account, other: Other): { account: Account; result: Result; beside?: readonly Write[] };
}

/** Applies a change. Throws what `apply` threw, `unavailable` when others were faster for 5 s, `not_found` without an account. */
export type ChangeAccount = <Other, Result>(userId: string, change: AccountChange<Other, Result>) => Promise<Result>;

const GIVE_UP_AFTER_MS = 5000;

interface Waiting {
  change: AccountChange<unknown, unknown>;
  since: number;
  resolve(result: unknown): void;
  reject(reason: unknown): void;
}

/** Changes to one account that meet in this process are applied together, in one write. */
export function createAccountChanges(deps: { table: Table; clock: Clock; ids: Ids }): ChangeAccount {
  const queues = new Map<string, Waiting[]>();

  function enqueue(userId: string, waiting: Waiting): void {
    const queue = queues.get(userId);
    if (queue) {
      queue.push(waiting);
      return;
    }
    const own = [waiting];
    queues.set(userId, own);
    void drain(deps, userId, own, () => queues.delete(userId));
  }

  return (userId, change) =>
    new Promise((resolve, reject) => {
      const waiting = { change, since: deps.clock.now(), resolve, reject } as unknown as Waiting;
      enqueue(userId, waiting);
    });
}

/** Runs until the queue is empty, and says so in the very turn in which it was: nobody can join a queue that nobody serves. Never rejects. */
async function drain(
  deps: { table: Table; clock: Clock; ids: Ids },
  userId: string,
  queue: Waiting[],
  onEmpty: () => void,
): Promise<void> {
  let known: StoredAccount | null = null;
  for (let conflicts = 0; queue.length > 0; ) {
    const group = queue.splice(0, LINES_IN_ACCOUNT);
    try {
      known ??= await readAccount(deps.table, userId);
      if (!known) throw new AppError("not_found");
      const written = await writeGroup(deps, known, group, queue);
      if (written === "conflict") {
        known = null;
        queue.unshift(...group);
        giveUpOn(queue, deps.clock.now());
        await deps.clock.sleep(Math.min(200, 5 * 2 ** conflicts++) * (0.5 + deps.ids.random()));
      } else {
        known = written;
        conflicts = 0;
      }
    } catch (error) {
      known = null;
      for (const waiting of group) waiting.reject(error);
    }
  }
  onEmpty();
}

/** Others wrote the account meanwhile: "conflict", and nobody in the group was answered. Else the account as it is now. */
async function writeGroup(
  deps: { table: Table },
  known: StoredAccount,
  group: Waiting[],
  queue: Waiting[],
): Promise<StoredAccount | "conflict"> {
  const readings = await Promise.allSettled(group.map((waiting) => waiting.change.read()));
  const mostLines = LINES_IN_ACCOUNT + linesToMove(known.account);
  let account = known.account;
  const answers: (() => void)[] = [];
  const beside: Write[] = [];
  for (const [i, waiting] of group.entries()) {
    const isFull = account.lines.length >= mostLines;
    const applied = isFull ? null : applyOne(account, waiting, readings[i]);
    // The account is full of lines that no write has made true yet; two write one item; or what is written beside it may be what one that is
    // refused has asked for: the others build on the next version.
    if (!applied || isOneTwice(beside, applied.beside) || (applied.isRefused && beside.length > 0)) {
      queue.unshift(...group.splice(i));
      break;
    }
    account = applied.account;
    beside.push(...applied.beside);
    answers.push(applied.answer);
  }
  const stored =
    account === known.account && beside.length === 0 ? known : await write(deps.table, account, known, beside);
  if (stored === "conflict") return "conflict";
  for (const answer of answers) answer();
  return stored;
}

interface Applied {
  account: Account;
  beside: readonly Write[];
  isRefused: boolean;
  answer: () => void;
}

function applyOne(account: Account, waiting: Waiting, reading: PromiseSettledResult<unknown> | undefined): Applied {
  try {
    if (reading?.status !== "fulfilled") throw reading?.reason;
    const { account: next, result, beside = [] } = waiting.change.apply(account, reading.value);
    return { account: next, beside, isRefused: false, answer: () => waiting.resolve(result) };
  } catch (error) {
    return { account, beside: [], isRefused: true, answer: () => waiting.reject(error) };
  }
}

/** Among what is written with one account there are no two of a name: all of it is the same user's. */
function isOneTwice(some: readonly Write[], others: readonly Write[]): boolean {
  return others.some(({ item }) => some.some((other) => other.item.sort === item.sort));
}

async function write(
  table: Table,
  changed: Account,
  known: StoredAccount,
  beside: readonly Write[],
): Promise<StoredAccount | "conflict"> {
  const count = linesToMove(known.account);
  const together = count > 0 && table.putTogether ? await writeWithBatch(table, changed, known, count, beside) : null;
  if (together) return together;
  const account = await moveOlderLines(table, changed, count);
  const own = ownWrite(account, known);
  const version = beside.length === 0 ? await table.put(own.item, own.condition) : await putAll(table, own, beside);
  return version === null ? "conflict" : { account, version };
}

/** The older lines' batch in the very write of the account. Null when the batch is there already: whoever wrote it died before the account. */
async function writeWithBatch(
  table: Table,
  changed: Account,
  known: StoredAccount,
  count: number,
  beside: readonly Write[],
): Promise<StoredAccount | "conflict" | null> {
  const account = withoutOlderLines(changed, count);
  const writes = [ownWrite(account, known), ...beside, batchWrite(changed, count)];
  const written = await putTogether(table, writes);
  if ("refused" in written) return written.refused === writes.length - 1 ? null : "conflict";
  const [version] = written.versions;
  return version === undefined ? "conflict" : { account, version };
}

function ownWrite(account: Account, known: StoredAccount): Write {
  return { item: accountItem(account), condition: { version: known.version } };
}

/** The account's new version; null when anything of it has changed since it was read. */
async function putAll(table: Table, own: Write, beside: readonly Write[]): Promise<number | null> {
  const written = await putTogether(table, [own, ...beside]);
  return "versions" in written ? (written.versions[0] ?? null) : null;
}

async function putTogether(table: Table, writes: readonly Write[]): Promise<WrittenTogether> {
  if (!table.putTogether) throw new Error("this table writes one item at a time");
  return table.putTogether(writes);
}

function giveUpOn(queue: Waiting[], now: number): void {
  const late = queue.filter((waiting) => now - waiting.since > GIVE_UP_AFTER_MS);
  for (const waiting of late) {
    queue.splice(queue.indexOf(waiting), 1);
    waiting.reject(new AppError("unavailable", { retryAfterMs: 1000 }));
  }
}
