// The core's protocol, explored on a pair: the scenarios of test/protocol, each on so many ways that a seed names. Every call of a port goes
// over a socket here, which leaves no time for all ways; that every way is safe is what test/protocol shows.
import { describe, expect, it } from "vitest";
import { fromTwoDevices, meetingTheTimer } from "../protocol/redeeming.ts";
import { exploreOn, exploreScenario, requireSafe } from "../protocol/scenario.ts";
import { chanceOf } from "../races/chance.ts";
import { type PairName, pairs } from "./pairs.ts";

/** Of each scenario. `protocol-*.long.ts` has three times as many. */
const WAYS = Number(process.env.CLOUDS_WAYS ?? 4);

/** `CLOUDS_SEED=…` asks for the same ways again. */
const seed = Number(process.env.CLOUDS_SEED ?? Math.floor(Math.random() * 2 ** 31));

export function protocolOn(name: PairName): void {
  exploreOn({
    sample: { ways: WAYS, ...chanceOf(seed) },
    tooFewRuns: WAYS - 1,
    async open() {
      const pair = await pairs[name]({ isLate: true });
      return { table: pair.table, store: pair.store, isLate: true, end: pair.close };
    },
  });

  describe(`on ${name}, on ${WAYS} ways of seed ${seed}, over an index that is behind:`, async () => {
    await import("../protocol/create.test.ts");
    await import("../protocol/ending.test.ts");

    describe("Redeem", () => {
      it("by the same user from two devices gives the credits once", async () => {
        const exploration = await exploreScenario(fromTwoDevices());
        requireSafe(exploration);
        expect(exploration.runs).toBe(WAYS);
      });

      it("meeting the timer that finishes claims gives the credits once", async () => {
        requireSafe(await exploreScenario(meetingTheTimer()));
      });
    });
  });
}
