// One part after the other: none keeps the next from its turn, by failing or by taking too long.
import { setTimeout as pause } from "node:timers/promises";
import type { Checkout } from "./against/checkout.ts";
import { measureBoth } from "./against/pair.ts";
import type { Bench } from "./bench.ts";
import { watchOthers } from "./machine.ts";
import { PART_MS, type Part, parts } from "./parts.ts";
import { killAll } from "./processes.ts";
import type { Result } from "./results.ts";

/** What a part without its processes takes to find that out. */
const GRACE_MS = 5000;

/** What they have in common; the rest is said for each part. */
export type Common = Omit<Bench, "turn" | "signal">;

export async function measureAll(
  names: readonly string[],
  common: Common,
  theirs: Checkout | null,
): Promise<{ results: Result[]; hasFailed: boolean }> {
  const results: Result[] = [];
  let hasFailed = false;
  for (const name of names) {
    const part = parts[name];
    const found = part && (await measure(name, part, common, theirs));
    results.push(...(found ?? []));
    hasFailed ||= !found;
  }
  return { results, hasFailed };
}

/** Null when the part failed; why has been told then. */
async function measure(name: string, part: Part, common: Common, theirs: Checkout | null): Promise<Result[] | null> {
  const startedAt = performance.now();
  const busyOthers = watchOthers();
  const other = part.runsProduct ? theirs : null;
  const maxMs = (PART_MS + (part.extraMs?.(common) ?? 0)) * (other ? 2 : 1);
  const found = await inTime(name, maxMs, (signal) => measureIn(part, { ...common, signal }, other)).catch((error) =>
    fail(name, error),
  );
  for (const { measure: what, details } of found ?? []) console.log(`${what}: ${details}`);
  if (theirs && !other) console.log(`(${name} does not start the product: it was not measured of ${theirs.name})`);
  const seconds = Math.round((performance.now() - startedAt) / 1000);
  console.log(`(${name} took ${seconds} s; other processes kept ${busyOthers().toFixed(2)} cores busy)`);
  return found;
}

function measureIn(part: Part, bench: Omit<Bench, "turn">, theirs: Checkout | null): Promise<Result[]> {
  if (!theirs) return part.measure({ ...bench, turn: async () => {} });
  return measureBoth(
    (turn) => part.measure({ ...bench, turn }),
    (turn) => part.measure({ ...bench, turn, root: theirs.root }),
  );
}

/** A part that has run out of time is a row that says so. */
async function inTime(name: string, maxMs: number, act: (signal: AbortSignal) => Promise<Result[]>): Promise<Result[]> {
  const over = new AbortController();
  const done = new AbortController();
  const measured = act(over.signal).finally(() => done.abort());
  const tooLate = pause(maxMs, undefined, { signal: done.signal }).then(async () => {
    over.abort();
    killAll();
    // By then it has failed without its processes; if not, it is left behind.
    await pause(GRACE_MS, undefined, { signal: done.signal }).catch(() => {});
    killAll();
  });
  try {
    const found = await Promise.race([measured, tooLate]);
    if (found) return found;
  } catch (error) {
    if (!over.signal.aborted) throw error;
  }
  const seconds = Math.round(maxMs / 1000);
  return [
    {
      measure: name,
      ours: "ran out of time",
      aim: `within ${seconds} s`,
      isMet: false,
      theirs: "",
      details: "not measured",
    },
  ];
}

function fail(name: string, error: unknown): null {
  console.error(`${name} could not be measured. ${error instanceof Error ? (error.stack ?? error.message) : error}`);
  return null;
}
