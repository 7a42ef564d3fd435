// Admitting what is ready: one of an earlier production is used, or a job is made. The job first, then its entry in the production, then it is
// read again, then its ticket: as a job comes to its hold.
import { readAccount } from "../../credits/account.ts";
import { ClaimLost } from "../../items/claim.ts";
import { isAllDecided, readyNodes } from "../graph.ts";
import type { PlanFile } from "../plans.ts";
import { freeCredits } from "../production.ts";
import { progressOf } from "../progress.ts";
import { told, toStopping } from "../states.ts";
import { type Admission, admitNode } from "./admit-node.ts";
import { failToBegin } from "./failing.ts";
import { type Look, planOf } from "./look.ts";
import { type Reused, reuse, withReused } from "./reuse.ts";
import { withoutTwins } from "./twins.ts";

/** Answers when it is worth trying again; null: when something changes. Of very much that is there already it leaves a part to the next look. */
export async function admitReady(look: Look): Promise<number | null> {
  const { claim } = look;
  const places = await placesFor(look);
  let isSame = false;
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    claim.signal.throwIfAborted();
    const { production, free } = room(look, places);
    if (production.state !== "running" || free <= 0) return null;
    const file = await planOf(look);
    const ready = readyNodes(file.plan, production.states);
    if (ready.length === 0) return standStill(look);
    const { version } = claim;
    const chosen = await withoutTwins(look, file, ready, free);
    if (chosen.length === 0) return null;
    const outcomes = await Promise.all(chosen.map((node) => handled(look, file, node)));
    await claim.reload();
    await takeReused(look, file, outcomes);
    if (outcomes.some((outcome) => outcome === "again")) return look.deps.clock.now() + RETRY_MS;
    if (outcomes.every((outcome) => outcome === "waits")) return stopIfDry(look);
    isSame = claim.version === version;
    if (isSame && !outcomes.includes("changed")) return null;
  }
  return look.deps.clock.now() + (isSame ? RETRY_MS : 0);
}

const RETRY_MS = 2000;
/** At most eight nodes each. */
const MOST_TRIES = 20;

/** Half of them while its user has another production, so that neither waits for all of the other one. */
async function placesFor({ deps, claim }: Look): Promise<number> {
  const { userId, id } = claim.value;
  const { productionParallel } = deps.settings;
  const holds = (await readAccount(deps.table, userId))?.account.holds ?? [];
  const hasOther = holds.some((hold) => "productionId" in hold && hold.productionId !== id);
  return hasOther ? Math.ceil(productionParallel / 2) : productionParallel;
}

function room({ claim }: Look, places: number) {
  const production = claim.value;
  return { production, free: places - production.admitted.length - production.markers.length };
}

type Outcome = Admission | Reused | "again";

/** A node whose handling throws harms no other one, and not the production. */
async function handled(look: Look, file: PlanFile, node: number): Promise<Outcome> {
  try {
    return (await reuse(look, file, node)) ?? (await admitNode(look, file, node));
  } catch (error) {
    if (error instanceof ClaimLost || look.claim.signal.aborted) throw error;
    return (await failToBegin(look, file, node, error)) ? "changed" : "again";
  }
}

/** One write for all of them. */
async function takeReused({ deps, claim }: Look, file: PlanFile, outcomes: readonly Outcome[]): Promise<void> {
  const reused = outcomes.filter((outcome) => typeof outcome === "object");
  if (reused.length === 0) return;
  const now = deps.clock.now();
  await claim.update((production) => {
    const next = withReused(production, reused, now);
    return told({ ...next, progress: progressOf(next, file.plan, deps) }, now);
  });
}

/** Nothing is admitted and nothing will be: a defect, which must not keep its user's credits. */
async function standStill({ deps, claim }: Look): Promise<null> {
  const { admitted, markers, states, isExpanded, id: productionId } = claim.value;
  const isWaiting = admitted.length + markers.length > 0 || isAllDecided(states) || !isExpanded;
  if (isWaiting) return null;
  deps.log.error({ productionId, states }, "a production stands still");
  await claim.update((production) => toStopping(production, deps.clock.now(), "internal"));
  return null;
}

/** Not even the cheapest way of what is ready fits. While something is admitted, its failure may give room back. */
async function stopIfDry({ deps, claim }: Look): Promise<null> {
  if (claim.value.admitted.length + claim.value.markers.length > 0) return null;
  await claim.update((production) => {
    const isDry = production.admitted.length === 0 && production.markers.length === 0 && freeCredits(production) >= 0;
    return isDry ? toStopping(production, deps.clock.now(), "budget_exhausted") : production;
  });
  return null;
}
