// The same table as one that writes one item at a time: what every adapter can, and the order of the core's writes is for.
import type { Table, Write } from "../../shared/ports/table.ts";

export function oneByOne(table: Table): Table {
  return { ...table, putTogether: undefined };
}

/** What the table writes together goes by `around` first. Nothing, when it writes one item at a time. */
export function aroundTogether(
  table: Table,
  around: (writes: readonly Write[]) => Promise<void> | void,
): Pick<Table, "putTogether"> {
  const { putTogether } = table;
  if (!putTogether) return {};
  return {
    async putTogether(writes) {
      await around(writes);
      return putTogether(writes);
    },
  };
}
