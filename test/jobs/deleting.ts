// A user who is deleted: everything that they said carries one word, and afterwards the word is nowhere.
import { expect } from "vitest";
import type { LedgerLine } from "../../shared/credits/account.ts";
import type { NewJob } from "../../shared/jobs/asking/new-job.ts";
import type { JobDeps } from "../../shared/jobs/deps.ts";
import { checkLedger } from "../../shared/jobs/money/check-ledger.ts";
import { dueKinds } from "../../shared/ports/due.ts";
import { DUE_SHARDS, type Item, type Table } from "../../shared/ports/table.ts";
import { deleteUser } from "../../shared/users/delete-user.ts";
import { loginKey, profileKey } from "../../shared/users/user.ts";
import type { World } from "./fixture.ts";
import { newJob, userId } from "./request.ts";

export const word = "marigold";
export const email = `${word}@example.com`;

/** A picture of which every field that users fill says the word. */
export function personal(fields: Partial<NewJob> = {}): Partial<NewJob> {
  const { request } = newJob();
  return {
    request: {
      ...request,
      prompt: `${word} in a field`,
      negativePrompt: word,
      style: word,
      seed: 7,
      ...fields.request,
    },
    metadata: { note: word },
    webhookUrl: `https://example.com/${word}`,
    ...fields,
  };
}

/** The user of the world, who could log in. */
export async function register({ table }: Pick<World, "table">): Promise<void> {
  const profile = { id: userId, username: word, email, role: "user", tokenVersion: 1, createdAt: 0 };
  await table.put({ ...profileKey(userId), data: profile }, "absent");
  await table.put({ ...loginKey(email), data: { userId, passwordHash: word, tokenVersion: 1 } }, "absent");
}

export function remove(deps: JobDeps): Promise<{ userId: string } | null> {
  return deleteUser(deps, email);
}

export async function itemsOf(table: Table): Promise<Item[]> {
  const query = { partition: `user#${userId}`, prefix: "", order: "ascending", limit: 1000 } as const;
  return (await table.query(query)).items;
}

/** What is left is a ledger that adds up, and the jobs that it counts on; nothing is due any more. */
export async function checkGone(w: World): Promise<void> {
  const items = await itemsOf(w.table);
  expect(items.map(({ sort }) => sort.replace(/#.*/, "")).filter((kind) => !kept.has(kind))).toEqual([]);
  const everything = await Promise.all([...w.touched.values()].map((key) => w.table.get(key)));
  expect(JSON.stringify(everything)).not.toContain(word);
  expect([await w.objects("users/"), await w.objects("temp/")]).toEqual([[], []]);
  const [account, jobs] = [await w.account(), await w.jobs()];
  const lines = items.filter(({ sort }) => sort.startsWith("ledger#")).flatMap(({ data }) => data.lines);
  const olderLines = lines as unknown as LedgerLine[];
  expect(checkLedger({ account, olderLines, jobs, uploads: [] }, w.clock.now())).toEqual([]);
  expect([account.holds, account.markers, account.deletion?.dueAt]).toEqual([[], [], null]);
  expect(jobs.filter(({ phase }) => phase !== "closed")).toEqual([]);
  expect(await dueIn(w.table)).toEqual([]);
}

const kept = new Set(["account", "ledger", "job"]);

async function dueIn(table: Table): Promise<string[]> {
  const all = dueKinds.flatMap((kind) => Array.from({ length: DUE_SHARDS }, (_, shard) => ({ kind, shard })));
  const found = await Promise.all(all.map((part) => table.due({ ...part, before: Number.MAX_SAFE_INTEGER, limit: 9 })));
  return found.flat().map(({ sort }) => sort);
}
