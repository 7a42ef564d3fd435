// Credits that an operator gives to one user, once for each key: a code that is claimed from the beginning, and finished by the very steps of
// redeeming one. Whoever dies behind the first write leaves the rest to a repeat, or to the timer.
import { createHash } from "node:crypto";
import { AppError } from "../errors/app-error.ts";
import type { Clock } from "../ports/clock.ts";
import type { Ids } from "../ports/ids.ts";
import type { Table } from "../ports/table.ts";
import { readAccount, requireOpen } from "./account.ts";
import type { ChangeAccount } from "./changes.ts";
import { type Code, codeItem, codeKey, codeOf, finishCode } from "./codes.ts";

export const MAX_GRANT = 1_000_000_000;
export const MAX_REASON = 200;

interface Deps {
  table: Table;
  clock: Clock;
  ids: Ids;
  changeAccount: ChangeAccount;
}

export interface Grant {
  userId: string;
  /** A whole number, 1 to MAX_GRANT. */
  credits: number;
  /** The user reads it in the ledger. 1 to MAX_REASON characters. */
  reason: string;
  /** Names this grant among those of the user. */
  key: string;
}

/**
 * True when this call gave the credits; false when the user has had them by this key before. `not_found` without an account, `unauthenticated`
 * for a closed one, `idempotency_mismatch` when the key stands for other credits or another reason: then nothing has changed.
 */
export async function grantCredits(deps: Deps, { userId, credits, reason, key }: Grant): Promise<boolean> {
  const stored = await readAccount(deps.table, userId);
  if (!stored) throw new AppError("not_found", { message: "There is no such user." });
  requireOpen(stored.account);
  const wanted: Code = { code: idOf(userId, key), credits, expiresAt: null, claimedBy: userId, isDone: false, reason };
  const isNew = (await deps.table.put(codeItem(wanted, deps.clock.now()), "absent")) !== null;
  const item = isNew ? null : await deps.table.get(codeKey(wanted.code));
  const known = item ? codeOf(item) : wanted;
  if (known.credits !== credits || known.reason !== reason) {
    throw new AppError("idempotency_mismatch", {
      message: `This key has given ${known.credits} credits, and for another reason or in another number it gives none. Take a new key.`,
    });
  }
  if (known.isDone) return false;
  const outcome = await finishCode(deps, known);
  if (outcome !== "granted") throw new AppError("unauthenticated", { message: "This user is deleted." });
  return isNew;
}

/** What a code hashes to has no dash: none ever stands for it. */
function idOf(userId: string, key: string): string {
  return `grant-${createHash("sha256").update(`${userId}\n${key}`).digest("hex")}`;
}
