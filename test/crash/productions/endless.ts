// Films without end, for processes that are killed at any moment: each takes a while, and every other one is the same as the one before it.
import { realClock } from "../../../shared/runtime/real.ts";
import { succeeded } from "../../jobs/scripted-provider.ts";
import { type GraphNode, graphPlanner, plain, planFileOf } from "../../productions/planner.ts";
import { isSettled, type Scenario, start } from "../../productions/scenarios.ts";
import { no, promptOf, unique } from "../../productions/scripts.ts";

const stills = ["a", "b", "c", "d", "e", "f"];

const graph: readonly GraphNode[] = [
  { id: "portrait" },
  ...stills.map((id): GraphNode => ({ id, from: ["portrait"], prices: [4, 2] })),
  { id: "music", prices: [5] },
  { id: "episode", kind: "episode", from: [...stills, "music?"], prices: [1] },
];
/** The still `c` is made the second way. */
const film = 10 + 5 * 4 + 2 + 5 + 1;
const GENERATION_MS = 15;

/** As many as are to be begun; what was begun before comes first. */
export function films(most: number): Scenario {
  return {
    graph,
    script: {
      open: unique,
      async start(_, __, call) {
        await realClock.sleep(GENERATION_MS);
        return promptOf(call).startsWith("c 0") ? no : succeeded;
      },
    },
    async play(stage) {
      for (let n = 0; n < most; n++) {
        const wish = { ...plain.wish, prompt: `film ${Math.floor(n / 2)}` };
        const file = planFileOf(graphPlanner(graph), { ...plain, wish });
        await stage.until(await start(stage, `film ${n}`, { file }), isSettled);
      }
    },
    comesTo(productions, spent) {
      const expected = Array.from({ length: most }, (_, n) =>
        n % 2 === 0 ? ["completed", "dddgddddd", film] : ["completed", "rrrrrrrrr", 0],
      );
      return {
        found: [productions.map((one) => [one.outcome, one.states, one.spent]), spent],
        expected: [expected, Math.ceil(most / 2) * film],
      };
    },
  };
}

export const endless = films(1000);
