// Money under whatever may come: graphs, prices, budgets and failures of chance never cost more than their budget, nor more than what they kept.
import { expect } from "vitest";
import type { StartOutcome } from "../../shared/ports/provider.ts";
import { cancelProduction } from "../../shared/productions/ending/stop.ts";
import { countMade } from "../../shared/productions/graph.ts";
import { keyOf } from "../../shared/productions/production.ts";
import { resumeProduction } from "../../shared/productions/starting/resume.ts";
import { succeeded } from "../jobs/scripted-provider.ts";
import { type Chance, chanceOf } from "../races/chance.ts";
import type { GraphNode } from "./planner.ts";
import { no } from "./scripts.ts";
import { openWorld, type World } from "./world.ts";

const seed = Number(process.env.BUDGET_SEED ?? 20_261_128);

function graphOf(chance: Chance): GraphNode[] {
  const count = 1 + chance.next(8);
  const nodes = Array.from({ length: count }, (_, n): GraphNode => {
    const from = Array.from({ length: n }, (__, other) => other)
      .filter(() => chance.next(3) === 0)
      .map((other) => `n${other}${chance.next(3) === 0 ? "?" : ""}`);
    const prices = Array.from({ length: 1 + chance.next(4) }, () => chance.next(12));
    return { id: `n${n}`, kind: n === count - 1 || chance.next(6) === 0 ? "episode" : "still", from, prices };
  });
  return nodes;
}

/** The dearest way of every node. */
function mostOf(graph: readonly GraphNode[]): number {
  return graph.reduce((sum, { prices = [] }) => sum + Math.max(...prices), 0);
}

function outcomeBy(chance: Chance): StartOutcome {
  const lot = chance.next(10);
  if (lot < 3) return no;
  if (lot < 4) return { state: "failed", failure: { type: "provider_error", message: "later", retryable: true } };
  if (lot < 5) throw new Error("the answer was lost");
  return succeeded;
}

async function kept(world: World): Promise<number> {
  // By the jobs themselves, not by what the production says of them.
  const completed = world.nodeJobs().filter(({ outcome }) => outcome === "completed");
  return completed.reduce((sum, { price, outputs }) => sum + price * outputs.length, 0);
}

export async function costNoMore(graphs: number): Promise<void> {
  console.log(`BUDGET_SEED=${seed}`);
  const met = { completed: 0, failed: 0, cancelled: 0, short: 0, resumed: 0 };
  for (let n = 0; n < graphs; n++) {
    const chance = chanceOf(seed + n);
    const graph = graphOf(chance);
    const budget = chance.next(2) === 0 ? mostOf(graph) : chance.next(mostOf(graph) + 1);
    const lostSubmit = chance.next(2) === 0 ? ("never" as const) : ("restart" as const);
    const onFailure = chance.next(6) === 0 ? "stop" : "degrade";
    const world = await openWorld({ graph, onFailure, script: { start: () => outcomeBy(chance), lostSubmit } });
    try {
      await world.start(world.deps, { budget });
      const cancelsAfter = chance.next(4) === 0 ? chance.next(25) : Number.POSITIVE_INFINITY;
      await playOn(world, cancelsAfter);
      if (world.production().reason === "budget_exhausted") met.short++;
      let allowed = budget;
      if (world.production().outcome !== "completed" && chance.next(2) === 0) {
        const more = chance.next(mostOf(graph) + 1);
        const isResumed = await resumeProduction(world.deps, keyOf(world.production()), { budget: more }).then(
          () => true,
          () => false,
        );
        if (isResumed) {
          met.resumed++;
          allowed += more;
          await playOn(world, Number.POSITIVE_INFINITY);
        }
      }
      await world.checkAtRest();
      const { outcome, rounds, states } = world.production();
      const { earned, balance, spent } = await world.account();
      const cost = earned - balance;
      expect([cost, spent]).toEqual([await kept(world), cost]);
      expect(cost).toBeLessThanOrEqual(allowed);
      for (const round of rounds) expect(round.captured).toBeLessThanOrEqual(round.held);
      const made = world.nodes().filter(({ output }) => output !== null).length;
      expect(countMade(states)).toBeLessThanOrEqual(made);
      if (outcome !== null) met[outcome]++;
    } catch (cause) {
      throw new Error(`BUDGET_SEED=${seed + n}, a budget of ${budget}, ${JSON.stringify(graph)}`, { cause });
    }
  }
  // The chance is such that all of it comes.
  for (const [what, times] of Object.entries(met)) expect([what, times > graphs / 50]).toEqual([what, true]);
}

async function playOn(world: World, cancelsAfter: number): Promise<void> {
  for (let turn = 0; turn < 2000; turn++) {
    if (turn === cancelsAfter) await cancelProduction(world.deps, keyOf(world.production())).catch(() => null);
    if (!(await world.goOn())) return;
  }
  throw new Error(`never at rest: ${JSON.stringify(world.production())}`);
}
