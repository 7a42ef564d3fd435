// Tablestore on 127.0.0.1, as far as a table needs it: its protocol, its checks, its errors; slow, busy or cut off on command.
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import { encode, isOperation, type Requests, readRequest } from "./messages.ts";
import { OtsError } from "./ots-error.ts";
import { readRow, writeRows } from "./plain-buffer.ts";
import { checkRequest, type KnownKey } from "./request-check.ts";
import { checkKey, compareKeys, createTables, search } from "./tables.ts";

/**
 * What happens to a request instead of its answer.
 *
 * - An error: it is answered, and nothing is done; with `isApplied` the request is carried out first.
 * - `cutBefore`, `cutAfter`: the connection breaks, before or after the request is carried out.
 * - `cutWithin`: it breaks in the middle of the answer; `stalled`: the answer stops there, and the connection stays.
 * - `silent`: carried out, and never answered.
 */
export type Fault =
  | { status: number; code: string; message?: string; isApplied?: boolean }
  | "cutBefore"
  | "cutAfter"
  | "cutWithin"
  | "stalled"
  | "silent";

export interface TablestoreServer {
  endpoint: string;
  instance: string;
  /** May be changed while it runs, as keys rotate. */
  keys: KnownKey[];
  /** The operation of each request that came, in order. */
  operations: string[];
  /** The access key of each request. */
  usedKeys: string[];
  connections(): number;
  /** The next request of that operation meets the first fault, the one after it the second, and so on. Null: nothing happens to it. */
  fail(operation: string, ...faults: (Fault | null)[]): void;
  /** Runs right behind the next request of that operation that is carried out, before its answer or fault. */
  after(operation: string, act: () => Promise<void>): void;
  /** A table without an index, made by somebody else. */
  addTable(name: string, keys: string[], options: { withDueColumns: boolean }): void;
  /** How many changes the index catches up with each time that it is read. Default 2. */
  indexSteps: number;
  close(): Promise<void>;
}

const PAGE_ROWS = 2;

export async function startTablestore(): Promise<TablestoreServer> {
  const tables = createTables();
  const faults = new Map<string, (Fault | null)[]>();
  const acts = new Map<string, () => Promise<void>>();
  let accepted = 0;
  let pages = 0;

  const http = createServer((request, response) => {
    answer(request, response).catch((error) => response.destroy(error));
  });
  http.on("connection", () => {
    accepted += 1;
  });
  http.listen(0, "127.0.0.1");
  await once(http, "listening");

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { url: path = "", headers } = request;
    const operation = path.slice(1);
    const body = await buffer(request);
    server.operations.push(operation);
    server.usedKeys.push(String(headers["x-ots-accesskeyid"]));
    const fault = faults.get(operation)?.shift() ?? null;
    if (fault === "cutBefore") return void request.socket.destroy();
    if (fault !== null && typeof fault === "object" && !fault.isApplied) return sendError(response, errorOf(fault));
    try {
      checkRequest(path, headers, body, server);
      const answered = carryOut(operation, body);
      const act = acts.get(operation);
      acts.delete(operation);
      await act?.();
      send(response, answered, fault);
    } catch (error) {
      sendError(response, error instanceof OtsError ? error : new OtsError(400, "OTSParameterInvalid", String(error)));
    }
  }

  function carryOut(operation: string, body: Buffer): Buffer {
    if (!isOperation(operation))
      throw new OtsError(400, "OTSUnsupportOperation", `Unsupported operation: '${operation}'.`);
    if (operation === "GetRow") return getRow(readRequest(operation, body));
    if (operation === "GetRange") return getRange(readRequest(operation, body));
    if (operation === "DescribeTable") return describe(readRequest(operation, body));
    if (operation === "PutRow") tables.put(readRequest(operation, body));
    if (operation === "DeleteRow") tables.delete(readRequest(operation, body));
    if (operation === "CreateTable") tables.create(readRequest(operation, body));
    if (operation === "CreateIndex") tables.createIndex(readRequest(operation, body));
    // Operations on tables answer with nothing at all; writes only with what they used.
    return operation.startsWith("Create") ? Buffer.alloc(0) : encode(`${operation}Response`, { consumed });
  }

  function getRow({ tableName, primaryKey }: Requests["GetRow"]): Buffer {
    const table = tables.open(tableName);
    const { key } = readRow(primaryKey);
    checkKey(table, key);
    const { found } = search(table, key);
    return encode("GetRowResponse", { consumed, row: writeRows(found ? [found] : [], now()) });
  }

  /** Two rows at a time, and now and then none at all: the next key alone says whether more follows. */
  function getRange(request: Requests["GetRange"]): Buffer {
    const table = tables.open(request.tableName);
    const from = readRow(request.inclusiveStartPrimaryKey).key;
    const to = readRow(request.exclusiveEndPrimaryKey).key;
    for (const key of [from, to]) checkKey(table, key);
    const sign = request.direction === 0 ? 1 : -1;
    if (sign * compareKeys(from, to) > 0)
      throw new OtsError(400, "OTSParameterInvalid", "Begin key must be before end key.");
    const rows = sign === 1 ? table.rows : table.rows.toReversed();
    const inRange = rows.filter(({ key }) => sign * compareKeys(key, from) >= 0 && sign * compareKeys(key, to) < 0);
    const isIndex = table.definedColumns.length === 0;
    const size = pages++ % 5 === 4 ? 0 : Math.min(PAGE_ROWS, request.limit);
    const next = inRange[size];
    const answered = encode("GetRangeResponse", {
      consumed,
      rows: writeRows(inRange.slice(0, size), now()),
      ...(next ? { nextStartPrimaryKey: writeRows([{ key: next.key, columns: [] }], now()) } : {}),
    });
    if (isIndex) tables.follow(server.indexSteps);
    return answered;
  }

  function describe({ tableName }: Requests["DescribeTable"]): Buffer {
    const table = tables.describe(tableName);
    return encode("DescribeTableResponse", {
      tableMeta: { tableName, primaryKey: table.keys, definedColumn: table.definedColumns },
      reservedThroughputDetails: { capacityUnit: { read: 0, write: 0 }, lastIncreaseTime: 0 },
      tableOptions: { timeToLive: -1, maxVersions: 1 },
      tableStatus: table.looksUntilReady > 0 ? 3 : 1,
      indexMetas: table.indexes.map((index) => ({ ...index, indexSyncPhase: table.looksUntilReady > 0 ? 1 : 2 })),
    });
  }

  const server: TablestoreServer = {
    endpoint: `http://127.0.0.1:${(http.address() as AddressInfo).port}`,
    instance: "dreams",
    keys: [{ accessKeyId: "key-1", accessKeySecret: "secret-1" }],
    operations: [],
    usedKeys: [],
    connections: () => accepted,
    fail: (operation, ...more) => faults.set(operation, [...(faults.get(operation) ?? []), ...more]),
    after: (operation, act) => acts.set(operation, act),
    addTable(tableName, keys, { withDueColumns }) {
      const definedColumn = withDueColumns
        ? [
            { name: "due_key", type: 4 },
            { name: "due_at", type: 1 },
          ]
        : [];
      const tableMeta = { tableName, primaryKey: keys.map((name) => ({ name, type: 2 })), definedColumn };
      const reservedThroughput = { capacityUnit: { read: 0, write: 0 } };
      tables.create({
        tableMeta,
        reservedThroughput,
        tableOptions: { timeToLive: -1, maxVersions: 1 },
        indexMetas: [],
      });
    },
    indexSteps: 2,
    async close() {
      http.close();
      http.closeAllConnections();
      await once(http, "close");
    },
  };
  return server;
}

const consumed = { capacityUnit: { read: 1, write: 1 } };

function now(): bigint {
  return BigInt(Date.now());
}

function send(response: ServerResponse, body: Buffer, fault: Fault | null): void {
  if (fault === "cutAfter") response.destroy();
  else if (fault !== null && typeof fault === "object") sendError(response, errorOf(fault));
  else if (fault !== "silent") {
    response.writeHead(200, { "x-ots-requestid": requestId, "content-length": body.length });
    if (fault === null) response.end(body);
    else response.write(body.subarray(0, body.length / 2), () => fault === "cutWithin" && response.destroy());
  }
}

const requestId = "0005b2cc-1e5e-4a2b-0a5c-1f0b0d0e0f10";

function errorOf({ status, code, message = "Sorry." }: Exclude<Fault, string>): OtsError {
  return new OtsError(status, code, message);
}

function sendError(response: ServerResponse, { status, code, message }: OtsError): void {
  response.writeHead(status, { "x-ots-requestid": requestId });
  response.end(encode("Error", { code, message }));
}
