// Tables of processes that die, or stand still, before one of their writes.
import type { NewItem, Table } from "../../shared/ports/table.ts";

type Fits = (item: NewItem) => boolean;

/** Dies for good before the first write that `fits`. */
export function dyingBefore(table: Table, fits: Fits): Table {
  let isDead = false;
  return {
    ...table,
    async put(item, condition) {
      isDead ||= fits(item);
      if (isDead) throw new Error("dead");
      return table.put(item, condition);
    },
  };
}

/** Stands still before a call that `fits` until it is told to go on. */
export function pausedBefore(table: Table, fits: (name: "get" | "put", sort: string) => boolean) {
  const goesOn = Promise.withResolvers<void>();
  const isThere = Promise.withResolvers<void>();
  let isOver = false;
  const pass = async (name: "get" | "put", sort: string) => {
    if (isOver || !fits(name, sort)) return;
    isThere.resolve();
    await goesOn.promise;
  };
  const paused: Table = {
    ...table,
    async get(key) {
      await pass("get", key.sort);
      return table.get(key);
    },
    async put(item, condition) {
      await pass("put", item.sort);
      return table.put(item, condition);
    },
  };
  const goOn = () => {
    isOver = true;
    goesOn.resolve();
  };
  return { paused, isThere: isThere.promise, goOn };
}
