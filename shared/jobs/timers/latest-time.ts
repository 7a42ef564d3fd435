// tick#clock: about the latest time at which a tick ever ran. A clock that is behind it has gone back since.
import type { Clock } from "../../ports/clock.ts";
import type { ItemKey, Table } from "../../ports/table.ts";

const key: ItemKey = { partition: "tick#clock", sort: "tick" };

/** Written so often at most: a jump that is not noticed keeps nothing waiting for longer than that. */
const WRITE_EVERY_MS = 5 * 60_000;

/** Epoch milliseconds. Sees to it that later ticks know what the time is now. */
export async function latestTime(deps: { table: Table; clock: Clock }): Promise<number> {
  for (;;) {
    const found = await deps.table.get(key);
    const latest = Number(found?.data.latest ?? 0);
    const now = deps.clock.now();
    if (now < latest + WRITE_EVERY_MS) return latest;
    const condition = found ? { version: found.version } : "absent";
    if ((await deps.table.put({ ...key, data: { latest: now } }, condition)) !== null) return now;
  }
}
