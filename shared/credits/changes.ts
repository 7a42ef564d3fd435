// The one way to change an account because of another item: read the account, then the other item, then write the account only if it still
// has the version that was read (items/changes).
import { createChanges } from "../items/changes.ts";
import type { Clock } from "../ports/clock.ts";
import type { Ids } from "../ports/ids.ts";
import type { Table, Write } from "../ports/table.ts";
import { type Account, accountItem, readAccount } from "./account.ts";
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

/** Changes to one account that meet in this process are applied together, in one write. */
export function createAccountChanges(deps: { table: Table; clock: Clock; ids: Ids }): ChangeAccount {
  const change = createChanges<Account>(deps, {
    async read(userId) {
      const stored = await readAccount(deps.table, userId);
      return stored && { value: stored.account, version: stored.version };
    },
    write: async (account, known) => accountItem(await moveOlderLines(deps.table, account, linesToMove(known))),
    writeMoving(account, known) {
      const count = linesToMove(known);
      if (count === 0) return null;
      return { item: accountItem(withoutOlderLines(account, count)), moved: batchWrite(account, count) };
    },
    mostTogether: LINES_IN_ACCOUNT,
    // Of lines that no write has made true yet.
    isFull: (account, known) => account.lines.length >= LINES_IN_ACCOUNT + linesToMove(known),
  });
  return (userId, { read, apply }) =>
    change(userId, {
      read,
      apply(value, other) {
        const { account, ...rest } = apply(value, other);
        return { ...rest, value: account };
      },
    });
}
