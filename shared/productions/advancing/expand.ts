// Expanding a plan: once the screenplay is written, the whole graph takes the place of its one node.

import { maxNodes, type Plan } from "../../drama/plan.ts";
import { checkScreenplay, type Screenplay } from "../../drama/screenplay.ts";
import { AppError } from "../../errors/app-error.ts";
import { applyWritten } from "../../projects/apply-screenplay.ts";
import { isMade, stateOf } from "../graph.ts";
import { type Node, nodeItemKey } from "../node.ts";
import { putPlan, readText } from "../plans.ts";
import { keyOf } from "../production.ts";
import { progressOf } from "../progress.ts";
import { told, toStopping } from "../states.ts";
import { type Look, planOf } from "./look.ts";

/** The plan object first, then the production names it. What cannot be planned stops the production. */
export async function expand(look: Look): Promise<void> {
  const { deps, claim } = look;
  const { isExpanded, states, planKey, userId, id: productionId } = claim.value;
  if (isExpanded || !isMade(stateOf(states, 0))) return;
  const file = await planOf(look);
  const node = (await deps.table.get(nodeItemKey({ userId, productionId }, 0)))?.data as unknown as Node | undefined;
  const text = node?.output ? await readText(deps, node.output.key) : null;
  const screenplay = text === null ? null : read(text, file.snapshot.wish);
  const now = deps.clock.now();
  if (!screenplay) {
    await claim.update((production) => toStopping(production, now, "no_screenplay"));
    return;
  }
  const plan = planned(() => deps.planner.expand(file.snapshot, screenplay));
  if (!plan || plan.nodes.length > maxNodes) {
    await claim.update((production) => toStopping(production, now, "unplannable"));
    return;
  }
  await giveToProject(look, plan);
  const key = await putPlan(deps, keyOf(claim.value), { ...file, plan });
  await claim.update((production) => {
    if (production.isExpanded || production.planKey !== planKey) return production;
    const rest = ".".repeat(plan.nodes.length - 1);
    const whole = {
      ...production,
      planKey: key,
      isExpanded: true,
      states: `${production.states[0]}${rest}`,
      updatedAt: now,
    };
    return told({ ...whole, progress: progressOf(whole, plan, deps) }, now);
  });
}

/** What is filmed becomes the project's draft, under the production's id; one that has got another draft meanwhile keeps that, and has this one beside it. */
async function giveToProject({ deps, claim }: Look, { screenplay }: Plan): Promise<void> {
  const { userId, projectId, id: draft } = claim.value;
  if (screenplay) await applyWritten(deps, { userId, projectId, draft, after: null }, screenplay);
}

/** Its writer has checked it already; what lies in the store is held against the wish once more. */
function read(text: string, wish: Parameters<typeof checkScreenplay>[1]): Screenplay | null {
  try {
    const checked = checkScreenplay(JSON.parse(text), wish);
    return "screenplay" in checked ? checked.screenplay : null;
  } catch {
    return null;
  }
}

function planned<T>(plan: () => T): T | null {
  try {
    return plan();
  } catch (error) {
    if (error instanceof AppError && error.type === "invalid_request") return null;
    throw error;
  }
}
