// Who somebody is: the profile, the credits, and what their files take.

import type { Config } from "../../shared/config/config.ts";
import { type Account, heldCredits, readAccount } from "../../shared/credits/account.ts";
import { maxBytesOf, sizeText, usedBytesOf } from "../../shared/credits/storage.ts";
import type { Table } from "../../shared/ports/table.ts";
import { publicUser, readUser } from "../../shared/users/user.ts";
import { everyName, type Somebody, somebody } from "../everybody.ts";

const MOST_FOUND = 50;

/** `text`: an address, an id, or a part of an address. For a part everybody's address is looked at. */
export async function find(table: Table, config: Config, text: string): Promise<Shown[]> {
  if (text.includes("@") || /^[0-9a-f-]{36}$/.test(text))
    return [await shown(table, config, await somebody(table, text))];
  const found: Shown[] = [];
  for await (const email of everyName(config, "email#")) {
    if (!email.includes(text.toLowerCase())) continue;
    found.push(await shown(table, config, await somebody(table, email)));
    if (found.length === MOST_FOUND) break;
  }
  if (found.length === 0) throw new Error(`Nobody's address has ${JSON.stringify(text)} in it.`);
  return found;
}

export interface Shown {
  userId: string;
  email: string | null;
  username: string | null;
  role: string | null;
  createdAt: string | null;
  isDeleted: boolean;
  credits: { balance: number; held: number; earned: number; spent: number } | null;
  jobs: { all: number; unfinished: number; maxUnfinished: number };
  storage: { usedBytes: number; maxBytes: number; isException: boolean };
}

export async function shown(table: Table, config: Config, { userId, email }: Somebody): Promise<Shown> {
  const user = (await readUser(table, userId))?.value;
  const account = (await readAccount(table, userId))?.account;
  const { username = null, role = null, createdAt = null } = user ? publicUser(user) : {};
  return {
    ...{ userId, email, username, role, createdAt },
    isDeleted: account?.deletion !== undefined,
    credits: account ? creditsIn(account) : null,
    jobs: { all: account?.jobs ?? 0, unfinished: account?.holds.length ?? 0, maxUnfinished: config.maxActiveJobs },
    storage: {
      usedBytes: account ? usedBytesOf(account) : 0,
      maxBytes: account ? maxBytesOf(account, config.maxStoredBytes) : config.maxStoredBytes,
      isException: account?.maxBytes !== undefined,
    },
  };
}

function creditsIn(account: Account) {
  const { balance, earned, spent } = account;
  return { balance, held: heldCredits(account), earned, spent };
}

export function linesOf({
  userId,
  email,
  username,
  role,
  createdAt,
  isDeleted,
  credits,
  jobs,
  storage,
}: Shown): string[] {
  const { balance = 0, held = 0, earned = 0, spent = 0 } = credits ?? {};
  return [
    `${email ?? "(no address)"} (${userId})${isDeleted ? ", deleted" : ""}`,
    `  ${username === null ? "no profile" : `${username}, ${role}, since ${createdAt}`}`,
    `  credits: ${balance}, and ${held} held; ${earned} earned, ${spent} spent`,
    `  jobs: ${jobs.all}, ${jobs.unfinished} of them unfinished (at most ${jobs.maxUnfinished})`,
    `  files: ${sizeText(storage.usedBytes)} of ${sizeText(storage.maxBytes)}${storage.isException ? ", an exception" : ""}`,
  ];
}
