// What Tablestore charges for a request (CU mode), by the rows that are really sent and stored.
import { columns } from "../../shared/tables/tablestore/schema.ts";
import { decodeStrictly, isOperation, type Requests, readRequest } from "../../test/servers/tablestore/messages.ts";
import { type Cell, readRow } from "../../test/servers/tablestore/plain-buffer.ts";
import type { Exchange } from "./front.ts";
import { isContinued, kindOfItem, type Use } from "./uses.ts";

/** "Read/write throughput": a unit of either kind is 4 KB; what is smaller counts as one. */
const UNIT_BYTES = 4096;

/**
 * By the pages of PutRow, DeleteRow, GetRow and GetRange; a write with a condition also costs the reading of its key, and one that is refused
 * one unit of each kind. "Billable items of secondary indexes": keeping the index up to date is not charged.
 */
export function createTablestoreMeter(): (exchange: Exchange) => Use | null {
  /** Bytes of each row. */
  const stored = new Map<string, number>();
  /** Keys at which pages go on. */
  const nextKeys = new Set<string>();

  function isNextPage({ inclusiveStartPrimaryKey }: Requests["GetRange"], answer: Buffer): boolean {
    const { nextStartPrimaryKey: next } = decodeStrictly("main", "GetRangeResponse", answer);
    if (next instanceof Uint8Array && next.length > 0) nextKeys.add(nameOf(readRow(Buffer.from(next)).key));
    return nextKeys.delete(nameOf(readRow(inclusiveStartPrimaryKey).key));
  }

  const meters = {
    PutRow({ row }: Requests["PutRow"], isDone: boolean) {
      const { key, columns: cells } = readRow(row);
      const size = sizeOf([...key, ...cells]);
      if (isDone) stored.set(nameOf(key), size);
      return { about: aboutKey(key), units: isDone ? conditional(size, key) : refused };
    },
    DeleteRow({ primaryKey }: Requests["DeleteRow"], isDone: boolean) {
      const { key } = readRow(primaryKey);
      if (isDone) stored.delete(nameOf(key));
      return { about: aboutKey(key), units: isDone ? conditional(sizeOf(key), key) : refused };
    },
    GetRow({ primaryKey }: Requests["GetRow"]) {
      const { key } = readRow(primaryKey);
      return { about: aboutKey(key), units: { "read CU": unitsOf(stored.get(nameOf(key)) ?? sizeOf(key)) } };
    },
  };

  return ({ path, body, status, answer }) => {
    const operation = path.slice(1);
    const isDone = status === 200;
    if (operation === "GetRange" && isNextPage(readRequest(operation, body), answer)) return isContinued;
    const metered = (): Pick<Use, "about" | "units"> => {
      if (operation === "PutRow") return meters.PutRow(readRequest(operation, body), isDone);
      if (operation === "DeleteRow") return meters.DeleteRow(readRequest(operation, body), isDone);
      if (operation === "GetRow") return meters.GetRow(readRequest(operation, body));
      if (operation === "GetRange") return range(readRequest(operation, body), answer);
      if (!isOperation(operation)) throw new Error(`Nobody knows what ${operation} costs.`);
      return { about: "", units: {} };
    };
    return { operation, ...metered(), bytesUp: body.length, bytesDown: answer.length };
  };
}

const refused: Use["units"] = { "write CU": 1, "read CU": 1 };

function conditional(bytes: number, key: Cell[]): Use["units"] {
  return { "write CU": unitsOf(bytes), "read CU": unitsOf(sizeOf(key)) };
}

/** The rows of an answer are taken for as large as they come over the wire, which is a little more than what is charged. */
function range({ inclusiveStartPrimaryKey }: Requests["GetRange"], answer: Buffer) {
  const { key } = readRow(inclusiveStartPrimaryKey);
  const about = key[0]?.name === columns.dueKey ? "due index" : aboutKey(key);
  return { about, units: { "read CU": unitsOf(answer.length) } };
}

/** "Data storage": of each column its name and its value; a number has eight bytes. */
function sizeOf(cells: Cell[]): number {
  return cells.reduce((sum, { name, value }) => {
    return sum + Buffer.byteLength(name) + (typeof value === "string" ? Buffer.byteLength(value) : 8);
  }, 0);
}

function unitsOf(bytes: number): number {
  return Math.max(1, Math.ceil(bytes / UNIT_BYTES));
}

function nameOf(key: Cell[]): string {
  return key.map(({ value }) => String(value)).join("\n");
}

function aboutKey([partition, sort]: Cell[]): string {
  return kindOfItem(String(partition?.value), String(sort?.value));
}
