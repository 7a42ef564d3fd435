// One folder with a table and a store, and whoever plays productions on it.
import { join } from "node:path";
import type { Log } from "../../../shared/ports/log.ts";
import type { ObjectStore } from "../../../shared/ports/object-store.ts";
import { openFolderStore } from "../../../shared/stores/folder.ts";
import { openSqliteTable } from "../../../shared/tables/sqlite.ts";

export const projectId = "01900000-0000-7000-8000-0000000000cc";

export function openTable(folder: string) {
  return openSqliteTable({ path: join(folder, "table.sqlite") });
}

export function openStore(folder: string, onTicket?: (ticket: string) => unknown): Promise<ObjectStore> {
  return openFolderStore({
    directory: join(folder, "store"),
    baseUrl: "http://127.0.0.1/media/",
    onCreated: ({ key }) => void (key.startsWith("temp/tickets/") && onTicket?.(key)),
  });
}

/** Keeps what is told as an error. */
export function errorsIn(lines: string[]): Log {
  const error = (fields: object, message: string) => {
    const cause = "error" in fields ? String(fields.error) : "";
    lines.push(`${message} ${cause}`.trim());
  };
  const log: Log = { debug() {}, info() {}, warn() {}, error, child: () => log };
  return log;
}
