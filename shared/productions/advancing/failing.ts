// A node whose handling throws, before there is a job: it harms no other one, and not the production.
import { AppError } from "../../errors/app-error.ts";
import { isWaiting, stateOf, withFailed, withLossPassedOn } from "../graph.ts";
import { readNode, writeNode } from "../node.ts";
import type { PlanFile } from "../plans.ts";
import type { Production } from "../production.ts";
import { toStopping } from "../states.ts";
import { NobodyLeft } from "./admit-node.ts";
import type { Look } from "./look.ts";

/** In a round. */
const MOST_THROWS = 3;
const defect = "Something went wrong on our side while it was prepared.";

/**
 * What cannot be begun at all fails at once and says why; anything else when it has thrown three times in the round. The node's reason is written first, then
 * the production: who dies in between does both again. Answers whether it has failed.
 */
export async function failToBegin(look: Look, file: PlanFile, node: number, error: unknown): Promise<boolean> {
  const { deps, claim } = look;
  const productionId = claim.value.id;
  const refusal = refusalOf(error);
  if (refusal === null) deps.log.error({ error, productionId, node }, "a node of a production could not be begun");
  const before = claim.value;
  const isLost = isLastThrow(before, node, error);
  if (isLost) {
    const reason = refusal ?? (error instanceof NobodyLeft ? error.message : defect);
    await writeReason(look, file, node, reason);
    if (refusal !== null) deps.log.info({ productionId, node, reason }, "a node of a production cannot be made");
  }
  await claim.update((production) => withThrow(production, node, file, error, deps.clock.now()));
  return isLost;
}

/** The production as the throw leaves it. What only waits for the table or the store does not count. */
export function withThrow(
  production: Production,
  node: number,
  file: PlanFile,
  error: unknown,
  now: number,
): Production {
  // Where its job was admitted nevertheless, that decides.
  if (isOutage(error) || !isWaiting(stateOf(production.states, node))) return production;
  const throws = { ...production.throws, [node]: throwsOf(production, node) + 1 };
  const next: Production = { ...production, throws };
  if (!isLastThrow(production, node, error)) return next;
  const { states, earlier } = withFailed(file.plan, production, node);
  const failed: Production = { ...next, states: withLossPassedOn(file.plan, states), earlier, updatedAt: now };
  return file.snapshot.wish.onFailure === "stop" ? toStopping(failed, now, "node_failed") : failed;
}

function isLastThrow(production: Production, node: number, error: unknown): boolean {
  if (isOutage(error) || !isWaiting(stateOf(production.states, node))) return false;
  return refusalOf(error) !== null || throwsOf(production, node) + 1 >= MOST_THROWS;
}

function throwsOf({ throws }: Production, node: number): number {
  return throws[node] ?? 0;
}

function isOutage(error: unknown): boolean {
  return error instanceof AppError && (error.type === "unavailable" || error.type === "storage_full");
}

/** In words for the user. No defect: asked again, it would be the same. */
function refusalOf(error: unknown): string | null {
  return error instanceof AppError && error.type === "invalid_request" ? error.message : null;
}

/** Whoever was faster has made it, or says the same. */
async function writeReason({ deps, claim }: Look, { plan }: PlanFile, index: number, reason: string): Promise<void> {
  const planned = plan.nodes[index];
  if (!planned) return;
  const stored = await readNode(deps.table, claim.value, index, planned);
  await writeNode(deps.table, stored, { ...stored.node, reason, updatedAt: deps.clock.now() });
}
