// A process that plays a scenario on a folder: node process.ts <folder> <scenario> <milliseconds that its clock is ahead> [<gap>]. Timers and tickets as
// on one machine, each item written by itself, tickets as objects. In its gap it dies by SIGKILL.
import { realClock, realIds } from "../../../shared/runtime/real.ts";
import { ahead } from "../../jobs/hand-clock.ts";
import { oneByOne } from "../../jobs/one-by-one.ts";
import { scriptedProvider } from "../../jobs/scripted-provider.ts";
import { engineOf } from "../../productions/engine.ts";
import { graphPlanner } from "../../productions/planner.ts";
import { read, type Scenario, type ScenarioName, scenarios } from "../../productions/scenarios.ts";
import { nextDue, runTicket, serveDue, userId } from "../../productions/timers.ts";
import { type Around, dyingIn, through } from "../gap.ts";
import { endless } from "./endless.ts";
import { productionGaps } from "./gaps.ts";
import { errorsIn, openStore, openTable, projectId } from "./stage.ts";

const LOOK_EVERY_MS = 5;

const [folder = "", name = "", aheadMs = "0", gapName] = process.argv.slice(2);
// Whoever started it is gone: nobody would ever end it.
process.stdin.resume().once("end", () => process.exit(1));

const scenario: Scenario = name === "endless" ? endless : scenarios[name as ScenarioName];
const gap = gapName === undefined ? undefined : productionGaps[gapName]?.gap;
const around: Around = gap && gapName ? dyingIn(gapName, gap) : (call, act) => act(call.args);

const clock = ahead(realClock, Number(aheadMs));
const errors: string[] = [];
const table = await openTable(folder);
const store = await openStore(folder, (ticket) => {
  // What fails here is a timer's.
  void runTicket(deps, ticket).catch(() => {});
});
const deps = engineOf({
  table: through("table", oneByOne(table), around),
  store: through("store", store, around),
  clock,
  ids: realIds,
  log: errorsIn(errors),
  provider: through("provider", scriptedProvider(scenario.script), around),
  planner: graphPlanner(scenario.graph),
});

console.log("plays");
await scenario.play({
  ...{ deps, userId, projectId },
  async until(key, is) {
    for (;;) {
      const production = await read(deps, key);
      if (is(production) && (production.state !== "settled" || production.dueAt === null)) return production;
      const next = await nextDue(table);
      if (next !== null && next <= clock.now()) await serveDue(deps);
      await realClock.sleep(LOOK_EVERY_MS);
    }
  },
});
console.log(JSON.stringify({ errors }));
process.exit(0);
