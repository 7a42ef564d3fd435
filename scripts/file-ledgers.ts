// Every user's account, ledger lines and jobs out of the embedded table's file, read directly: each user in one transaction, which sees one moment.
import { DatabaseSync } from "node:sqlite";
import type { Account, LedgerLine } from "../shared/credits/account.ts";
import { type Order, orderPrefix } from "../shared/credits/orders/order.ts";
import { type Job, nodeJobPrefix } from "../shared/jobs/job.ts";
import { type Production, productionPrefix } from "../shared/productions/production.ts";
import type { Upload } from "../shared/uploads/upload.ts";

export interface FileLedger {
  partition: string;
  /** Null: there are other items of that user, but no account. */
  account: Account | null;
  olderLines: LedgerLine[];
  /** Jobs are many and large: each is read when it is asked for, and all of them at most once, while `look` runs. */
  jobs: Iterable<Job>;
  uploads: Iterable<Upload>;
  orders: Order[];
  productions: Production[];
  /** As `jobs`. */
  nodeJobs: Iterable<Job>;
}

const LOCK_TIMEOUT_MS = 10_000;

/** What `look` finds in each user. The server may go on meanwhile; nothing is written. Throws when there is no such file, or none of ours. */
export function* fileLedgers<T>(path: string, look: (ledger: FileLedger) => T): Generator<T> {
  const db = openForReading(path);
  for (const partition of partitions(db, "user#")) yield inOneMoment(db, () => look(ledgerOf(db, partition)));
  db.close();
}

/** Their names, in order. Read while others write: one that comes meanwhile may be missing. */
export function* partitionsOfFile(path: string, prefix: string): Generator<string> {
  const db = openForReading(path);
  try {
    yield* partitions(db, prefix);
  } finally {
    db.close();
  }
}

function openForReading(path: string): DatabaseSync {
  try {
    const db = new DatabaseSync(path, { readOnly: true, timeout: LOCK_TIMEOUT_MS });
    db.prepare("SELECT partition, sort, data FROM items LIMIT 1").get();
    return db;
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : cause;
    throw new Error(`${path}: ${reason}. Set DATA_DIR to the folder that npm start uses.`, { cause });
  }
}

/** One after the other: there may be many. `prefix` ends with `#`, and `$` is the character behind that. */
function* partitions(db: DatabaseSync, prefix: string): Generator<string> {
  const end = prefix.replace(/#$/, "$");
  const next = db.prepare(
    "SELECT partition FROM items WHERE partition > ? AND partition < ? ORDER BY partition LIMIT 1",
  );
  for (let row = next.get(prefix, end); row; row = next.get(String(row.partition), end)) yield String(row.partition);
}

function inOneMoment<T>(db: DatabaseSync, act: () => T): T {
  db.exec("BEGIN");
  try {
    return act();
  } finally {
    db.exec("COMMIT");
  }
}

function ledgerOf(db: DatabaseSync, partition: string): FileLedger {
  const account = [...items<Account>(db, partition, "account")][0] ?? null;
  const jobs = items<Job>(db, partition, "job#");
  const olderLines = [...items<{ lines: LedgerLine[] }>(db, partition, "ledger#")].flatMap(({ lines }) => lines);
  const uploads = items<Upload>(db, partition, "upload#");
  const orders = [...items<Order>(db, partition, orderPrefix)];
  const productions = [...items<Production>(db, partition, productionPrefix)];
  const nodeJobs = items<Job>(db, partition, nodeJobPrefix);
  return { partition, account, olderLines, jobs, uploads, orders, productions, nodeJobs };
}

/** What the partition holds under sort keys that begin with `prefix`. */
function* items<T>(db: DatabaseSync, partition: string, prefix: string): Generator<T> {
  const select = db.prepare(
    "SELECT data FROM items WHERE partition = ?1 AND sort >= ?2 AND sort < ?2 || CAST(x'ff' AS TEXT) ORDER BY sort",
  );
  for (const { data } of select.iterate(partition, prefix)) yield JSON.parse(String(data)) as T;
}
