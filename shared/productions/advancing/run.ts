// What run-job does with a ticket that names a production: it moves it on, and stays with it for a while, looking every moment.
import { asSeenAt } from "../../items/watched-time.ts";
import type { ProductionDeps } from "../deps.ts";
import { type ProductionKey, readProduction } from "../production.ts";
import { advanceProduction } from "./advance.ts";

const LOOK_EVERY_MS = 250;

/** One that is attended already is moved on, and left to whoever attends it. */
export async function runProduction(
  deps: ProductionDeps,
  key: ProductionKey,
  { stayMs, signal }: { stayMs: number; signal: AbortSignal },
): Promise<void> {
  const { clock } = deps;
  const before = (await readProduction(deps.table, key))?.production;
  const seen = before && asSeenAt(before, clock.now());
  const attendsMs = seen && seen.attendedUntil <= clock.now() ? stayMs : 0;
  const until = clock.now() + attendsMs;
  // Pauses are counted as well: the clock may go back.
  let pausedMs = 0;
  await advanceProduction(deps, key, { by: "run-job", signal, attendsMs });
  while (!signal.aborted && clock.now() < until && pausedMs < attendsMs) {
    await clock.sleep(LOOK_EVERY_MS, signal);
    pausedMs += LOOK_EVERY_MS;
    if (signal.aborted) return;
    const dueAt = (await readProduction(deps.table, key))?.production.dueAt ?? null;
    if (dueAt === null) return;
    if (dueAt > clock.now()) continue;
    const attendsStillMs = Math.max(0, until - clock.now());
    await advanceProduction(deps, key, { by: "run-job", signal, attendsMs: attendsStillMs });
  }
}
