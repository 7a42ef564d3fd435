// A table that moves through all the places that there are and comes home, killed half way each time.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { prepareDynamodb } from "../../shared/tables/dynamodb/prepare.ts";
import { createDynamodbTable } from "../../shared/tables/dynamodb/table.ts";
import { openSqliteTable } from "../../shared/tables/sqlite.ts";
import { prepareTablestore } from "../../shared/tables/tablestore/prepare.ts";
import { type DynamodbServer, startDynamodb } from "../servers/dynamodb.ts";
import { startTablestore, type TablestoreServer } from "../servers/tablestore/server.ts";
import { type BusyUser, makeBusyUser } from "./busy-user.ts";
import { runScript } from "./run-script.ts";

const script = "scripts/copy-table.ts";
const adds = "1 user, 18 jobs, 24 ledger lines: everything adds up.\n";

let busy: BusyUser;
let dynamodb: DynamodbServer;
let tablestore: TablestoreServer;
let folder: string;
let environment: Record<string, string>;
let count: number;

beforeAll(async () => {
  [busy, dynamodb, tablestore] = await Promise.all([makeBusyUser(), startDynamodb(), startTablestore()]);
  folder = await mkdtemp(join(tmpdir(), "copy-table-"));
  environment = {
    TABLE_NAME: "dreams",
    ...{ DYNAMODB_ENDPOINT: dynamodb.endpoint, DYNAMODB_REGION: dynamodb.region },
    ...{ AWS_ACCESS_KEY_ID: "key-1", AWS_SECRET_ACCESS_KEY: "secret-1" },
    ...{ TABLESTORE_ENDPOINT: tablestore.endpoint, TABLESTORE_INSTANCE: tablestore.instance },
    ...{ TABLESTORE_ACCESS_KEY_ID: "key-1", TABLESTORE_ACCESS_KEY_SECRET: "secret-1" },
  };
  for (const tableName of ["dreams", "dreams_again"]) await prepareDynamodb(inDynamodb(tableName), quietly);
  const { endpoint, instance } = tablestore;
  const credentials = async () => ({ accessKeyId: "key-1", accessKeySecret: "secret-1" });
  await prepareTablestore({ endpoint, instance, tableName: "dreams", credentials }, quietly);
  count = rowsOf(busy.dataDir).length;
});
afterAll(async () => {
  await Promise.all([busy.close(), dynamodb.close(), tablestore.close()]);
  await rm(folder, { recursive: true });
});

const quietly = { say: () => {}, pause: async () => {} };

function inDynamodb(tableName: string) {
  const credentials = async () => ({ accessKeyId: "key-1", accessKeySecret: "secret-1" });
  return { endpoint: dynamodb.endpoint, region: dynamodb.region, tableName, credentials };
}

function rowsOf(dataDir: string): unknown[] {
  const db = new DatabaseSync(join(dataDir, "table.sqlite"), { readOnly: true });
  const rows = db.prepare(
    "SELECT partition, sort, version, due_kind, due_shard, due_at, data FROM items ORDER BY partition, sort",
  );
  const all = rows.all();
  db.close();
  return all;
}

const copy = (...args: string[]) => runScript(script, args, busy.dataDir, environment);

interface Server {
  after(operation: string, act: () => Promise<void>): void;
}

/** Acts while the server works on that many requests of an operation, before the last one is answered. */
function atRequest(server: Server, operation: string, requests: number, act: () => Promise<unknown>): void {
  let left = requests;
  const hear = async (): Promise<void> => {
    if (--left > 0) server.after(operation, hear);
    else await act();
  };
  server.after(operation, hear);
}

async function killedAt(server: Server, operation: string, requests: number, args: readonly string[]) {
  const env = { ...process.env, DATA_DIR: busy.dataDir, ...environment };
  const child = spawn(process.execPath, [script, ...args], { env, stdio: "ignore" });
  atRequest(server, operation, requests, async () => child.kill("SIGKILL"));
  const [, signal] = await once(child, "close");
  return signal;
}

describe("a table that is moved", () => {
  test.each([
    ["from SQLite to DynamoDB", "PutItem", ["--from", "sqlite", "--to", "dynamodb"]],
    ["from DynamoDB to Tablestore", "PutRow", ["--from", "dynamodb", "--to", "tablestore"]],
    ["from Tablestore to SQLite", "GetRange", ["--from", "tablestore", "--to", "sqlite:home"]],
  ])("%s is all there after a second run, when the first one was killed half way", async (_way, operation, given) => {
    const args = given.map((text) => text.replace("home", join(folder, "home")));
    const server = operation === "PutItem" ? dynamodb : tablestore;
    expect(await killedAt(server, operation, operation === "GetRange" ? 10 : Math.floor(count / 2), args)).toBe(
      "SIGKILL",
    );
    const { code, stdout } = await copy(...args);
    const [, items, present] = /^(\d+) items, of which (\d+) were there already\.\n/.exec(stdout) ?? [];
    expect([code, stdout.split("\n").slice(1).join("\n")]).toEqual([0, `Every item is equal in both.\n${adds}`]);
    expect(Number(items)).toBe(count);
    if (operation !== "GetRange") {
      expect(Number(present)).toBeGreaterThanOrEqual(1);
      expect(Number(present)).toBeLessThan(count);
    }
  });

  test("through all of them comes home as it was: versions, due entries and data", () => {
    expect(rowsOf(join(folder, "home"))).toEqual(rowsOf(busy.dataDir));
  });

  test("is copied again, and nothing is written", async () => {
    const before = dynamodb.operations.length;
    const { code, stdout } = await copy("--from", "sqlite", "--to", "dynamodb");
    expect([code, stdout.split("\n")[0]]).toEqual([0, `${count} items, of which ${count} were there already.`]);
    expect(dynamodb.operations.length).toBeGreaterThan(before);
  });

  test("with --json is told in one object, and all else on stderr", async () => {
    const { code, stdout, stderr } = await copy("--from", "sqlite", "--to", "dynamodb", "--json");
    expect([code, JSON.parse(stdout)]).toEqual([
      0,
      { isFine: true, items: count, present: count, differences: 0, addsUp: true },
    ]);
    expect(stderr).toContain("Every item is equal in both.");
    expect(stderr).toContain(adds);
  });

  test("stays in the same cloud under another name", async () => {
    const { code, stdout } = await copy("--from", "dynamodb", "--to", "dynamodb:dreams_again");
    expect([code, stdout]).toEqual([
      0,
      `${count} items, of which 0 were there already.\nEvery item is equal in both.\n${adds}`,
    ]);
  });

  test("is found by settings of its own in a file", async () => {
    const file = join(folder, "new.env");
    await writeFile(file, `DATA_DIR=${join(folder, "elsewhere")}\n`);
    expect(await copy("--from", "tablestore", "--to", "sqlite", "--to-env", file)).toMatchObject({ code: 0 });
    expect(rowsOf(join(folder, "elsewhere"))).toEqual(rowsOf(busy.dataDir));
  });
});

describe("what differs is said, and never replaced:", () => {
  async function another(change: (table: Awaited<ReturnType<typeof openSqliteTable>>) => Promise<unknown>) {
    const place = await mkdtemp(join(folder, "differing-"));
    expect(await copy("--from", "sqlite", "--to", `sqlite:${place}`)).toMatchObject({ code: 0 });
    const table = await openSqliteTable({ path: join(place, "table.sqlite") });
    await change(table);
    await table.close();
    const before = rowsOf(place);
    const ran = await copy("--from", "sqlite", "--to", `sqlite:${place}`);
    expect([ran.code, ran.stderr]).toEqual([1, expect.stringContaining("Stop every server and function")]);
    expect(rowsOf(place)).toEqual(before);
    const told = await copy("--from", "sqlite", "--to", `sqlite:${place}`, "--json");
    expect([told.code, JSON.parse(told.stdout)]).toMatchObject([1, { isFine: false, addsUp: false }]);
    expect(JSON.parse(told.stdout).differences).toBeGreaterThan(0);
    return ran.stdout.split("\n").slice(1, -1);
  }

  test("an item that was changed at one of them", async () => {
    const partition = `user#${busy.userId}`;
    const told = await another(async (table) => {
      const profile = await table.get({ partition, sort: "profile" });
      if (profile) await table.put({ ...profile, data: { changed: true } }, { version: profile.version });
    });
    expect(told).toEqual([`${partition} profile has version 1 in the old table and version 2 in the new one`]);
  });

  test("an item that only one of them has", async () => {
    const told = await another((table) => table.put({ partition: "p", sort: "s", data: {} }, "absent"));
    expect(told).toEqual(["p s is only in the new table"]);
  });

  test("more than twenty are counted", async () => {
    const told = await another(async (table) => {
      for (let n = 0; n < 25; n++) await table.put({ partition: "p", sort: `${n}`, data: {} }, "absent");
    });
    expect([told.length, told.at(-1)]).toEqual([21, "and 5 more."]);
  });
});

test("an item that changes at the source behind its copying is found by the comparison", async () => {
  expect(await copy("--from", "sqlite", "--to", "dynamodb")).toMatchObject({ code: 0 });
  const table = await createDynamodbTable(inDynamodb("dreams"));
  const key = { partition: `user#${busy.userId}`, sort: "profile" };
  const profile = await table.get(key);
  // At the last write all of the source was read; what reads it once more is the comparison.
  atRequest(tablestore, "PutRow", count, async () => {
    if (profile) await table.put({ ...profile, data: { ...profile.data, seen: 1 } }, { version: profile.version });
  });
  const name = "dreams_later";
  const credentials = async () => ({ accessKeyId: "key-1", accessKeySecret: "secret-1" });
  const { endpoint, instance } = tablestore;
  await prepareTablestore({ endpoint, instance, tableName: name, credentials }, quietly);
  const { code, stdout } = await copy("--from", "dynamodb", "--to", `tablestore:${name}`);
  await table.close();
  expect([code, stdout]).toEqual([
    1,
    expect.stringContaining(`${key.partition} profile has version 2 in the old table and version 1 in the new one`),
  ]);
});

describe("is refused in words, and nothing is made:", () => {
  const commands: [why: string, args: string[], code: number, says: string][] = [
    ["nothing said", [], 2, "Usage: npm run copy-table"],
    ["a place that is none", ["--from", "sqlite", "--to", "postgres"], 2, "Usage: npm run copy-table"],
    ["an empty name", ["--from", "sqlite", "--to", "dynamodb:"], 2, "Usage: npm run copy-table"],
    ["an option that is none", ["--from", "sqlite", "--onto", "dynamodb"], 2, "Usage: npm run copy-table"],
    ["the same table twice", ["--from", "dynamodb", "--to", "dynamodb:dreams"], 2, "Both are the same table."],
    ["the same file twice", ["--from", "sqlite", "--to", "sqlite"], 2, "Both are the same table."],
    ["a name that no table can have", ["--from", "sqlite", "--to", "dynamodb:a b"], 2, "TABLE_NAME must be"],
    [
      "settings that are not there",
      ["--from", "sqlite", "--to", "dynamodb", "--to-env", "none.env"],
      2,
      "There is no file",
    ],
    ["a file that is not there", ["--from", "sqlite:nowhere", "--to", "dynamodb"], 1, "There is no "],
    [
      "a table that is not there",
      ["--from", "sqlite", "--to", "dynamodb:nothing"],
      1,
      "npm run create-table makes them",
    ],
  ];

  test.each(commands)("%s", async (_why, args, code, says) => {
    const given = args.map((text) => text.replace("nowhere", join(folder, "nowhere")));
    expect(await copy(...given)).toEqual({ code, stdout: "", stderr: expect.stringContaining(says) });
  });
});
