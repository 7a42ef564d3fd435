// Failures as the table keeps them: an item for each name that somebody failed under, until they are forgotten.
import { createHash } from "node:crypto";
import { AppError } from "../errors/app-error.ts";
import type { ItemKey, Table } from "../ports/table.ts";
import { expiringItem } from "./expiring.ts";
import { afterOneMore, type FailureRule, type Failures, forgottenAt, noFailures, waitFor } from "./failures.ts";
import type { LimitPorts } from "./request-limit.ts";
import { createTogether } from "./together.ts";

export interface KnownFailures extends Failures {
  /** Somebody has succeeded under this name. */
  isKnown: boolean;
}

const MAX_TRIES = 6;
/** A success is remembered for this long, and written anew when half of it has passed. */
const KNOWN_MS = 90 * 86_400_000;

/** Hashed: no list of addresses and e-mails comes together in the table. */
export function failureName(scope: string, ...parts: string[]): string {
  return `${scope}#${createHash("sha256").update(JSON.stringify(parts)).digest("base64url")}`;
}

export async function readFailures(table: Table, name: string): Promise<KnownFailures> {
  return (await readStored(table, name)).failures;
}

/** One more failure. What cannot be written is logged: whoever fails is told so in any case. */
export async function countFailure(ports: LimitPorts, name: string, rule: FailureRule): Promise<void> {
  const now = ports.clock.now();
  await change(ports, name, (known) => {
    const next = { ...afterOneMore(known, rule, now), isKnown: known.isKnown };
    return { next, expiresAt: known.isKnown ? now + KNOWN_MS : forgottenAt(next, rule) };
  });
}

/** Failures are forgiven, and the name is known from now on. Writes nothing when that is so already. */
export async function remember(ports: LimitPorts, name: string): Promise<void> {
  const now = ports.clock.now();
  await change(ports, name, (known) => {
    const isFresh = known.isKnown && known.count === 0 && now - known.at < KNOWN_MS / 2;
    return isFresh ? null : { next: { count: 0, at: now, isKnown: true }, expiresAt: now + KNOWN_MS };
  });
}

/** Throws `rate_limited` while the wait lasts. */
export function requirePatience(failures: Failures, rule: FailureRule, now: number): void {
  const wait = waitFor(failures, rule, now);
  if (wait === 0) return;
  throw new AppError("rate_limited", {
    message: `Too many failed attempts. Wait for ${Math.ceil(wait / 1000)} seconds before the next one.`,
    retryAfterMs: wait,
  });
}

interface Decided {
  next: KnownFailures;
  expiresAt: number;
}

/** Null: nothing changes. */
type Decide = (known: KnownFailures) => Decided | null;

const together = createTogether<Decide>();

function change(ports: LimitPorts, name: string, decide: Decide): Promise<void> {
  return together(ports.table, name, decide, (decides) => write(ports, name, decides));
}

/** Never rejects. */
async function write(ports: LimitPorts, name: string, decides: readonly Decide[]): Promise<void> {
  try {
    for (let n = 0; n < MAX_TRIES; n++) {
      const { failures, version } = await readStored(ports.table, name);
      const decided = decides.reduce<Decided | null>((so, decide) => decide(so?.next ?? failures) ?? so, null);
      if (!decided) return;
      const item = expiringItem(keyOf(name), { ...decided.next }, decided.expiresAt);
      if (await ports.table.put(item, version === null ? "absent" : { version })) return;
      await ports.clock.sleep(10 * 2 ** n * ports.ids.random());
    }
    throw new Error("others wrote the same failures again and again");
  } catch (error) {
    ports.log.warn({ error }, "a failed attempt, or the end of some, was not written down");
  }
}

async function readStored(table: Table, name: string): Promise<{ failures: KnownFailures; version: number | null }> {
  const item = await table.get(keyOf(name));
  const failures = item ? (item.data as unknown as KnownFailures) : { ...noFailures, isKnown: false };
  return { failures, version: item?.version ?? null };
}

function keyOf(name: string): ItemKey {
  return { partition: `throttle#${name}`, sort: "throttle" };
}
