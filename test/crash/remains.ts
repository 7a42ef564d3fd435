// What lies in the folder, or in a cloud: the items of the table and the objects of the store, read beside the process or after it.
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { pipeline } from "node:stream/promises";
import type { Account, LedgerLine } from "../../shared/credits/account.ts";
import type { Code } from "../../shared/credits/codes.ts";
import type { Order } from "../../shared/credits/orders/order.ts";
import type { Job, Output } from "../../shared/jobs/job.ts";
import type { ObjectStore } from "../../shared/ports/object-store.ts";
import type { Table } from "../../shared/ports/table.ts";
import type { Upload } from "../../shared/uploads/upload.ts";

/** Where everything lies: a folder, or what a cloud has instead of it. */
export type Place = string | CloudPlace;

export interface CloudPlace {
  table: Table;
  store: ObjectStore;
  /** The names of the table's partitions that begin with `prefix`. */
  partitions(prefix: string): AsyncIterable<string>;
}

export interface Remains {
  jobs: Job[];
  accounts: Account[];
  olderLines: { userId: string; lines: LedgerLine[] }[];
  codes: Code[];
  /** With the key that each has in the table. */
  records: { sort: string; output: Output }[];
  uploads: Upload[];
  orders: Order[];
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
    return remainsOf(db.prepare("SELECT partition, sort, due_kind AS due, data FROM items").all().map(toRow));
  } finally {
    db.close();
  }
}

/** The table, in a cloud partition by partition: as it is at one moment only when nothing changes meanwhile. */
export async function readRemains(place: Place): Promise<Remains> {
  if (typeof place === "string") return readTable(place);
  const rows: Row[] = [];
  for (const prefix of partitionPrefixes) {
    for await (const partition of place.partitions(prefix)) rows.push(...(await rowsOf(place.table, partition)));
  }
  return remainsOf(rows);
}

/** Those of all that is told here. */
const partitionPrefixes = ["user#", "code#", "task#", "mail#"];

async function rowsOf(table: Table, partition: string): Promise<Row[]> {
  const { items, isLast } = await table.query({ partition, prefix: "", order: "ascending", limit: 1000 });
  if (!isLast) throw new Error(`${partition} has more items than these tests make`);
  return items.map(({ sort, due, data }) => ({ partition, sort, due: due?.kind ?? null, data }));
}

function remainsOf(rows: readonly Row[]): Remains {
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
    orders: data<Order>(under("order#")),
    tasks: under("task").map((row) => row.partition),
    keys: under("idem#").length,
    due: rows.flatMap(({ due, sort }) => (due === null ? [] : `${due} ${sort}`)),
  };
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
export async function readKeys(place: Place): Promise<string[]> {
  if (typeof place !== "string") {
    const { objects } = await place.store.list({ prefix: "", limit: 1000 });
    return objects.map(({ key }) => key).toSorted();
  }
  const keys = await readFolder(join(place, "objects"));
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

export async function factsOf(place: Place, key: string): Promise<{ size: number; sha256: string }> {
  const hash = createHash("sha256");
  let size = 0;
  await pipeline(await bodyOf(place, key), async (body) => {
    for await (const chunk of body as AsyncIterable<Buffer>) {
      hash.update(chunk);
      size += chunk.length;
    }
  });
  return { size, sha256: hash.digest("hex") };
}

async function bodyOf(place: Place, key: string): Promise<AsyncIterable<Uint8Array>> {
  if (typeof place === "string") return createReadStream(join(place, "objects", key));
  const found = await place.store.get(key);
  if (!found) throw new Error(`there is no ${key}`);
  return found.body;
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
