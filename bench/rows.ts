// The product's rows, read from its database while it runs.
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

export interface Row {
  dueKind: string | null;
  dueShard: number | null;
  /** JSON. */
  data: string;
}

export function readRow(dataDir: string, partition: string, sort: string): Row {
  const db = new DatabaseSync(join(dataDir, "table.sqlite"), { readOnly: true, timeout: 1000 });
  try {
    const row = db
      .prepare("SELECT due_kind, due_shard, data FROM items WHERE partition = ? AND sort = ?")
      .get(partition, sort);
    if (!row) throw new Error(`There is no item ${partition} ${sort}.`);
    return { dueKind: row.due_kind as string, dueShard: row.due_shard as number, data: row.data as string };
  } finally {
    db.close();
  }
}
