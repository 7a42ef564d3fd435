// A table and a store in memory, for explorations that open thousands of worlds. The table passes the suite that every table passes.
import { createHash } from "node:crypto";
import type { ObjectInfo, ObjectStore } from "../../shared/ports/object-store.ts";
import type { Condition, Item, ItemKey, NewItem, Table } from "../../shared/ports/table.ts";
import {
  checkDue,
  checkKey,
  checkKeyPart,
  checkLimit,
  checkShard,
  checkVersion,
  encodeData,
} from "../../shared/tables/item-limits.ts";

interface Row {
  item: NewItem;
  text: string;
  version: number;
}

export interface MemoryTable extends Table {
  /** All of it, as text: equal tables have equal texts. */
  dump(): string;
  /** Those whose sort keys begin so, of all partitions; in order. */
  items(prefix?: string): Item[];
}

/** What several clients share. */
export type Rows = Map<string, Row>;

/** The names of what is due, whenever: few of many, and timers ask again and again. */
const dueOf = new WeakMap<Rows, Set<string>>();

function dueIn(rows: Rows): Set<string> {
  const known = dueOf.get(rows) ?? new Set([...rows].flatMap(([name, { item }]) => (item.due ? [name] : [])));
  dueOf.set(rows, known);
  return known;
}

/** Of another table. */
export function rowsOf(items: readonly Item[]): Rows {
  return new Map(
    items.map(({ version, data, ...item }) => [
      nameOf(item),
      { item: { ...item, data: {} }, text: encodeData(data), version },
    ]),
  );
}

export function memoryTable(rows: Rows = new Map()): MemoryTable {
  let isClosed = false;
  const dueNames = dueIn(rows);
  const use = () => {
    if (isClosed) throw new Error("the table is closed");
  };
  const itemOf = ({ item, text, version }: Row): Item => {
    const { partition, sort, due } = item;
    return { partition, sort, data: JSON.parse(text), ...(due ? { due: { ...due } } : {}), version };
  };
  const sorted = (is: (item: NewItem) => boolean) =>
    [...rows.values()].filter(({ item }) => is(item)).toSorted((a, b) => compare(nameOf(a.item), nameOf(b.item)));
  return {
    async get(key) {
      use();
      checkKey(key);
      const row = rows.get(nameOf(key));
      return row ? itemOf(row) : null;
    },
    async put(item, condition) {
      use();
      checkKey(item);
      if (item.due) checkDue(item.due);
      if (condition !== "absent") checkVersion(condition.version);
      const text = encodeData(item.data);
      const found = rows.get(nameOf(item));
      if (!holds(found, condition)) return null;
      const version = (found?.version ?? 0) + 1;
      const { partition, sort, due } = item;
      const name = nameOf(item);
      rows.set(name, { item: { partition, sort, data: {}, ...(due && { due: { ...due } }) }, text, version });
      if (due) dueNames.add(name);
      else dueNames.delete(name);
      return version;
    },
    async delete(key, { version }) {
      use();
      checkKey(key);
      checkVersion(version);
      if (rows.get(nameOf(key))?.version !== version) return false;
      dueNames.delete(nameOf(key));
      return rows.delete(nameOf(key));
    },
    async query({ partition, prefix, order, limit, after }) {
      use();
      checkKeyPart("partition", partition);
      checkLimit(limit);
      const mine = sorted((item) => item.partition === partition && item.sort.startsWith(prefix));
      const ordered = order === "ascending" ? mine : mine.toReversed();
      const behind = ordered.filter(({ item: { sort } }) => {
        if (after === undefined) return true;
        return order === "ascending" ? compare(sort, after) > 0 : compare(sort, after) < 0;
      });
      return { items: behind.slice(0, limit).map(itemOf), isLast: behind.length <= limit };
    },
    async due({ kind, shard, before, limit }) {
      use();
      checkShard(shard);
      checkLimit(limit);
      const named = [...dueNames].flatMap((name) => rows.get(name)?.item ?? []);
      const found = named.flatMap(({ partition, sort, due }) =>
        due && due.kind === kind && due.shard === shard && due.at <= before ? [{ partition, sort, at: due.at }] : [],
      );
      return found.toSorted((a, b) => a.at - b.at || compare(nameOf(a), nameOf(b))).slice(0, limit);
    },
    async close() {
      isClosed = true;
    },
    dump: () =>
      sorted(() => true)
        .map(({ item, text, version }) => `${nameOf(item)} ${version} ${text}`)
        .join("\n"),
    items: (prefix = "") => sorted(({ sort }) => sort.startsWith(prefix)).map(itemOf),
  };
}

function holds(found: Row | undefined, condition: Condition): boolean {
  return condition === "absent" ? found === undefined : found?.version === condition.version;
}

function nameOf({ partition, sort }: ItemKey): string {
  return `${partition}\u0000${sort}`;
}

/** By code point, as the port says. */
function compare(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

/** Equal contents have equal ETags; what lies there has no time. */
export function memoryStore(): ObjectStore & { keys(): string[] } {
  const objects = new Map<string, Uint8Array>();
  const infoOf = (key: string, bytes: Uint8Array): ObjectInfo => ({
    key,
    size: bytes.length,
    etag: createHash("sha256").update(bytes).digest("hex"),
    modifiedAt: 0,
  });
  const store: ObjectStore & { keys(): string[] } = {
    keys: () => [...objects.keys()].toSorted(),
    async put(key, body, options) {
      const chunks: Uint8Array[] = [];
      if (body instanceof Uint8Array) chunks.push(body);
      else for await (const chunk of body) chunks.push(chunk);
      options?.signal?.throwIfAborted();
      if (options?.ifAbsent && objects.has(key)) return null;
      const bytes = Buffer.concat(chunks);
      objects.set(key, bytes);
      return infoOf(key, bytes);
    },
    async get(key, options) {
      const bytes = objects.get(key);
      if (!bytes) return null;
      const { start = 0, end = bytes.length - 1 } = options?.range ?? {};
      const part = bytes.subarray(start, end + 1);
      const body = Object.assign(
        (async function* () {
          yield part;
        })(),
        { destroy() {} },
      );
      return { info: infoOf(key, bytes), range: { start, end }, body };
    },
    async head(key) {
      const bytes = objects.get(key);
      return bytes ? infoOf(key, bytes) : null;
    },
    async copy(from, to, { ifMatch }) {
      const there = objects.get(to);
      if (there) return { state: "exists", info: infoOf(to, there) };
      const bytes = objects.get(from);
      if (!bytes) return { state: "source_missing" };
      if (infoOf(from, bytes).etag !== ifMatch) return { state: "source_changed" };
      objects.set(to, bytes);
      return { state: "copied", info: infoOf(to, bytes) };
    },
    async delete(key) {
      objects.delete(key);
    },
    async deleteMany(keys) {
      for (const key of keys) objects.delete(key);
      return [];
    },
    async list({ prefix, limit, after = "" }) {
      const keys = store.keys().filter((key) => key.startsWith(prefix) && key > after);
      const infos = keys.slice(0, limit).map((key) => infoOf(key, objects.get(key) ?? new Uint8Array()));
      return { objects: infos, isLast: keys.length <= limit };
    },
    downloadUrl: async (key, name) => `http://127.0.0.1/media/${key}?download=${encodeURIComponent(name)}`,
    url: async (key) => `http://127.0.0.1/media/${key}`,
    signUpload: () => Promise.reject(new Error("nothing is uploaded here")),
    async probe() {},
    async prove() {},
  };
  return store;
}
