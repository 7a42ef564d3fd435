// Whether a job could be kept just now: the table and the store are written and read, not only pinged, and the store is fit for jobs.
import { AppError } from "../errors/app-error.ts";
import type { Clock } from "../ports/clock.ts";
import type { RequestStore } from "../ports/object-store.ts";
import type { ItemKey, Table } from "../ports/table.ts";
import { proveStore } from "./store-proof.ts";

interface HealthDeps {
  table: Table;
  store: RequestStore;
  clock: Clock;
}

const MAX_MS = 5000;
const probeKey: ItemKey = { partition: "health", sort: "probe" };

/** Callers that come together share one look: anyone may ask, and asking costs writes. */
const looks = new WeakMap<Table, Promise<void>>();

/**
 * Throws `unavailable` unless the table and the store answer within 5 s and can be written. What is wrong is not told to whoever asks, but for
 * a store that is unfit for jobs: the detail `store` names it, with what to do.
 */
export async function checkHealth(deps: HealthDeps): Promise<void> {
  try {
    await (looks.get(deps.table) ?? startLook(deps));
  } catch (cause) {
    if (!(cause instanceof AppError) || cause.forOperator === undefined) throw new AppError("unavailable", { cause });
    const { message, forOperator } = cause;
    throw new AppError("unavailable", { details: [{ path: "store", message }], forOperator, cause });
  }
}

function startLook(deps: HealthDeps): Promise<void> {
  const look = lookAtBoth(deps).finally(() => looks.delete(deps.table));
  looks.set(deps.table, look);
  return look;
}

async function lookAtBoth({ table, store, clock }: HealthDeps): Promise<void> {
  const inTime = new AbortController();
  try {
    const fit = proveStore({ store, clock }).then(() => store.probe());
    await Promise.race([bothOf([probeTable(table), fit]), clock.sleep(MAX_MS, inTime.signal).then(giveUp)]);
  } finally {
    inTime.abort();
  }
}

/** Waits for both also when one fails: nothing is under way any more when it is told. */
async function bothOf(looks: Promise<void>[]): Promise<void> {
  await Promise.allSettled(looks);
  await Promise.all(looks);
}

/** Losing the write to another process is as good as winning it: somebody wrote. */
async function probeTable(table: Table): Promise<void> {
  const item = await table.get(probeKey);
  const looks = typeof item?.data.looks === "number" ? item.data.looks + 1 : 1;
  await table.put({ ...probeKey, data: { looks } }, item ? { version: item.version } : "absent");
}

function giveUp(): never {
  throw new Error(`The table or the store did not answer within ${MAX_MS} ms.`);
}
