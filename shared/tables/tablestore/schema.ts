// The table and its index in Tablestore: names of columns, and keys.

/** Column names may only have ASCII letters, digits and _. */
export const columns = {
  partition: "partition",
  sort: "sort",
  data: "data",
  version: "version",
  write: "write",
  dueKey: "due_key",
  dueAt: "due_at",
} as const;

/** The index is a table of its own. */
export function dueIndexOf(tableName: string): string {
  return `${tableName}_due`;
}

/** Kind and shard in one key column; the shard is one digit, so no two of them read the same. */
export function dueKey(kind: string, shard: number): string {
  return `${kind}#${shard}`;
}

export function readDueKey(key: string): { kind: string; shard: number } {
  return { kind: key.slice(0, -2), shard: Number(key.slice(-1)) };
}
