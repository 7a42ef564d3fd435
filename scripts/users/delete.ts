// Deleting somebody: told before it is done, and done only when it is said twice.
import { readAccount } from "../../shared/credits/account.ts";
import { createAccountChanges } from "../../shared/credits/changes.ts";
import type { Table } from "../../shared/ports/table.ts";
import { realClock, realIds } from "../../shared/runtime/real.ts";
import { deleteUser } from "../../shared/users/delete-user.ts";
import { somebody } from "../everybody.ts";

export async function remove(table: Table, who: string | undefined) {
  const { email, userId } = await somebody(table, who);
  const ports = { table, clock: realClock, ids: realIds };
  const deps = { ...ports, changeAccount: createAccountChanges(ports) };
  const deleted = email === null ? null : await deleteUser(deps, email);
  if (!deleted) throw new Error(`The user ${userId} is deleted already.`);
  const line =
    `${email} (${userId}) is shut out, and the address is free. A server's timer cancels the jobs and removes files and records: ` +
    "within minutes while one runs, else when one is started; and looks once more a day later. The ledger stays, without a name.";
  return { line, data: { userId, email, isDeleted: true } };
}

/** Nothing is done without --yes, and whoever runs this in a shell sees that by the exit code. */
export async function explain(table: Table, who: string | undefined, where: string) {
  const { email, userId } = await somebody(table, who);
  const stored = await readAccount(table, userId);
  const [jobs, balance] = [stored?.account.jobs ?? 0, stored?.account.balance ?? 0];
  const line =
    `Nothing was deleted. ${email} (${userId}) in ${where} has ${jobs} job${jobs === 1 ? "" : "s"} and ${balance} ` +
    `credit${balance === 1 ? "" : "s"}; all their files would go, for good. Say it again with --yes.`;
  return { line, data: { userId, email, isDeleted: false, jobs, balance } };
}
