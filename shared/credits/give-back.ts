// What a deleted job or upload took of its user's room goes back to them once, whoever dies or repeats. The item is marked as deleted before
// (only one can do that); then, as with a code that is redeemed: the account with a marker, the item says that it is done, the marker goes.
import type { Account } from "./account.ts";
import type { ChangeAccount } from "./changes.ts";

export interface GivingBack<Deleted> {
  /** Of the deleted item; the marker on the account. */
  sort: string;
  /** The deleted item; null when it is gone, or says that this was done. */
  read(): Promise<Deleted | null>;
  /** Pure: the account without what the item stood for. */
  take(account: Account, deleted: Deleted): Account;
  /** Writes into the item that it was done; repeating it is safe. */
  markDone(): Promise<void>;
}

export async function giveBack<Deleted>(
  { changeAccount }: { changeAccount: ChangeAccount },
  userId: string,
  { sort, read, take, markDone }: GivingBack<Deleted>,
): Promise<void> {
  await changeAccount(userId, {
    read,
    apply(account, deleted) {
      if (!deleted || isGivenBack(account, sort)) return { account, result: undefined };
      return { account: withMarkers(take(account, deleted), [...markersOf(account), sort]), result: undefined };
    },
  });
  await markDone();
  await changeAccount(userId, {
    read,
    apply(account, deleted) {
      if (deleted || !isGivenBack(account, sort)) return { account, result: undefined };
      const others = markersOf(account).filter((other) => other !== sort);
      return { account: withMarkers(account, others), result: undefined };
    },
  });
}

/** The account was changed already, while the item does not say so yet. */
export function isGivenBack(account: Account, sort: string): boolean {
  return markersOf(account).includes(sort);
}

export function markersOf(account: Account): readonly string[] {
  return account.givenBack ?? [];
}

function withMarkers(account: Account, givenBack: string[]): Account {
  return { ...account, givenBack };
}
