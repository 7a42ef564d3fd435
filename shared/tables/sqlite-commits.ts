// Group commit: the writes of one moment share one transaction, and so one wait for the disk.
import type { DatabaseSync } from "node:sqlite";
import { setImmediate as nextTurn } from "node:timers/promises";
import { asAppError, whenFree } from "./sqlite-errors.ts";

/** A group's writers all wait for its last write, and nothing else runs meanwhile: so a group is a few milliseconds of work. */
const MAX_GROUP_WRITES = 256;
const MAX_GROUP_BYTES = 2 * 1024 * 1024;
const MAX_TURNS = 6;

export interface Commits {
  /**
   * Runs `change` inside a transaction, in the order of the calls, and answers what it returned once that is on the disk.
   * `change` must be repeatable; `bytes` is about what it writes. A change that throws fails alone; when the commit fails, all of its group do.
   */
  add<T>(bytes: number, change: () => T): Promise<T>;
  /** Resolves when every change so far has its answer. */
  settled(): Promise<void>;
}

export function createCommits(db: DatabaseSync, lockTimeoutMs: number): Commits {
  const begin = db.prepare("BEGIN IMMEDIATE");
  const commit = db.prepare("COMMIT");
  const rollback = db.prepare("ROLLBACK");
  const waiting: Write[] = [];
  let working: Promise<void> | null = null;

  async function work(): Promise<void> {
    do {
      await gather();
      const group = takeGroup(waiting);
      try {
        for (const answer of await whenFree(lockTimeoutMs, () => transact(group))) answer();
      } catch (error) {
        for (const write of group) write.reject(error);
      }
    } while (waiting.length > 0);
    working = null;
  }

  /** As long as each turn of the event loop brings further writes, they join the group: what waits for the disk together waits once. */
  async function gather(): Promise<void> {
    for (let turn = 0, known = 0; turn < MAX_TURNS && waiting.length > known; turn++) {
      known = waiting.length;
      await nextTurn();
    }
  }

  /** Begins, changes and commits without a pause, so that no read falls in between. The answers are given after the commit. */
  function transact(group: Write[]): (() => void)[] {
    begin.run();
    try {
      const answers = group.map((write) => judge(write));
      commit.run();
      return answers;
    } catch (error) {
      // SQLite has rolled back already, except after a COMMIT that it would let us repeat.
      if (db.isTransaction) rollback.run();
      throw error;
    }
  }

  function judge(write: Write): () => void {
    try {
      const result = write.change();
      return () => write.resolve(result);
    } catch (error) {
      // SQLite takes back a statement that fails; only if it gave up the whole transaction has the group failed.
      if (!db.isTransaction) throw error;
      return () => write.reject(asAppError(error));
    }
  }

  return {
    add<T>(bytes: number, change: () => T): Promise<T> {
      const { promise, resolve, reject } = Promise.withResolvers<T>();
      waiting.push({ bytes, change, resolve: resolve as (result: unknown) => void, reject });
      working ??= work();
      return promise;
    },

    async settled() {
      await working;
    },
  };
}

interface Write {
  bytes: number;
  change: () => unknown;
  resolve: (result: unknown) => void;
  reject: (error: unknown) => void;
}

function takeGroup(waiting: Write[]): Write[] {
  let bytes = 0;
  const end = waiting.findIndex((write, index) => {
    bytes += write.bytes;
    return index > 0 && (index === MAX_GROUP_WRITES || bytes > MAX_GROUP_BYTES);
  });
  return waiting.splice(0, end === -1 ? waiting.length : end);
}
