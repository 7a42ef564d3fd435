// Changes to one item that meet in this process: those that come while one is being written go together into the next write.
import type { Table } from "../ports/table.ts";

interface Line<Change> {
  /** What the next write takes, and when it is done; null while nothing has come since the last one began. */
  next: { changes: Change[]; done: Promise<void> } | null;
  /** The write that is under way. */
  last: Promise<void>;
}

/** Each `write` gets all that came meanwhile under the name, in order. It must not reject. */
export function createTogether<Change>(): (
  table: Table,
  name: string,
  change: Change,
  write: (changes: readonly Change[]) => Promise<void>,
) => Promise<void> {
  const tables = new WeakMap<Table, Map<string, Line<Change>>>();
  return (table, name, change, write) => {
    const lines = tables.get(table) ?? new Map<string, Line<Change>>();
    tables.set(table, lines);
    const line = lines.get(name) ?? { next: null, last: Promise.resolve() };
    lines.set(name, line);
    if (line.next) {
      line.next.changes.push(change);
      return line.next.done;
    }
    const changes = [change];
    const done = line.last.then(async () => {
      line.next = null;
      await write(changes);
      if (line.next === null) lines.delete(name);
    });
    line.next = { changes, done };
    line.last = done;
    return done;
  };
}
