// The database: items by partition and sort key, and one sparse index of what is due.

export type JsonValue = string | number | boolean | null | JsonValue[] | { [key: string]: JsonValue | undefined };
export type JsonObject = { [key: string]: JsonValue | undefined };

export interface ItemKey {
  /** 1 to 512 bytes of UTF-8. */
  partition: string;
  /** 1 to 512 bytes of UTF-8; sorted by code point. */
  sort: string;
}

/** When a timer has to look at an item again, and in which part of the index it stands. */
export interface Due {
  kind: string;
  /** 0 to 7. */
  shard: number;
  /** Epoch milliseconds. */
  at: number;
}

export interface NewItem extends ItemKey {
  /** Stored as JSON and given back equal. Fields that are `undefined` are left out. */
  data: JsonObject;
  /** Absent: the item is not in the due index. */
  due?: Due | undefined;
}

export interface Item extends NewItem {
  /** 1 for a new item, one more with each write. */
  version: number;
}

/** What a write demands of the item that is there: none at all, or exactly this version. */
export type Condition = "absent" | { version: number };

/** A put as one of several. */
export interface Write {
  item: NewItem;
  condition: Condition;
}

/** The new versions, in the order of the writes; or which write's condition does not hold (the first such), and nothing was written. */
export type WrittenTogether = { versions: number[] } | { refused: number };

export interface Query {
  partition: string;
  /** Only sort keys that begin with this; empty for all. */
  prefix: string;
  order: "ascending" | "descending";
  /** 1 to 1000. */
  limit: number;
  /** Goes on behind this sort key (in `order`), whether or not it still exists. */
  after?: string | undefined;
}

export interface DueQuery {
  kind: string;
  shard: number;
  /** Only what is due at or before this time, epoch milliseconds. */
  before: number;
  /** 1 to 1000; the oldest first. */
  limit: number;
}

export interface DueEntry extends ItemKey {
  at: number;
}

/**
 * The only atomic operation that there is everywhere is a conditional write of one item.
 *
 * - `get`, `query`: strongly consistent; they see every write that was answered before they were called.
 * - `due`: a hint. It may lag behind the items by seconds; whoever reads it reads the item next.
 * - A call that throws says nothing about whether a write took place: read again and decide.
 * - Concurrency: of several writes that demand the same version exactly one is taken.
 */
export interface Table {
  /** The item, or null if there is none. */
  get(key: ItemKey): Promise<Item | null>;

  /**
   * Writes the whole item. Answers its new version, or null when the condition does not hold and nothing was written.
   * When it answers, the write is on the disk. Items over MAX_ITEM_BYTES are refused with `too_large`.
   */
  put(item: NewItem, condition: Condition): Promise<number | null>;

  /**
   * What a table may offer, and nobody may need: writes several items of one partition (1 to MAX_TOGETHER, each another one) in one step, all
   * of them or none, whatever dies meanwhile. Each is judged and versioned as by `put`; nobody ever reads some of them without the others.
   * Absent where only one item is written at a time.
   */
  putTogether?: ((writes: readonly Write[]) => Promise<WrittenTogether>) | undefined;

  /** Deletes the item of that version. False when it is absent or has another version; then nothing was done. */
  delete(key: ItemKey, condition: { version: number }): Promise<boolean>;

  /** One page. `isLast` is true when nothing follows the last item of the page. */
  query(query: Query): Promise<{ items: Item[]; isLast: boolean }>;

  due(query: DueQuery): Promise<DueEntry[]>;

  /** Ends connections and files; what was answered is kept. Later calls throw. */
  close(): Promise<void>;
}

/** Tablestore takes up to 2 MiB a column and DynamoDB 400 KB an item; we stay well below the smaller one. */
export const MAX_ITEM_BYTES = 256 * 1024;

export const DUE_SHARDS = 8;

/** DynamoDB's TransactWriteItems takes up to 100 items; an account with all that may be written with it has half as many. */
export const MAX_TOGETHER = 64;
