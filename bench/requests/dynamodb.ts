// What DynamoDB charges for a request in on-demand mode, by the items that are really sent and stored.
import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import { attributes } from "../../shared/tables/dynamodb/schema.ts";
import type { Exchange } from "./front.ts";
import { kindOfItem, type Use } from "./uses.ts";

type Item = Record<string, AttributeValue>;

interface Input {
  Key?: Item;
  Item?: Item;
  IndexName?: string;
  ConsistentRead?: boolean;
  ExpressionAttributeValues?: Item;
}

interface Output {
  Item?: Item;
  Items?: Item[];
}

/** "Read and write operations" of the guide: a write unit is 1 KB, a strongly consistent read unit 4 KB; what is smaller counts as one. */
const WRITE_BYTES = 1024;
const READ_BYTES = 4096;

/** Knows what lies in the table: a write is charged by the larger one of the old item and the new one. */
export function createDynamodbMeter(): (exchange: Exchange) => Use {
  const stored = new Map<string, Item>();

  function write(key: Item, item: Item | null, isDone: boolean): Use["units"] {
    const name = `${text(key, "partition")}\n${text(key, "sort")}`;
    const old = stored.get(name) ?? null;
    if (isDone && item) stored.set(name, item);
    else if (isDone) stored.delete(name);
    // A write whose condition fails is charged by the item that is there.
    const size = Math.max(sizeOf(old), isDone ? sizeOf(item) : 0);
    return { WRU: unitsOf(size, WRITE_BYTES) + (isDone ? indexWrites(old, item) : 0) };
  }

  return ({ headers, body, status, answer }) => {
    const operation = String(headers["x-amz-target"]).split(".")[1] ?? "";
    const input: Input = JSON.parse(body.toString());
    const output: Output = JSON.parse(answer.toString());
    const key = input.Item ?? input.Key;
    const about = key ? kindOfItem(text(key, "partition"), text(key, "sort")) : aboutQuery(input);
    const units = (): Use["units"] => {
      if (operation === "PutItem" && input.Item) return write(input.Item, input.Item, status === 200);
      if (operation === "DeleteItem" && input.Key) return write(input.Key, null, status === 200);
      const read = (output.Items ?? [output.Item ?? null]).reduce((sum, item) => sum + sizeOf(item), 0);
      return { RRU: unitsOf(read, READ_BYTES) * (input.ConsistentRead ? 1 : 0.5) };
    };
    return { operation, about, bytesUp: body.length, bytesDown: answer.length, units: units() };
  };
}

/**
 * "Write operations" of global secondary indexes: an entry that appears or goes is one write; one whose keys change is deleted and put
 * anew, which is two; one that stays as it is costs nothing. Ours have keys only, far below 1 KB.
 */
function indexWrites(old: Item | null, item: Item | null): number {
  const [before, after] = [indexKey(old), indexKey(item)];
  if (before === after) return 0;
  return (before === null ? 0 : 1) + (after === null ? 0 : 1);
}

function indexKey(item: Item | null): string | null {
  const key = item?.[attributes.dueKey]?.S;
  return key === undefined ? null : `${key} ${item?.[attributes.dueAt]?.N}`;
}

/** "DynamoDB item sizes and formats": names and texts by their UTF-8; a number takes about a byte for two digits, and one more. */
function sizeOf(item: Item | null): number {
  return Object.entries(item ?? {}).reduce((sum, [name, value]) => sum + Buffer.byteLength(name) + valueSize(value), 0);
}

function valueSize({ S, N }: AttributeValue): number {
  if (S !== undefined) return Buffer.byteLength(S);
  if (N === undefined) throw new Error("An item has a value that is neither a text nor a number.");
  return Math.ceil(N.replace(/\D/g, "").replace(/0+$/, "").length / 2) + 1;
}

function unitsOf(bytes: number, unit: number): number {
  return Math.max(1, Math.ceil(bytes / unit));
}

function aboutQuery({ IndexName, ExpressionAttributeValues: values = {} }: Input): string {
  return IndexName ? "due index" : kindOfItem("", values[":prefix"]?.S ?? "");
}

function text(item: Item, name: "partition" | "sort"): string {
  return item[attributes[name]]?.S ?? "";
}
