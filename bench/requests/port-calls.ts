// Counts the calls of table and store where everybody makes them: in the objects themselves, since everybody holds the same ones.
import type { ObjectInfo, ObjectStore } from "../../shared/ports/object-store.ts";
import type { Item, ItemKey, NewItem, Table } from "../../shared/ports/table.ts";
import { kindOfItem, kindOfKey, type Use } from "./uses.ts";

export interface PortCalls {
  hear(use: Use): void;
  /** After each write of an item that was taken. */
  wrote(item: NewItem): void;
}

/** Answers how many calls are under way. */
export function countPortCalls(table: Table, store: ObjectStore, calls: PortCalls): () => number {
  let underWay = 0;

  async function counted<T>(operation: string, about: string, act: () => Promise<T>, bytes: (answer: T) => Bytes) {
    underWay += 1;
    try {
      const answer = await act();
      calls.hear({ operation, about, bytesUp: 0, bytesDown: 0, units: {}, ...bytes(answer) });
      return answer;
    } finally {
      underWay -= 1;
    }
  }

  const { get, put, delete: remove, query, due } = table;
  const of = ({ partition, sort }: ItemKey) => kindOfItem(partition, sort);
  Object.assign(table, {
    get: (key) => counted("get", of(key), () => get.call(table, key), down),
    async put(item, condition) {
      const up = () => ({ bytesUp: jsonBytes(item) });
      const version = await counted("put", of(item), () => put.call(table, item, condition), up);
      if (version !== null) calls.wrote(item);
      return version;
    },
    delete: (key, condition) => counted("delete", of(key), () => remove.call(table, key, condition), nothing),
    query: (asked) =>
      counted(
        "query",
        kindOfItem(asked.partition, asked.prefix),
        () => query.call(table, asked),
        ({ items }) => down(...items),
      ),
    due: (asked) =>
      counted(
        "due",
        "index",
        () => due.call(table, asked),
        (entries) => down(...entries),
      ),
  } satisfies Partial<Table>);

  const original = { ...store };
  Object.assign(store, {
    put: (key, body, options) => counted("put", kindOfKey(key), () => original.put(key, body, options), up),
    get: (key, options) =>
      counted(
        "get",
        kindOfKey(key),
        () => original.get(key, options),
        (stored) => ({
          bytesDown: stored ? stored.range.end - stored.range.start + 1 : 0,
        }),
      ),
    head: (key) => counted("head", kindOfKey(key), () => original.head(key), nothing),
    copy: (from, to, options) => counted("copy", kindOfKey(to), () => original.copy(from, to, options), nothing),
    delete: (key) => counted("delete", kindOfKey(key), () => original.delete(key), nothing),
    deleteMany: (keys) => counted("delete many", kindOfKey(keys[0] ?? ""), () => original.deleteMany(keys), nothing),
    list: (asked) => counted("list", kindOfKey(asked.prefix), () => original.list(asked), nothing),
  } satisfies Partial<ObjectStore>);

  return () => underWay;
}

type Bytes = Partial<Pick<Use, "bytesUp" | "bytesDown">>;

function down(...items: (object | null)[]): Bytes {
  return { bytesDown: items.reduce((sum, item) => sum + jsonBytes(item), 0) };
}

function up(info: ObjectInfo | null): Bytes {
  return { bytesUp: info?.size ?? 0 };
}

function nothing(): Bytes {
  return {};
}

/** Of an item its data; of an entry of the index all of it. */
function jsonBytes(item: Partial<Item> | object | null): number {
  const { data = item } = (item ?? {}) as Partial<Item>;
  return data === null ? 0 : Buffer.byteLength(JSON.stringify(data));
}
