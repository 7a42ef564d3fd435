// Closing an account for good, because its user is deleted: from this write on nothing is set aside or given in it. What is held is still
// settled, and the ledger stays.
import type { Clock } from "../ports/clock.ts";
import type { Deletion } from "./account.ts";
import type { ChangeAccount } from "./changes.ts";

interface Deps {
  clock: Clock;
  changeAccount: ChangeAccount;
}

/** Due at once: whoever dies behind this write, a timer goes on. Repeating it is safe. Throws `not_found` without an account. */
export async function closeAccount(deps: Deps, userId: string): Promise<void> {
  const now = deps.clock.now();
  await deps.changeAccount(userId, {
    read: async () => null,
    apply(account) {
      const deletion: Deletion = account.deletion ?? { requestedAt: now, sweptAt: null, dueAt: now };
      return { account: account.deletion ? account : { ...account, deletion }, result: undefined };
    },
  });
}

/** Writes how far the deletion has come. `change` is pure. Once everything was swept away, nothing takes room in the store. */
export async function changeDeletion(
  { changeAccount }: Pick<Deps, "changeAccount">,
  userId: string,
  change: (deletion: Deletion) => Deletion,
): Promise<void> {
  await changeAccount(userId, {
    read: async () => null,
    apply(account) {
      if (!account.deletion) return { account, result: undefined };
      const deletion = change(account.deletion);
      const left = deletion.sweptAt === null ? {} : { usedBytes: 0, uploads: {} };
      return { account: { ...account, ...left, deletion }, result: undefined };
    },
  });
}
