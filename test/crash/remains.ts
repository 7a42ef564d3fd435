// What lies in the folder: the items of the table and the files of the store, read beside the process or after it.
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { pipeline } from "node:stream/promises";
import type { Account, LedgerLine } from "../../shared/credits/account.ts";
import type { Code } from "../../shared/credits/codes.ts";
import type { Job, Output } from "../../shared/jobs/job.ts";
import type { Upload } from "../../shared/uploads/upload.ts";

export interface Remains {
  jobs: Job[];
  accounts: Account[];
  olderLines: { userId: string; lines: LedgerLine[] }[];
  codes: Code[];
  /** With the key that each has in the table. */
  records: { sort: string; output: Output }[];
  uploads: Upload[];
  /** Partitions of what is there for calls of a provider. */
  tasks: string[];
  /** How many idempotency keys there are. */
  keys: number;
  /** Kinds and sort keys of all that a timer will look at. */
  due: string[];
}

const LOCK_TIMEOUT_MS = 10_000;

/** The table as it is at one moment. */
export function readTable(dataDir: string): Remains {
  const db = new DatabaseSync(join(dataDir, "table.sqlite"), { readOnly: true, timeout: LOCK_TIMEOUT_MS });
  try {
    const rows = db.prepare("SELECT partition, sort, due_kind AS due, data FROM items").all().map(toRow);
    const under = (prefix: string) => rows.filter(({ sort }) => sort.startsWith(prefix));
    const data = <T>(found: Row[]) => found.map((row) => row.data as T);
    return {
      jobs: data<Job>(under("job#")),
      accounts: data<Account>(under("account")),
      olderLines: under("ledger#").map((row) => ({
        userId: row.partition.slice("user#".length),
        lines: (row.data as { lines: LedgerLine[] }).lines,
      })),
      codes: data<Code>(under("code")),
      records: under("output#").map((row) => ({ sort: row.sort, output: row.data as Output })),
      uploads: data<Upload>(under("upload#")),
      tasks: under("task").map((row) => row.partition),
      keys: under("idem#").length,
      due: rows.flatMap(({ due, sort }) => (due === null ? [] : `${due} ${sort}`)),
    };
  } finally {
    db.close();
  }
}

/** What SQLite finds wrong with its file; `["ok"]` when nothing is. */
export function checkIntegrity(dataDir: string): unknown[] {
  const db = new DatabaseSync(join(dataDir, "table.sqlite"), { timeout: LOCK_TIMEOUT_MS });
  try {
    return db
      .prepare("PRAGMA integrity_check")
      .all()
      .map((row) => row.integrity_check);
  } finally {
    db.close();
  }
}

/** The keys of all objects. Files in the making are none: what a killed process leaves of them goes after an hour. */
export async function readKeys(dataDir: string): Promise<string[]> {
  const keys = await readFolder(join(dataDir, "objects"));
  return keys.filter((key) => !key.startsWith("~staging/")).toSorted();
}

/** The paths of the files in a folder, from there. A folder may go while it is read: its last object was deleted. */
async function readFolder(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((error) => {
    if (error.code === "ENOENT") return [];
    throw error;
  });
  const found = entries.map(async (entry) => {
    if (!entry.isDirectory()) return [entry.name];
    return (await readFolder(join(folder, entry.name))).map((path) => `${entry.name}/${path}`);
  });
  return (await Promise.all(found)).flat();
}

export async function factsOf(dataDir: string, key: string): Promise<{ size: number; sha256: string }> {
  const hash = createHash("sha256");
  let size = 0;
  await pipeline(createReadStream(join(dataDir, "objects", key)), async (body) => {
    for await (const chunk of body as AsyncIterable<Buffer>) {
      hash.update(chunk);
      size += chunk.length;
    }
  });
  return { size, sha256: hash.digest("hex") };
}

interface Row {
  partition: string;
  sort: string;
  due: string | null;
  data: unknown;
}

function toRow({ partition, sort, due, data }: Record<string, unknown>): Row {
  return {
    partition: String(partition),
    sort: String(sort),
    due: due === null ? null : String(due),
    data: JSON.parse(String(data)),
  };
}
