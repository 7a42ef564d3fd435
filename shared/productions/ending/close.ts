// What is left to do once a production is settled: its end is told, its project is free again, and its tickets go. Each step can be repeated.
import { ticketKey } from "../../media/keys.ts";
import type { Look } from "../advancing/look.ts";
import { unlockProject } from "../starting/lock.ts";
import { announceProduction } from "./announce.ts";

export async function closeProduction({ deps, claim }: Look): Promise<void> {
  const { userId, id, round, tickets } = claim.value;
  // Whatever else cannot be done here, its user hears of the end.
  await announceProduction(deps, claim.value);
  await unlockProject(deps, claim.value);
  const keys = Array.from({ length: tickets }, (_, i) => ticketKey(userId, id, round, i + 1));
  if (!deps.handOver) await deps.store.deleteMany(keys);
  await claim.update((production) => ({
    ...production,
    looks: 0,
    dueAt: production.tickets > tickets ? deps.clock.now() : null,
  }));
}
