// Stopping a production: one write, and nobody admits from then on. The rest is done by whoever moves it on.
import { AppError } from "../../errors/app-error.ts";
import type { UpdateDeps } from "../../items/update.ts";
import type { RequestDeps } from "../../jobs/deps.ts";
import type { Production, ProductionKey, StopReason } from "../production.ts";
import { findProduction } from "../reading/find.ts";
import { toStopping } from "../states.ts";
import { nudgeProduction, type TicketDeps } from "../tickets.ts";
import { updateProduction } from "../update.ts";

/** The production, which is being cancelled; repeating it is safe. `conflict` when it has ended, or stops, for another reason. */
export async function cancelProduction(deps: RequestDeps, key: ProductionKey): Promise<Production> {
  const { round } = await findProduction(deps, key);
  const stopped = await updateProduction(deps, key, (production) => {
    if (production.round !== round) return null;
    const stopping = toStopping(production, deps.clock.now(), "cancelled");
    // It was found, so that its round was paid for, unless it is a later one that is still to be.
    const isPaid = production.paidRound > 0 ? production.paidRound : round;
    // Whoever has it in hand has lost it: it is looked at again at once.
    return stopping === production ? null : { ...stopping, paidRound: isPaid, lease: null };
  });
  const production = stopped?.value;
  if (!production) throw new AppError("not_found");
  if (production.outcome !== "cancelled") {
    throw new AppError("conflict", {
      message: `The production has ended already: ${production.outcome ?? "another round"}.`,
    });
  }
  if (stopped.isWritten) await nudgeProduction(deps, key);
  return production;
}

/** Because its project or its user is being deleted. One that has ended is left as it is. */
export async function stopProduction(
  deps: UpdateDeps & TicketDeps,
  key: ProductionKey,
  reason: StopReason,
): Promise<Production | null> {
  const stopped = await updateProduction(deps, key, (production) => {
    const stopping = toStopping(production, deps.clock.now(), reason);
    return stopping === production ? null : { ...stopping, lease: null };
  });
  if (stopped?.isWritten) await nudgeProduction(deps, key);
  return stopped?.value ?? null;
}
