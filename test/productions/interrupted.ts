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

/** From a call that `fits` on nothing of it goes through until it is told to go on: as a process that was stopped. */
export function stoppedBefore(table: Table, fits: (name: "get" | "put", sort: string) => boolean) {
  const goesOn = Promise.withResolvers<void>();
  const isThere = Promise.withResolvers<void>();
  let state: "runs" | "stands" | "goes on" = "runs";
  const pass = async (name: "get" | "put", sort: string) => {
    if (state === "runs" && fits(name, sort)) {
      state = "stands";
      isThere.resolve();
    }
    if (state === "stands") await goesOn.promise;
  };
  const stopped: Table = {
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
    state = "goes on";
    goesOn.resolve();
  };
  return { stopped, isThere: isThere.promise, goOn };
}
