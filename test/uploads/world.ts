// A world for uploads: real SQLite, a real folder, time by hand, and as many processes as a test needs.
import { existsSync, rmSync } from "node:fs";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach } from "vitest";
import { type Account, newAccountItem, readAccount } from "../../shared/credits/account.ts";
import { createAccountChanges } from "../../shared/credits/changes.ts";
import { countStorage } from "../../shared/jobs/money/count-storage.ts";
import { tempUploadKey } from "../../shared/media/keys.ts";
import type { ObjectStore, StoredObject } from "../../shared/ports/object-store.ts";
import { DUE_SHARDS, type Table } from "../../shared/ports/table.ts";
import { openFolderStore } from "../../shared/stores/folder.ts";
import { openSqliteTable } from "../../shared/tables/sqlite.ts";
import { type AnnouncingDeps, createUpload, type NewUpload } from "../../shared/uploads/create-upload.ts";
import { lookAtUpload } from "../../shared/uploads/look-at-upload.ts";
import { readUpload } from "../../shared/uploads/read-upload.ts";
import type { UploadDeps, UploadRef } from "../../shared/uploads/upload.ts";
import { through } from "../crash/gap.ts";
import { countedIds } from "../jobs/hand-clock.ts";
import type { Around } from "../jobs/intercept.ts";
import { TestClock } from "../jobs/test-clock.ts";
import { tinyPng } from "../jobs/tiny-png.ts";

export const userId = "01900000-0000-7000-8000-00000000aaaa";

export type UploadWorldDeps = UploadDeps & AnnouncingDeps;

export interface UploadWorld {
  clock: TestClock;
  table: Table;
  store: ObjectStore;
  account(): Promise<Account>;
  /** What was logged as a warning or an error. */
  log: string[];
  deps: UploadWorldDeps;
  /** One more process; every call of its ports goes through `around`. */
  process(around: Around): UploadWorldDeps;
  /** By default the smallest PNG. */
  announce(announced?: Partial<NewUpload>): Promise<UploadRef>;
  /** The file arrives in the store; nobody hears of it. */
  arrive(ref: UploadRef, bytes?: Uint8Array): Promise<void>;
  status(ref: UploadRef): ReturnType<typeof readUpload>;
  /** Keys of all objects. */
  keys(): Promise<string[]>;
  /** Serves everything that is due. */
  tick(): Promise<void>;
  /** Moves time on to whatever falls due, serves it, and answers when that was, until nothing is due any more or `until` comes. */
  rest(until?: number): Promise<number[]>;
}

/** Call it at the top of a file; worlds are removed after each test. */
export function uploadWorlds(): () => Promise<UploadWorld> {
  const ends: (() => Promise<void>)[] = [];
  afterEach(async () => {
    for (const end of ends.splice(0)) await end();
  });
  return async () => {
    const { world, end } = await openWorld();
    ends.push(end);
    return world;
  };
}

async function openWorld(): Promise<{ world: UploadWorld; end: () => Promise<void> }> {
  const directory = await mkdtemp(join(existsSync("/dev/shm") ? "/dev/shm" : tmpdir(), "uploads-"));
  const table = await openSqliteTable({ path: join(directory, "table.sqlite") });
  const store = await openFolderStore({ directory: join(directory, "objects"), baseUrl: "http://127.0.0.1/media/" });
  // The store says by the real clock when an object was written; so time begins there.
  const clock = new TestClock(Date.now());
  const lines: string[] = [];
  const keep = (_fields: object, message: string) => void lines.push(message);
  const log = { debug() {}, info() {}, warn: keep, error: keep, child: () => log };
  const ids = countedIds("01");
  const changeAccount = createAccountChanges({ table, clock, ids });
  const settings = { maxStoredBytes: 1024 ** 3 };
  const deps: UploadWorldDeps = { table, store, clock, ids, log, changeAccount, settings, countStorage };
  for (const id of [userId, userId.replace("aaaa", "bbbb")]) {
    const account = newAccountItem({ userId: id, lineId: ids.uuid(), welcomeCredits: 0, now: clock.now() });
    await table.put(account, "absent");
  }

  async function dueEntries(before: number) {
    const shards = Array.from({ length: DUE_SHARDS }, (_, shard) => shard);
    return (await Promise.all(shards.map((shard) => table.due({ kind: "upload", shard, before, limit: 1000 })))).flat();
  }

  const world: UploadWorld = {
    clock,
    table,
    store,
    log: lines,
    deps,
    async account() {
      const stored = await readAccount(table, userId);
      if (!stored) throw new Error("the account is gone");
      return stored.account;
    },
    process: (around) => {
      const own = through("table", table, (call, act) => around(call, () => act(call.args)));
      return {
        ...deps,
        table: own,
        changeAccount: createAccountChanges({ table: own, clock, ids }),
        store: through("store", store, async (call, act) => {
          let answer: unknown;
          try {
            return await around(call, async () => {
              answer = await act(call.args);
              return answer;
            });
          } catch (error) {
            // What a dead process had open is closed.
            if (call.name === "get") (answer as StoredObject | null)?.body.destroy();
            throw error;
          }
        }),
      };
    },
    async announce(announced = {}) {
      const what = {
        userId,
        filename: "lake.png",
        contentType: "image/png",
        size: tinyPng.length,
        ...announced,
      } as const;
      const { upload } = await createUpload(deps, what);
      return { userId: upload.userId, uploadId: upload.id };
    },
    async arrive(ref, bytes = tinyPng) {
      await store.put(tempUploadKey(ref.userId, ref.uploadId), bytes, { ifAbsent: true });
    },
    status: (ref) => readUpload(deps, ref.userId, ref.uploadId),
    keys: async () => (await store.list({ prefix: "", limit: 1000 })).objects.map(({ key }) => key),
    async tick() {
      for (const entry of await dueEntries(clock.now())) await lookAtUpload(deps, entry).catch(() => undefined);
    },
    async rest(until = Number.MAX_SAFE_INTEGER) {
      const times: number[] = [];
      for (let round = 0; round < 100; round++) {
        const next = Math.min(...(await dueEntries(Number.MAX_SAFE_INTEGER)).map(({ at }) => at));
        if (next > until || next === Number.POSITIVE_INFINITY) return times;
        clock.moveTo(next);
        times.push(clock.now());
        await world.tick();
      }
      throw new Error("never at rest");
    },
  };
  const end = async () => {
    await table.close();
    rmSync(directory, { recursive: true, force: true });
  };
  return { world, end };
}
