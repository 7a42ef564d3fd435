// What one request is, and what is charged for it.

/** What the clouds count: units of reading and writing of the tables, and requests of the stores. */
export type Unit = "RRU" | "WRU" | "read CU" | "write CU" | "PUT" | "GET";

export interface Use {
  /** The service's own name of the operation. */
  operation: string;
  /** What it was about: the kind of item, or the first folders of the key. */
  about: string;
  bytesUp: number;
  bytesDown: number;
  units: Partial<Record<Unit, number>>;
}

export interface Sum {
  requests: number;
  bytesUp: number;
  bytesDown: number;
  units: Partial<Record<Unit, number>>;
}

export function sumOf(uses: readonly Omit<Use, "operation" | "about">[]): Sum {
  const sum: Sum = { requests: uses.length, bytesUp: 0, bytesDown: 0, units: {} };
  for (const { bytesUp, bytesDown, units } of uses) {
    sum.bytesUp += bytesUp;
    sum.bytesDown += bytesDown;
    for (const [unit, count] of Object.entries(units) as [Unit, number][]) {
      sum.units[unit] = (sum.units[unit] ?? 0) + count;
    }
  }
  return sum;
}

/** By operation and what it was about, the most frequent first. */
export function groupsOf(uses: readonly Use[]): [name: string, Sum][] {
  const groups = Map.groupBy(uses, ({ operation, about }) => `${operation} ${about}`);
  return [...groups]
    .map(([name, group]): [string, Sum] => [name, sumOf(group)])
    .toSorted(([, a], [, b]) => b.requests - a.requests);
}

/** A meter's answer to what only goes on where a server of the tests broke off a page: the clouds give all of it at once. */
export const isContinued = null;

/** `user#…` and `job#…` are a job; `tick#job#3` and `tick` a lease of the timer. */
export function kindOfItem(partition: string, sort: string): string {
  const [kind = ""] = sort.split("#", 1);
  return kind === "tick" ? (partition.match(/^tick#clock$/)?.[0] ?? "tick#lease") : kind;
}

/** `temp/outputs/…` is known by its first two folders, everything else by its first one. */
export function kindOfKey(key: string): string {
  return key.split("/", key.startsWith("temp/") ? 2 : 1).join("/");
}
