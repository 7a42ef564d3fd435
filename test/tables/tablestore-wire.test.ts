// Our own way to speak to Tablestore beside the vendor's SDK: the same requests for the same calls, the same rows of the same answers.
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import TableStore, { type KeyColumn, type KeyValue as SdkValue } from "tablestore";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { RowCondition } from "../../shared/tables/remote-table.ts";
import { createTablestoreClient, type TablestoreOptions } from "../../shared/tables/tablestore/client.ts";
import { deleteRow, getRange, getRow, type Key, putRow, rowOf } from "../../shared/tables/tablestore/messages.ts";
import {
  type Cell,
  INF_MAX,
  INF_MIN,
  type KeyValue,
  readRows,
  writeRow,
} from "../../shared/tables/tablestore/plain-buffer.ts";
import { prepareTablestore } from "../../shared/tables/tablestore/prepare.ts";
import { readMessage, writeMessage } from "../../shared/tables/tablestore/protobuf.ts";
import { createTablestoreSdk } from "../../shared/tables/tablestore/sdk.ts";
import { readRequest } from "../servers/tablestore/messages.ts";
import { readRow, writeRows } from "../servers/tablestore/plain-buffer.ts";
import { startTablestore } from "../servers/tablestore/server.ts";

const tableName = "dream_factory";
const texts = [
  "p",
  "job#1",
  "",
  " ",
  "ü",
  "梦工厂",
  "🎬🎬",
  "a\u0000b",
  '{"a":"\\u0000"}',
  "x".repeat(127),
  "y".repeat(70_000),
];
const numbers = [0n, 1n, -1n, 255n, 2n ** 31n, 1_764_345_600_000n, BigInt(Number.MAX_SAFE_INTEGER), -(2n ** 40n)];

const keys: Key[] = texts.map((text, i) => [
  ["partition", text],
  ["sort", texts.at(-1 - i) ?? ""],
]);
const columnsOf = (i: number): Cell<string | bigint>[] => [
  ["data", texts[i % texts.length] ?? ""],
  ["version", numbers[i % numbers.length] ?? 0n],
  ["write", `w${i}`],
  ...(i % 2 === 0
    ? []
    : [["due_key", "job#3"] as const, ["due_at", numbers.at(-1 - (i % numbers.length)) ?? 0n] as const]),
];
const conditions: RowCondition[] = [
  "absent",
  { version: 1 },
  { version: 2 ** 40, write: "a" },
  { version: 7, write: "ü" },
];

describe("asks as the SDK does", () => {
  const seen: { path: string; headers: string[]; body: Buffer }[] = [];
  const http = createServer(async (request, response) => {
    const headers = Object.keys(request.headers).filter((name) => name.startsWith("x-ots-"));
    seen.push({ path: request.url ?? "", headers: headers.sort(), body: await buffer(request) });
    response.writeHead(500).end();
  });
  let options: TablestoreOptions;

  beforeAll(async () => {
    http.listen(0, "127.0.0.1");
    await once(http, "listening");
    const endpoint = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
    const key = { accessKeyId: "id", accessKeySecret: "secret", securityToken: "token" };
    options = { endpoint, instance: "dreams", tableName, credentials: async () => key };
  });
  afterAll(() => {
    http.close();
    http.closeAllConnections();
  });

  /** What came of the SDK, and what of ours. */
  async function bothOf(name: "getRow" | "putRow" | "deleteRow" | "getRange", params: object, message: Buffer) {
    const operation = `${name[0]?.toUpperCase()}${name.slice(1)}` as "GetRow";
    const [sdk, ours] = [createTablestoreSdk(options), createTablestoreClient(options)];
    seen.length = 0;
    await sdk.send(name, params as never).catch(() => {});
    await ours.send(operation, message, () => {}).catch(() => {});
    sdk.close();
    ours.close();
    const [theirs, own] = seen;
    if (!theirs || !own) throw new Error("two requests were expected");
    return { theirs, own };
  }

  test.each([...keys.entries()])("GetRow, byte for byte (%i)", async (_, key) => {
    const params = { tableName, primaryKey: sdkKey(key), maxVersions: 1 };
    const { theirs, own } = await bothOf("getRow", params, getRow(tableName, key));
    expect(own).toEqual(theirs);
  });

  test.each([...keys.entries()])("PutRow and DeleteRow, byte for byte, under every condition (%i)", async (i, key) => {
    for (const condition of conditions) {
      const common = { tableName, condition: sdkCondition(condition), primaryKey: sdkKey(key) };
      const attributeColumns = columnsOf(i).map(([name, value]) => ({ [name]: sdkValue(value) }));
      const row = { key, columns: columnsOf(i) };
      const put = await bothOf("putRow", { ...common, attributeColumns }, putRow(tableName, row, condition));
      expect(put.own).toEqual(put.theirs);
      const deleted = await bothOf("deleteRow", common, deleteRow(tableName, key, condition));
      expect(deleted.own).toEqual(deleted.theirs);
    }
  });

  interface Ends {
    from: KeyValue;
    to: KeyValue;
    isBackward: boolean;
  }
  const ends: KeyValue[] = ["", "a", INF_MIN, INF_MAX];
  const ranges = ends.flatMap((from) => ends.map((to): Ends => ({ from, to, isBackward: from === INF_MAX })));

  test.each([...ranges.entries()])("GetRange, with the same meaning (%i)", async (i, { from, to, isBackward }) => {
    const keyAt = (end: KeyValue): Key => [
      ["due_key", "job#1"],
      ["due_at", i % 2 === 0 ? end : 5n],
      ["partition", end],
    ];
    const [first, last] = [keyAt(from), keyAt(to)];
    const params = {
      ...{ tableName, direction: isBackward ? "BACKWARD" : "FORWARD", maxVersions: 1, limit: 100 + i },
      ...{ inclusiveStartPrimaryKey: sdkKey(first), exclusiveEndPrimaryKey: sdkKey(last) },
    };
    const message = getRange(tableName, { from: first, to: last, isBackward, limit: 100 + i });
    const { theirs, own } = await bothOf("getRange", params, message);
    expect([own.path, own.headers, meaningOf(own.body)]).toEqual([theirs.path, theirs.headers, meaningOf(theirs.body)]);
  });

  /** The SDK leaves a zero byte behind for each end of a range. */
  function meaningOf(body: Buffer) {
    const { inclusiveStartPrimaryKey: from, exclusiveEndPrimaryKey: to, ...rest } = readRequest("GetRange", body);
    return { ...rest, from: readRow(from), to: readRow(to) };
  }
});

test("reads what the SDK has written, and the SDK what was written here", async () => {
  const server = await startTablestore();
  const { endpoint, instance } = server;
  const credentials = async () => ({ accessKeyId: "key-1", accessKeySecret: "secret-1" });
  const options = { endpoint, instance, tableName, credentials };
  await prepareTablestore(options, { say: () => {}, pause: async () => {} });
  const [sdk, ours] = [createTablestoreSdk(options), createTablestoreClient(options)];
  const short = keys.filter((key) => key.every(([, value]) => String(value).length < 1000));
  expect(short.length).toBeGreaterThan(5);
  for (const [i, key] of short.entries()) {
    const columns = columnsOf(i);
    await ours.send("PutRow", putRow(tableName, { key, columns }, "absent"), () => {});
    const { row } = await sdk.send("getRow", { tableName, primaryKey: sdkKey(key), maxVersions: 1 });
    const theirs = (row.attributes ?? []).map(({ columnName, columnValue }) => [columnName, String(columnValue)]);
    expect(new Map(theirs as [string, string][])).toEqual(
      new Map(columns.map(([name, value]) => [name, String(value)])),
    );
    const ofOurs = await ours.send("GetRow", getRow(tableName, key), rowOf);
    expect(ofOurs).toEqual(new Map<string, KeyValue>([...key, ...columns]));
  }
  expect(
    await ours.send(
      "GetRow",
      getRow(tableName, [
        ["partition", "none"],
        ["sort", ""],
      ]),
      rowOf,
    ),
  ).toBeUndefined();
  sdk.close();
  ours.close();
  await server.close();
});

describe("a row that is read", () => {
  const columns = columnsOf(1).map(([name, value]) => ({ name, value }));
  const key = [{ name: "partition", value: "p" }];
  const bytes = writeRows([{ key, columns }], 1_764_345_600_000n);

  test("is the one that was sent, with times and among others", () => {
    const expected = new Map<string, KeyValue>([["partition", "p"], ...columnsOf(1)]);
    expect(readRows(bytes)).toEqual([expected]);
    const more = { key: [{ name: "partition", value: "q" }], columns: [] };
    expect(readRows(writeRows([{ key, columns }, more], 1n))).toEqual([expected, new Map([["partition", "q"]])]);
    expect(readRows(Buffer.alloc(0))).toEqual([]);
  });

  test("is never one with a flipped bit, nor a part of it", () => {
    const own = writeRow({ key: [["partition", "p"]], columns: columnsOf(1) });
    for (const row of [bytes, own]) {
      for (let i = 0; i < row.length; i++) {
        const broken = Buffer.from(row);
        broken[i] = (broken[i] ?? 0) ^ 1;
        expect(() => readRows(broken), `byte ${i}`).toThrow();
        if (i > 4) expect(() => readRows(row.subarray(0, i)), `${i} bytes`).toThrow();
      }
    }
  });

  test("has no columns of kinds that are never written here", () => {
    const text = writeRow({ key: [["partition", "p"]], columns: [["data", "{}"]] });
    const [row] = readRows(withBoolean(text));
    expect(row).toEqual(new Map([["partition", "p"]]));
  });

  /** Its column with the value `true` in place of a text; checksums are made anew. */
  function withBoolean(row: Buffer): Buffer {
    const data = Buffer.from("data");
    const start = row.indexOf(Buffer.concat([Buffer.of(3, 4, 4, 0, 0, 0), data]));
    const variant = Buffer.of(2, 1);
    const sum = crc8(Buffer.concat([data, variant]));
    const cell = Buffer.concat([
      Buffer.of(3, 4, 4, 0, 0, 0),
      data,
      Buffer.of(5, 2, 0, 0, 0),
      variant,
      Buffer.of(10, sum),
    ]);
    const keySum = row[row.indexOf(2, row.indexOf("p", 30)) - 1] ?? 0;
    return Buffer.concat([row.subarray(0, start), cell, Buffer.of(9, crc8(Buffer.of(keySum, sum, 0)))]);
  }

  function crc8(of: Buffer): number {
    return of.reduce((sum, byte) => {
      let rest = sum ^ byte;
      for (let bit = 0; bit < 8; bit++) rest = rest & 0x80 ? ((rest << 1) ^ 7) & 0xff : rest << 1;
      return rest;
    }, 0);
  }
});

test("a message is read over fields of every kind, and none that breaks off", () => {
  const known = writeMessage([
    [1, 300],
    [2, "two"],
    [3, [Buffer.of(1), Buffer.of(2)]],
    [4, undefined],
    [100, true],
  ]);
  const fixed = Buffer.of(5 * 8 + 1, 1, 2, 3, 4, 5, 6, 7, 8, 6 * 8 + 5, 1, 2, 3, 4);
  const message = Buffer.concat([fixed, known]);
  expect(readMessage(message)).toEqual(
    new Map([
      [2, Buffer.from("two")],
      [3, Buffer.of(2)],
    ]),
  );
  for (const end of [3, 8, 12, 15, message.length - 1]) expect(() => readMessage(message.subarray(0, end))).toThrow();
  expect(() => readMessage(Buffer.of(2 * 8 + 3))).toThrow();
  expect(() => readMessage(Buffer.alloc(20, 0xff))).toThrow();
});

function sdkKey(key: Key): KeyColumn[] {
  return key.map(([name, value]) => ({ [name]: sdkValue(value) }));
}

function sdkValue(value: string | bigint): string | ReturnType<typeof TableStore.Long.fromNumber>;
function sdkValue(value: KeyValue): SdkValue;
function sdkValue(value: KeyValue): SdkValue {
  if (value === INF_MIN) return TableStore.INF_MIN;
  if (value === INF_MAX) return TableStore.INF_MAX;
  return typeof value === "bigint" ? TableStore.Long.fromNumber(Number(value)) : String(value);
}

function sdkCondition(condition: RowCondition) {
  const { EXPECT_EXIST, EXPECT_NOT_EXIST } = TableStore.RowExistenceExpectation;
  if (condition === "absent") return new TableStore.Condition(EXPECT_NOT_EXIST, null);
  const isVersion = equals("version", TableStore.Long.fromNumber(condition.version));
  if (condition.write === undefined) return new TableStore.Condition(EXPECT_EXIST, isVersion);
  const both = new TableStore.CompositeCondition(TableStore.LogicalOperator.AND);
  both.addSubCondition(isVersion);
  both.addSubCondition(equals("write", condition.write));
  return new TableStore.Condition(EXPECT_EXIST, both);
}

function equals(column: string, value: string | ReturnType<typeof TableStore.Long.fromNumber>) {
  const [passIfMissing, latestVersionOnly] = [false, true];
  const { EQUAL } = TableStore.ComparatorType;
  return new TableStore.SingleColumnCondition(column, value, EQUAL, passIfMissing, latestVersionOnly);
}
