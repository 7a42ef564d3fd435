// The table that a bare server writes by hand: the product's columns in an ordinary table, synced with every commit as the product's is.
import { DatabaseSync } from "node:sqlite";

export function openBareTable(path: string): DatabaseSync {
  const db = new DatabaseSync(path);
  db.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -16000");
  db.exec(`
    CREATE TABLE items (
      partition TEXT NOT NULL,
      sort      TEXT NOT NULL,
      version   INTEGER NOT NULL,
      due_kind  TEXT,
      due_shard INTEGER,
      due_at    INTEGER,
      data      TEXT NOT NULL,
      PRIMARY KEY (partition, sort)
    ) STRICT;
    CREATE INDEX items_due ON items (due_kind, due_shard, due_at) WHERE due_kind IS NOT NULL`);
  return db;
}
