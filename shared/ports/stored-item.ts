// An item as a table has it: a text, parsed when somebody looks into it. Most of what a list reads is only held against what is known already.
import type { Item, ItemKey, JsonObject, NewItem } from "./table.ts";

const row = Symbol("row");

interface Row {
  text: string;
  data: JsonObject | null;
}

interface Stored {
  [row]: Row;
}

/** The very item that `JSON.parse(text)` as its `data` would make. Looking into it throws where the text is no JSON. */
export function storedItem({ partition, sort }: ItemKey, text: string, version: number, due?: NewItem["due"]): Item {
  const item = due ? { partition, sort, version, due } : { partition, sort, version };
  Object.defineProperty(item, row, { value: { text, data: null } satisfies Row });
  return Object.defineProperty(item, "data", parsedWhenRead) as Item;
}

/** The JSON of the item's data as it is stored: of two items with one text all data is equal. Null when the item came in another way. */
export function textOf(item: Item): string | null {
  return row in item ? (item as unknown as Stored)[row].text : null;
}

/** One pair of functions for all items, so that all are of one shape to the machine. */
const parsedWhenRead = {
  enumerable: true,
  get(this: Stored): JsonObject {
    const stored = this[row];
    stored.data ??= JSON.parse(stored.text) as JsonObject;
    return stored.data;
  },
};
