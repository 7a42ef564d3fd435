// npm run check-ledger: rebuilds every user's credits from the ledger and the jobs, and says where they differ.
// Exit code 0: all adds up; 1: it does not, one line for each difference; 2: the table cannot be read.
//
// For the embedded table only: the Table port has no way to list users. It reads, and never writes; the server may go on meanwhile,
// because each user is read in one transaction, which sees one moment.
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { readConfig } from "../shared/config/config.ts";
import { processEnvironment } from "../shared/config/environment.ts";
import type { Account, LedgerLine } from "../shared/credits/account.ts";
import { checkLedger } from "../shared/jobs/check-ledger.ts";
import type { Job } from "../shared/jobs/job.ts";

const LOCK_TIMEOUT_MS = 10_000;

try {
  const { DATA_DIR, TABLE_PROVIDER } = processEnvironment();
  const { dataDir } = readConfig({ DATA_DIR, TABLE_PROVIDER });
  process.exitCode = checkTable(join(dataDir, "table.sqlite")) === 0 ? 0 : 1;
} catch (error) {
  console.error(`The ledger cannot be checked. ${error instanceof Error ? error.message : error}`);
  process.exitCode = 2;
}

/** Prints what it finds and answers how many differences that are. */
function checkTable(path: string): number {
  const db = openForReading(path);
  const counts = { users: 0, jobs: 0, lines: 0, differences: 0 };
  for (const partition of userPartitions(db)) {
    const { account, differences } = checkUser(db, partition);
    for (const difference of differences) console.log(`${partition}: ${difference}`);
    counts.users += 1;
    counts.jobs += account?.jobs ?? 0;
    counts.lines += account ? account.nextLine - 1 : 0;
    counts.differences += differences.length;
  }
  db.close();
  const { users, jobs, lines, differences } = counts;
  const what = [counted(users, "user"), counted(jobs, "job"), counted(lines, "ledger line")].join(", ");
  if (differences === 0) console.log(`${what}: everything adds up.`);
  else console.error(`${what}: ${counted(differences, "difference")}.`);
  return differences;
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

/** One after the other: the list of all users may be long. `$` is the character behind `#`. */
function* userPartitions(db: DatabaseSync): Generator<string> {
  const next = db.prepare(
    "SELECT partition FROM items WHERE partition > ? AND partition < 'user$' ORDER BY partition LIMIT 1",
  );
  for (let row = next.get("user#"); row; row = next.get(String(row.partition))) yield String(row.partition);
}

function checkUser(db: DatabaseSync, partition: string): { account: Account | null; differences: string[] } {
  db.exec("BEGIN");
  try {
    const account = [...items<Account>(db, partition, "account")][0] ?? null;
    const jobs = items<Job>(db, partition, "job#");
    const olderLines = [...items<{ lines: LedgerLine[] }>(db, partition, "ledger#")].flatMap(({ lines }) => lines);
    if (account) return { account, differences: checkLedger({ account, olderLines, jobs }, Date.now()) };
    const isUnused = olderLines.length === 0 && jobs.next().done;
    return { account, differences: isUnused ? [] : ["there are jobs or ledger lines, but no account"] };
  } finally {
    db.exec("COMMIT");
  }
}

/** What the partition holds under sort keys that begin with `prefix`. Jobs are many and large: each is read when it is asked for. */
function* items<T>(db: DatabaseSync, partition: string, prefix: string): Generator<T> {
  const select = db.prepare(
    "SELECT data FROM items WHERE partition = ?1 AND sort >= ?2 AND sort < ?2 || CAST(x'ff' AS TEXT) ORDER BY sort",
  );
  for (const { data } of select.iterate(partition, prefix)) yield JSON.parse(String(data)) as T;
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? "" : "s"}`;
}
