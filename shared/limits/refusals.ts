// Slows whoever asks again and again for what is refused: vendors charge for refusals, and close the accounts of those who bring many.
import { AppError } from "../errors/app-error.ts";
import type { ItemKey, Table } from "../ports/table.ts";
import { expiringItem } from "./expiring.ts";
import { failureName } from "./failure-items.ts";
import type { LimitPorts } from "./request-limit.ts";

export interface Refusal {
  /** What was refused: the same counts once. */
  of: string;
  /** Epoch milliseconds. */
  at: number;
}

const HOUR_MS = 3_600_000;
/** As many as a limit may allow. */
const MOST_KEPT = 100;
const MAX_TRIES = 6;

/** Never rejects: what cannot be written is logged, for whoever was refused was told so. */
export async function noteRefusal(ports: LimitPorts, userId: string, refusal: Refusal): Promise<void> {
  try {
    for (let n = 0; n < MAX_TRIES; n++) {
      const { refusals, version } = await read(ports.table, userId);
      if (refusals.some(({ of }) => of === refusal.of)) return;
      const kept = [...refusals.filter(({ at }) => at > refusal.at - HOUR_MS), refusal].slice(-MOST_KEPT);
      const newest = Math.max(...kept.map(({ at }) => at));
      const data = { refusals: kept.map((each) => ({ ...each })) };
      const item = expiringItem(keyOf(userId), data, newest + HOUR_MS);
      if (await ports.table.put(item, version === null ? "absent" : { version })) return;
      await ports.clock.sleep(10 * 2 ** n * ports.ids.random());
    }
    throw new Error("others wrote the same refusals again and again");
  } catch (error) {
    ports.log.warn({ error, userId }, "a refusal was not written down");
  }
}

/** Throws `rate_limited` until fewer than `perHour` refusals are less than an hour old. 0: never. */
export async function requireFewRefusals(
  { table, clock }: Pick<LimitPorts, "table" | "clock">,
  userId: string,
  perHour: number,
): Promise<void> {
  if (perHour === 0) return;
  const { refusals } = await read(table, userId);
  const now = clock.now();
  // What a clock that was ahead has written counts from now on.
  const recent = refusals.map(({ at }) => Math.min(at, now)).filter((at) => at > now - HOUR_MS);
  const deciding = recent.sort((a, b) => b - a)[perHour - 1];
  if (deciding === undefined) return;
  const waitMs = deciding + HOUR_MS - now;
  const message = `${recent.length} of your requests were refused for their content within an hour. Wait for ${Math.ceil(waitMs / 1000)} seconds.`;
  throw new AppError("rate_limited", { message, retryAfterMs: waitMs });
}

async function read(table: Table, userId: string): Promise<{ refusals: Refusal[]; version: number | null }> {
  const item = await table.get(keyOf(userId));
  return { refusals: (item?.data.refusals as Refusal[] | undefined) ?? [], version: item?.version ?? null };
}

function keyOf(userId: string): ItemKey {
  return { partition: `throttle#${failureName("refusals", userId)}`, sort: "throttle" };
}
