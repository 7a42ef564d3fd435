// The clouds as pairs of a table and an object store, each on wire-level servers of its own on 127.0.0.1, with nothing in them.
import type { ObjectStore } from "../../shared/ports/object-store.ts";
import type { Table } from "../../shared/ports/table.ts";
import { startAlibabaCloud } from "./alibaba-cloud.ts";
import { startAmazon } from "./amazon.ts";

/** What can befall one request: nothing is done; nothing is done, as far as anybody knows; cut off before it is done, or after. */
export const troubles = ["busy", "broken", "cut", "lost"] as const;
export type Trouble = (typeof troubles)[number];

export type TableCall = "get" | "put" | "delete" | "query" | "due";
export type StoreCall =
  | "put"
  | "put in parts"
  | "send a part"
  | "complete"
  | "get"
  | "head"
  | "copy"
  | "delete"
  | "list";

export interface PairOptions {
  /** Bytes of a part of an upload. Default: what the adapters take. */
  partBytes?: number;
  /** True: the due index is behind by changes, and catches up while it is asked. Default false, as far as the server allows. */
  isLate?: boolean;
}

export interface Pair {
  /** By which a process is configured to use the two. */
  environment: Record<string, string>;
  table: Table;
  store: ObjectStore;
  /** The next such request meets this. */
  troubleTable(call: TableCall, trouble: Trouble): void;
  troubleStore(call: StoreCall, trouble: Trouble): void;
  /** The names of the table's partitions that begin with `prefix`. */
  partitions(prefix: string): AsyncIterable<string>;
  /** How many uploads in parts were begun and are neither completed nor given up. */
  openUploads(): number;
  close(): Promise<void>;
}

export const pairs = {
  "oss + tablestore": startAlibabaCloud,
  "s3 + dynamodb": startAmazon,
} satisfies Record<string, (options?: PairOptions) => Promise<Pair>>;

export type PairName = keyof typeof pairs;
export const pairNames = Object.keys(pairs) as PairName[];
