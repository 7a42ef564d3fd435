// Tickets of productions: they lie where those of jobs do, and run-job takes them. A ticket is a hint; without it the timer looks.

import type { UpdateDeps } from "../items/update.ts";
import type { ProductionKey, RequestDeps } from "../jobs/deps.ts";
import { ticketKey } from "../media/keys.ts";
import type { Production } from "./production.ts";
import { updateProduction } from "./update.ts";

export interface TicketDeps extends Pick<RequestDeps, "log" | "handOver"> {
  store: Pick<RequestDeps["store"], "put">;
}

/** So long a ticket counts as young: no other one is written meanwhile, and no timer looks. */
const YOUNG_MS = 10_000;
/** A timer leaves what is due to whoever is there anyhow for this long. */
const ATTENDED_MS = 5000;

/** Nobody is at the production, and no ticket of it is on its way. */
export function needsTicket({ dueAt, attendedUntil, ticketsUnclaimed, ticketUntil }: Production, now: number): boolean {
  const isYoung = ticketsUnclaimed > 0 && ticketUntil > now;
  return dueAt !== null && attendedUntil <= now && !isYoung;
}

/** Counts the ticket that is to be written. */
export function withTicket(production: Production, now: number): Production {
  return {
    ...production,
    tickets: production.tickets + 1,
    ticketsUnclaimed: production.ticketsUnclaimed + 1,
    ticketUntil: now + YOUNG_MS,
  };
}

/** Writes the ticket that the production has counted already. Never throws. */
export async function writeProductionTicket(deps: TicketDeps, production: Production): Promise<void> {
  const { userId, id, round, tickets } = production;
  const key = ticketKey(userId, id, round, tickets);
  if (deps.handOver) {
    deps.handOver(key);
    return;
  }
  try {
    await deps.store.put(key, new Uint8Array());
  } catch (error) {
    deps.log.warn({ error, productionId: id }, "a ticket was not written; the timer will look at the production");
  }
}

/** Makes the production due now, and sees to it that somebody looks. Never throws: it is a wish. */
export async function nudgeProduction(deps: TicketDeps & UpdateDeps, key: ProductionKey): Promise<void> {
  try {
    const now = deps.clock.now();
    const nudged = await updateProduction(deps, key, (production) => {
      if (production.dueAt === null) return null;
      const due: Production = {
        ...production,
        dueAt: Math.min(production.dueAt, now),
        nudges: production.nudges + 1,
        nudgedAt: now,
      };
      return needsTicket(due, now) ? withTicket(due, now) : due;
    });
    if (nudged?.isWritten && nudged.value.ticketUntil > now) await writeProductionTicket(deps, nudged.value);
  } catch (error) {
    deps.log.warn(
      { error, productionId: key.productionId },
      "a production could not be hurried; the timer will look at it",
    );
  }
}

/** A timer waits for whoever attends. */
export function withAttendance(production: Production, now: number, ms: number): Production {
  return {
    ...production,
    attendedUntil: now + ms,
    ticketUntil: Math.max(production.ticketUntil, now + Math.min(ms, ATTENDED_MS)),
  };
}
