// Credits as the API shows them.
import { AppError } from "../errors/app-error.ts";
import type { Table } from "../ports/table.ts";
import { type Account, heldCredits, type LedgerLine, readAccount } from "./account.ts";

export async function requireAccount(table: Table, userId: string): Promise<Account> {
  const stored = await readAccount(table, userId);
  if (!stored) throw new AppError("not_found");
  return stored.account;
}

export function publicCredits(account: Account) {
  return {
    balance: account.balance,
    held: heldCredits(account),
    totalEarned: account.earned,
    totalSpent: account.spent,
  };
}

export function publicLine({ n: _, createdAt, ...line }: LedgerLine) {
  return { ...line, createdAt: new Date(createdAt).toISOString() };
}
