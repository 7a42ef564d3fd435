// The table as a whole, for operators who move it elsewhere. No function needs that.
import type { Item, Table } from "./table.ts";

/** Both calls are for a table that nobody serves from meanwhile. */
export interface WholeTable extends Table {
  /**
   * Every item once, in an order of the adapter's own; what is written or deleted meanwhile may be missing, or be told as it was. Reads a
   * page at a time, so that memory is bounded, and sees every write that was answered before. Throws in the middle when the database fails.
   */
  items(): AsyncIterable<Item>;

  /**
   * Writes an item as it is, with its version, if there is none under its key: a further write has to demand that version. False when there
   * is one, which is left alone. Else as `put`: on the disk when it answers, and it refuses the same.
   */
  restore(item: Item): Promise<boolean>;
}
