// A process that dies at whichever call, and the next one that finds what it has left: everything comes out as if nobody had died.
import { expect } from "vitest";
import type { ProductionDeps } from "../../shared/productions/deps.ts";
import { type Call, dying, intercepted } from "../jobs/intercept.ts";
import { read, type Scenario, type Stage, scenarios } from "./scenarios.ts";
import { troubles } from "./troubles.ts";
import { openWorld, projectId, userId, type World } from "./world.ts";

const writes: Readonly<Record<Call["port"], readonly string[]>> = {
  table: ["put", "delete"],
  store: ["put", "copy", "delete", "deleteMany"],
  provider: ["start", "cancel"],
};

/** `tickets`: those of a dead process are lost in part of the deaths, and timers alone go on. */
function stageOf(world: World, deps: ProductionDeps, isDead: () => boolean): Stage {
  return {
    ...{ deps, userId, projectId },
    async until(key, is) {
      for (let turn = 0; turn < 500; turn++) {
        if (isDead()) throw new Error("dead");
        const production = await read(deps, key);
        if (is(production)) return production;
        if (!(await world.goOn(deps))) return production;
      }
      throw new Error("it does not come to that");
    },
  };
}

/** Dies before the `nth` call that writes. Answers whether it came to that. */
async function playDying(world: World, scenario: Scenario, nth: number): Promise<boolean> {
  let count = 0;
  const death = dying(({ port, name }) => (writes[port].includes(name) && ++count === nth ? "before" : null));
  const { table, store, provider } = intercepted(world, death.around);
  const deps = world.depsOf({ table, store, provider });
  await scenario.play(stageOf(world, deps, death.isDead)).catch((error) => {
    if (!death.isDead()) throw error;
  });
  return death.isDead();
}

/** `death`: the how many-th it is. */
async function survives(scenario: Scenario, nth: number, death: number): Promise<boolean> {
  const world = await openWorld(scenario);
  const isDead = await playDying(world, scenario, nth);
  await world.check();
  // Every other dead process takes its tickets with it.
  if (death % 2 === 0) world.tickets.splice(0);
  // By then nobody waits any more for whoever began it.
  if (death % 3 === 0) world.clock.moveTo(world.clock.now() + 125_000);
  await scenario.play(stageOf(world, world.depsOf(), () => false));
  await world.rest();
  await world.checkAtRest();
  const { earned, balance } = await world.account();
  const { found, expected } = scenario.comesTo(world.productions(), earned - balance);
  expect(found).toEqual(expected);
  await world.checkFiles();
  return isDead;
}

const all: Record<string, Scenario> = { ...scenarios, ...troubles };

export const names = Object.keys(all);

/** Before each of so many writes, from one on that is another one for each scenario: much of what they write is alike. */
export async function survivesDeaths(name: string, every: number): Promise<void> {
  const scenario = all[name];
  if (!scenario) throw new Error(`There is no scenario of the name ${name}.`);
  const { everyNth = 1 } = scenario;
  let nth = 1 + (names.indexOf(name) % every);
  try {
    for (let death = 1; await survives(scenario, nth, death); death++) nth += everyNth * every;
  } catch (cause) {
    throw new Error(`dead before write ${nth}`, { cause });
  }
  expect(nth).toBeGreaterThan(30);
}
