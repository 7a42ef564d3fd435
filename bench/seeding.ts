// Users who are there without having registered: that hashes a password for each, and is nobody's measure.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { v7 } from "uuid";
import { newAccountItem } from "../shared/credits/account.ts";
import { openSqliteTable } from "../shared/tables/sqlite.ts";
import { signToken } from "../shared/users/sign-token.ts";
import { type User as Profile, profileKey } from "../shared/users/user.ts";
import type { User } from "./users.ts";

const WELCOME_CREDITS = 1_000_000;
const LIFETIME_MS = 60 * 60_000;

/** Profiles and accounts beside a product that runs, and tokens by its own secret. They have no password. */
export async function seedUsers(dataDir: string, count: number): Promise<User[]> {
  const secret = await secretOf(dataDir);
  const table = await openSqliteTable({ path: join(dataDir, "table.sqlite") });
  const now = Date.now();
  const users = Array.from({ length: count }, async (_, i): Promise<User> => {
    const id = v7();
    const profile: Profile = {
      ...{ id, username: `seeded-${i}`, email: `seeded-${id}@example.com` },
      ...{ role: "user", tokenVersion: 1, createdAt: now },
    };
    await table.put({ ...profileKey(id), data: { ...profile } }, "absent");
    await table.put(newAccountItem({ userId: id, lineId: v7(), welcomeCredits: WELCOME_CREDITS, now }), "absent");
    const { token } = signToken({ userId: id, tokenVersion: 1 }, { secret, now, lifetimeMs: LIFETIME_MS });
    return { id, token };
  });
  try {
    return await Promise.all(users);
  } finally {
    await table.close();
  }
}

/** What a local runtime has made for itself. */
export async function secretOf(dataDir: string): Promise<string> {
  return (await readFile(join(dataDir, "jwt-secret"), "utf8")).trim();
}
