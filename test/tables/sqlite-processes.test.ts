import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Table } from "../../shared/ports/table.ts";
import { openSqliteTable } from "../../shared/tables/sqlite.ts";

const program = join(import.meta.dirname, "table-process.ts");
const started: ChildProcess[] = [];
let folder: string;
let path: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "table-"));
  path = join(folder, "table.sqlite");
});
afterEach(async () => {
  for (const child of started.splice(0)) child.kill("SIGKILL");
  await rm(folder, { recursive: true });
});

test("F48: every write that was answered before a SIGKILL is there afterwards", async () => {
  const answered: string[] = [];
  for (const [round, count] of [50, 300, 1000].entries()) {
    answered.push(...(await killAfter(count, ["write", path, `round${round}`])));
    expect((await stat(`${path}-wal`)).size).toBeGreaterThan(0);
  }
  expect(answered.length).toBeGreaterThanOrEqual(1350);

  const table = await openSqliteTable({ path });
  const items = await Promise.all(answered.map((sort) => table.get({ partition: "written", sort })));
  await table.close();
  expect(items.map((item) => item?.data.sort)).toEqual(answered);
  expect(integrityOf(path)).toBe("ok");
});

test("of items that were written together all are there after a SIGKILL or none, and all that were answered", async () => {
  const answered: string[] = [];
  for (const [round, count] of [50, 300].entries()) {
    answered.push(...(await killAfter(count, ["writeTogether", path, `round${round}`])));
  }
  const table = await openSqliteTable({ path });
  const found = await Promise.all(["a", "b", "c"].map((part) => namesBehind(table, `${part}-`)));
  await table.close();
  expect(found[1]).toEqual(found[0]);
  expect(found[2]).toEqual(found[0]);
  expect(answered.filter((sort) => !found[0]?.includes(sort))).toEqual([]);
});

test("two processes that increment one item 200 times each lose nothing", async () => {
  const processes = [run(["increment", path]), run(["increment", path])];
  expect(await Promise.all(processes.map(exitOf))).toEqual([0, 0]);

  const table = await openSqliteTable({ path });
  expect(await table.get({ partition: "counters", sort: "counter" })).toMatchObject({ data: { n: 400 }, version: 400 });
  await table.close();
});

test("F49: a write is answered only after the disk has it: 200 writes one after the other are 200 waits for the disk", async ({
  skip,
}) => {
  const trace = join(folder, "trace");
  const traced = ["strace", "-f", "-e", "trace=fsync,fdatasync", "-o", trace];
  skip(!canRun([...traced, "true"]), "counting calls to the system needs strace");
  expect(await exitOf(run(["increment", path], traced))).toBe(0);
  const waits = (await readFile(trace, "utf8")).match(/\bf(data)?sync(\(\d+| resumed>)\) += 0$/gm);
  expect(waits?.length).toBeGreaterThanOrEqual(200);
});

test("on a full disk writes are refused with storage_full, what was answered stays, and it goes on when there is room", async ({
  skip,
}) => {
  const withSmallDisk = [...smallDisk, "sh", folder];
  skip(!canRun([...withSmallDisk, "true"]), "a small disk needs unshare, mount and user namespaces");
  const child = run(["fill", path], withSmallDisk);
  const [line] = await linesOf(child);
  const { outcomes, afterwards, present } = JSON.parse(line ?? "");

  const sortKeys = Object.keys(outcomes);
  expect(new Set(Object.values(outcomes))).toEqual(new Set(["answered", "storage_full"]));
  expect(present).toEqual(sortKeys.filter((sort) => outcomes[sort] === "answered").sort());
  expect(afterwards).toBe(1);
});

async function namesBehind(table: Table, prefix: string): Promise<string[]> {
  const names: string[] = [];
  for (let after: string | undefined, isLast = false; !isLast; ) {
    const page = await table.query({ partition: "written", prefix, order: "ascending", limit: 1000, after });
    names.push(...page.items.map(({ sort }) => sort.slice(prefix.length)));
    after = page.items.at(-1)?.sort;
    isLast = page.isLast;
  }
  return names;
}

/** Runs what follows with 2 MB of memory mounted on $1. */
const smallDisk = ["unshare", "--map-root-user", "--mount", "sh", "-c"].concat(
  'mount -t tmpfs -o size=2m table "$1" && shift && exec "$@"',
);

function canRun([command = "", ...args]: string[]): boolean {
  return spawnSync(command, args).status === 0;
}

function run(task: string[], wrapper: string[] = []): ChildProcess {
  const [command = "", ...args] = [...wrapper, process.execPath, program, ...task];
  const child = spawn(command, args, { stdio: ["ignore", "pipe", "inherit"] });
  started.push(child);
  return child;
}

async function exitOf(child: ChildProcess): Promise<number | null> {
  child.stdout?.resume();
  await once(child, "close");
  return child.exitCode;
}

/** Kills the process once it has said that `count` items were answered; the sort keys of all that it had said by then. */
async function killAfter(count: number, task: string[]): Promise<string[]> {
  const child = run(task);
  let said = 0;
  const lines = await linesOf(child, () => {
    said += 1;
    if (said === count) child.kill("SIGKILL");
  });
  expect(child.signalCode).toBe("SIGKILL");
  return lines.flatMap((line) => /^answered (.+)\.$/.exec(line)?.[1] ?? []);
}

async function linesOf(child: ChildProcess, onLine: () => void = () => {}): Promise<string[]> {
  if (!child.stdout) throw new Error("The process has no output.");
  const closed = once(child, "close");
  const lines: string[] = [];
  for await (const line of createInterface(child.stdout)) {
    lines.push(line);
    onLine();
  }
  await closed;
  return lines;
}

function integrityOf(file: string): unknown {
  const db = new DatabaseSync(file);
  const row = db.prepare("PRAGMA integrity_check").get();
  db.close();
  return row?.integrity_check;
}
