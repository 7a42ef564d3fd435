// Changes to one item because of another one, and the rule that keeps money right: read the item, then the other one, then write the item
// only if it still has the version that was read. Changes to one item that meet in this process are applied together, in one write.
import { AppError } from "../errors/app-error.ts";
import type { Clock } from "../ports/clock.ts";
import type { Ids } from "../ports/ids.ts";
import type { Table, Write, WrittenTogether } from "../ports/table.ts";
import type { Stored } from "./kind.ts";

export interface Change<T, Other, Result> {
  /** Reads the item that the change depends on. Called anew for every version of the item that a write is tried on. */
  read(): Promise<Other>;
  /**
   * Decides on what was read. Pure. Gives the same value back when there is nothing to do; throws to refuse. `beside`: what is written in
   * the very write of the item, or neither is; only with a table that can (`putTogether`), and only on what `read` has read.
   */
  apply(value: T, other: Other): { value: T; result: Result; beside?: readonly Write[] };
}

/** Applies a change. Throws what `apply` threw, `unavailable` when others were faster for 5 s, `not_found` without an item. */
export type ChangeItem<T> = <Other, Result>(name: string, change: Change<T, Other, Result>) => Promise<Result>;

/** The kind of item that is changed. */
export interface Changed<T> {
  /** `name`: which one, in the words of its room. */
  read(name: string): Promise<Stored<T> | null>;
  /** What is changed is this, as the clock sees it that writes. Pure; the same value when it is as it should be. */
  seen?(value: T): T;
  /** What is to be written of a changed value. `known`: as it was read. */
  write(value: T, known: T): Promise<Write["item"]>;
  /**
   * Where a part of it has to move into an item of its own: what `write` does, in one write, with a table that can. Null: nothing moves. When that
   * item is there already, whoever put it died before this one: then `write` is asked.
   */
  writeMoving?(value: T, known: T): { item: Write["item"]; moved: Write } | null;
  /** So many changes go into one write at most. */
  mostTogether: number;
  /** Whether a value holds all that one write may bring: what is still to be applied builds on the next version. */
  isFull?(value: T, known: T): boolean;
}

const GIVE_UP_AFTER_MS = 5000;

interface Waiting<T> {
  change: Change<T, unknown, unknown>;
  since: number;
  resolve(result: unknown): void;
  reject(reason: unknown): void;
}

interface Deps {
  table: Table;
  clock: Clock;
  ids: Ids;
}

export function createChanges<T>(deps: Deps, changed: Changed<T>): ChangeItem<T> {
  const queues = new Map<string, Waiting<T>[]>();

  function enqueue(name: string, waiting: Waiting<T>): void {
    const queue = queues.get(name);
    if (queue) {
      queue.push(waiting);
      return;
    }
    const own = [waiting];
    queues.set(name, own);
    void drain(deps, changed, name, own, () => queues.delete(name));
  }

  return (name, change) =>
    new Promise((resolve, reject) => {
      const waiting = { change, since: deps.clock.now(), resolve, reject } as unknown as Waiting<T>;
      enqueue(name, waiting);
    });
}

/** Runs until the queue is empty, and says so in the very turn in which it was: nobody can join a queue that nobody serves. Never rejects. */
async function drain<T>(
  deps: Deps,
  changed: Changed<T>,
  name: string,
  queue: Waiting<T>[],
  onEmpty: () => void,
): Promise<void> {
  let known: Stored<T> | null = null;
  for (let conflicts = 0; queue.length > 0; ) {
    const group = queue.splice(0, changed.mostTogether);
    try {
      known ??= await changed.read(name);
      if (!known) throw new AppError("not_found");
      const written: Stored<T> | "conflict" = await writeGroup(deps, changed, known, group, queue);
      if (written === "conflict") {
        known = null;
        queue.unshift(...group);
        giveUpOn(queue, deps.clock.now());
        await deps.clock.sleep(Math.min(200, 5 * 2 ** conflicts++) * (0.5 + deps.ids.random()));
      } else {
        known = written;
        conflicts = 0;
      }
    } catch (error) {
      known = null;
      for (const waiting of group) waiting.reject(error);
    }
  }
  onEmpty();
}

/** Others wrote the item meanwhile: "conflict", and nobody in the group was answered. Else the item as it is now. */
async function writeGroup<T>(
  deps: { table: Table },
  changed: Changed<T>,
  known: Stored<T>,
  group: Waiting<T>[],
  queue: Waiting<T>[],
): Promise<Stored<T> | "conflict"> {
  const readings = await Promise.allSettled(group.map((waiting) => waiting.change.read()));
  const first = changed.seen ? changed.seen(known.value) : known.value;
  let value = first;
  const answers: (() => void)[] = [];
  const beside: Write[] = [];
  for (const [i, waiting] of group.entries()) {
    const isFull = changed.isFull?.(value, known.value) ?? false;
    const applied = isFull ? null : applyOne(value, waiting, readings[i]);
    // The item is full of what no write has made true yet; two write one item; or what is written beside it may be what one that is
    // refused has asked for: the others build on the next version.
    if (!applied || isOneTwice(beside, applied.beside) || (applied.isRefused && beside.length > 0)) {
      queue.unshift(...group.splice(i));
      break;
    }
    value = applied.value;
    beside.push(...applied.beside);
    answers.push(applied.answer);
  }
  const stored =
    value === first && beside.length === 0 ? known : await write(deps.table, changed, value, known, beside);
  if (stored === "conflict") return "conflict";
  for (const answer of answers) answer();
  return stored;
}

interface Applied<T> {
  value: T;
  beside: readonly Write[];
  isRefused: boolean;
  answer: () => void;
}

function applyOne<T>(value: T, waiting: Waiting<T>, reading: PromiseSettledResult<unknown> | undefined): Applied<T> {
  try {
    if (reading?.status !== "fulfilled") throw reading?.reason;
    const { value: next, result, beside = [] } = waiting.change.apply(value, reading.value);
    return { value: next, beside, isRefused: false, answer: () => waiting.resolve(result) };
  } catch (error) {
    return { value, beside: [], isRefused: true, answer: () => waiting.reject(error) };
  }
}

/** Among what is written with one item there are no two of a name: all of it is the same user's. */
function isOneTwice(some: readonly Write[], others: readonly Write[]): boolean {
  return others.some(({ item }) => some.some((other) => other.item.sort === item.sort));
}

async function write<T>(
  table: Table,
  changed: Changed<T>,
  value: T,
  known: Stored<T>,
  beside: readonly Write[],
): Promise<Stored<T> | "conflict"> {
  const condition = { version: known.version };
  const moving = table.putTogether ? changed.writeMoving?.(value, known.value) : null;
  if (moving) {
    const writes = [{ item: moving.item, condition }, ...beside, moving.moved];
    const written = await putTogether(table, writes);
    if ("versions" in written) return storedAs(moving.item, written.versions[0]);
    if (written.refused !== writes.length - 1) return "conflict";
  }
  const item = await changed.write(value, known.value);
  if (beside.length === 0) return storedAs(item, await table.put(item, condition));
  const written = await putTogether(table, [{ item, condition }, ...beside]);
  return "versions" in written ? storedAs(item, written.versions[0]) : "conflict";
}

function storedAs<T>(item: Write["item"], version: number | null | undefined): Stored<T> | "conflict" {
  return version == null ? "conflict" : { value: item.data as unknown as T, version };
}

async function putTogether(table: Table, writes: readonly Write[]): Promise<WrittenTogether> {
  if (!table.putTogether) throw new Error("this table writes one item at a time");
  return table.putTogether(writes);
}

function giveUpOn<T>(queue: Waiting<T>[], now: number): void {
  const late = queue.filter((waiting) => now - waiting.since > GIVE_UP_AFTER_MS);
  for (const waiting of late) {
    queue.splice(queue.indexOf(waiting), 1);
    waiting.reject(new AppError("unavailable", { retryAfterMs: 1000 }));
  }
}
