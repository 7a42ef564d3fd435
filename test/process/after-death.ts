// What lies in a data folder while nobody runs on it.
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { filesOf } from "../api/local.ts";

export interface Remains {
  /** Keys of the permanent objects, in order. */
  outputs: string[];
  /** Keys below temp/. */
  temporary: string[];
  /** Sort keys of output records, in order. */
  records: string[];
  /** What SQLite says of its file: "ok". */
  integrity: unknown;
}

export async function remainsOf(dataDir: string): Promise<Remains> {
  const files = await filesOf(dataDir);
  const db = new DatabaseSync(join(dataDir, "table.sqlite"));
  try {
    const rows = db.prepare("SELECT sort FROM items WHERE sort LIKE 'output#%' ORDER BY sort").all();
    return {
      outputs: files.filter((file) => file.startsWith("users/") && !file.includes("/thumbnail-")),
      temporary: files.filter((file) => file.startsWith("temp/")),
      records: rows.map((row) => String(row.sort)),
      integrity: db.prepare("PRAGMA integrity_check").get()?.integrity_check,
    };
  } finally {
    db.close();
  }
}
