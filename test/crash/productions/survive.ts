// One death in a gap, or many at any moment, and what comes out.
import pLimit from "p-limit";
import { type Scenario, scenarios } from "../../productions/scenarios.ts";
import { randomOf } from "../deaths.ts";
import { films } from "./endless.ts";
import { inFolder } from "./folder.ts";
import { productionGaps } from "./gaps.ts";

/** Processes of one file at the same time. */
const slots = pLimit(3);

/** Whoever comes after the dead: at once; when its leases have ended; when nobody waits any more for whoever did not pay. */
const LATER_S = [0, 40, 125];

export function survivesGap(name: string): Promise<void> {
  return slots(() =>
    inFolder(async (folder) => {
      const named = productionGaps[name];
      if (!named) throw new Error(`There is no gap of the name ${name}.`);
      const scenario: Scenario = scenarios[named.scenario];
      await folder.diesIn(named.scenario, name);
      const nth = Object.keys(productionGaps).indexOf(name);
      await folder.comesOut(scenario, LATER_S[nth % LATER_S.length] ?? 0);
    }),
  );
}

const LONGEST_LIFE_MS = 600;
/** By then the leases of the dead one before have ended. */
const LEASE_S = 16;

/** Films are made one after the other, and whoever makes them is killed again and again. */
export function survivesMoments(deaths: number): Promise<void> {
  const seed = Number(process.env.CRASH_SEED ?? Math.floor(Math.random() * 2 ** 31));
  const random = randomOf(seed);
  return inFolder(async (folder) => {
    console.log(`CRASH_SEED=${seed}`);
    for (let death = 0; death < deaths; death++) {
      await folder.isKilled("endless", random() * LONGEST_LIFE_MS, death * LEASE_S);
    }
    const begun = await folder.begun();
    console.log(`${begun} films were begun`);
    await folder.comesOut(films(begun), deaths * LEASE_S + 125);
  });
}
