// Who there is in the configured table, for commands that are not told whom they are about. In a cloud this goes through all partitions; in
// DynamoDB that reads the whole table.
import { join } from "node:path";
import type { Config } from "../shared/config/config.ts";
import type { Table } from "../shared/ports/table.ts";
import { partitionsOf } from "../shared/runtime/adapters/table.ts";
import { isEmail, normalizeEmail } from "../shared/users/rules.ts";
import { readLogin, readUser } from "../shared/users/user.ts";
import { partitionsOfFile } from "./file-ledgers.ts";
import { UsageError } from "./subcommands.ts";

export interface Somebody {
  userId: string;
  /** Null when the profile is gone: a user who was deleted. */
  email: string | null;
}

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** `text`: an e-mail address, or a user's id. Throws when there is nobody. */
export async function somebody(table: Table, text = ""): Promise<Somebody> {
  if (uuid.test(text)) {
    const user = await readUser(table, text);
    if (user) return { userId: text, email: user.value.email };
    if (await table.get({ partition: `user#${text}`, sort: "account" })) return { userId: text, email: null };
    throw new Error(`There is no user ${text}.`);
  }
  const email = normalizeEmail(text);
  if (!isEmail(email)) throw new UsageError("An e-mail address or a user's id is needed.");
  const login = await readLogin(table, email);
  if (!login) throw new Error(`Nobody has registered as ${email}.`);
  return { userId: login.value.userId, email };
}

/** What stands behind `prefix` in the names of partitions: users' ids behind `user#`, addresses behind `email#`. */
export async function* everyName(config: Config, prefix: "user#" | "email#" | "code#"): AsyncGenerator<string> {
  const isFile = config.table.provider === "sqlite";
  const all = isFile ? partitionsOfFile(join(config.dataDir, "table.sqlite"), prefix) : partitionsOf(config, prefix);
  for await (const partition of all) yield partition.slice(prefix.length);
}
