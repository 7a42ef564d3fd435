// Giving credits: a line of the ledger with its reason, once for each key.

import { readAccount } from "../../shared/credits/account.ts";
import { createAccountChanges } from "../../shared/credits/changes.ts";
import { grantCredits, MAX_GRANT, MAX_REASON } from "../../shared/credits/grants.ts";
import type { Table } from "../../shared/ports/table.ts";
import { realClock, realIds } from "../../shared/runtime/real.ts";
import { somebody } from "../everybody.ts";
import { UsageError, whole } from "../subcommands.ts";

export interface Wanted {
  who: string | undefined;
  credits: number;
  reason: string;
  key: string;
}

export function readWanted(
  [who, credits]: string[],
  { reason = "", key }: { reason?: string | undefined; key?: string | undefined },
): Wanted {
  const why = reason.trim();
  if (why === "" || why.length > MAX_REASON)
    throw new UsageError(`--reason is needed, of at most ${MAX_REASON} characters: the user reads it in the ledger.`);
  if (key !== undefined && !/^[\x21-\x7e]{1,100}$/.test(key))
    throw new UsageError("--key must be 1 to 100 characters without spaces, such as a ticket's number.");
  return {
    who,
    credits: whole("The number of credits", credits, 1, MAX_GRANT),
    reason: why,
    key: key ?? realIds.uuid(),
  };
}

/** Said before anything is written: whoever does not see the end says it again with this key. */
export function keyNote({ key }: Wanted): string {
  return `The key of this grant is ${key}. If this does not end, say it again with --key ${key}: it is given once.`;
}

export async function grant(table: Table, { who, credits, reason, key }: Wanted) {
  const { userId, email } = await somebody(table, who);
  const ports = { table, clock: realClock, ids: realIds };
  const deps = { ...ports, changeAccount: createAccountChanges(ports) };
  const isNew = await grantCredits(deps, { userId, credits, reason, key });
  const balance = (await readAccount(table, userId))?.account.balance ?? 0;
  const line = isNew
    ? `${email ?? userId} has got ${credits} credits, and has ${balance} now: ${reason}`
    : `${email ?? userId} has these ${credits} credits by the key ${key}, and has ${balance} now.`;
  return { line, data: { userId, email, credits, reason, key, isNew, balance } };
}
