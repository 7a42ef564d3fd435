// Copying a whole table, and comparing two. Copying does nothing where an item is there already, so whoever was stopped begins again; what
// is there and differs is found by comparing, and left alone.
import { isDeepStrictEqual } from "node:util";
import type { Item, ItemKey } from "../ports/table.ts";
import type { WholeTable } from "../ports/whole-table.ts";

/** Items in memory beside a page, and requests at the same time. */
const BATCH_ITEMS = 32;

export interface Copied {
  items: number;
  /** How many of them were there already. */
  present: number;
}

/** `progress` hears after each batch how many items are done. */
export async function copyItems(from: WholeTable, to: WholeTable, progress: (items: number) => void): Promise<Copied> {
  const copied = { items: 0, present: 0 };
  for await (const batch of batches(from.items())) {
    const isNew = await Promise.all(batch.map((item) => to.restore(item)));
    copied.items += batch.length;
    copied.present += isNew.filter((each) => !each).length;
    progress(copied.items);
  }
  return copied;
}

/** A sentence for each item that is not equal in both, as they are now. */
export async function* differences(
  from: WholeTable,
  to: WholeTable,
  progress: (items: number) => void,
): AsyncGenerator<string> {
  let items = 0;
  for await (const batch of batches(from.items())) {
    const there = await Promise.all(batch.map((item) => to.get(item)));
    for (const [index, item] of batch.entries()) {
      const sentence = differenceOf(item, there[index] ?? null);
      if (sentence !== null) yield sentence;
    }
    items += batch.length;
    progress(items);
  }
  for await (const batch of batches(to.items())) {
    const here = await Promise.all(batch.map((item) => from.get(item)));
    for (const [index, item] of batch.entries()) if (!here[index]) yield `${nameOf(item)} is only in the new table`;
  }
}

function differenceOf(item: Item, there: Item | null): string | null {
  if (there === null) return `${nameOf(item)} is not in the new table`;
  if (isDeepStrictEqual(item, there)) return null;
  if (item.version === there.version) return `${nameOf(item)} has the same version ${item.version}, and other content`;
  return `${nameOf(item)} has version ${item.version} in the old table and version ${there.version} in the new one`;
}

function nameOf({ partition, sort }: ItemKey): string {
  return `${partition} ${sort}`;
}

async function* batches(items: AsyncIterable<Item>): AsyncGenerator<Item[]> {
  let batch: Item[] = [];
  for await (const item of items) {
    if (batch.push(item) < BATCH_ITEMS) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}
