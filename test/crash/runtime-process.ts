// One process of the whole product, as `npm start` has it, except that it may die in a gap, and that its clock may be ahead.
import { flushCompileCache } from "node:module";
import { declarations } from "../../functions/declarations.ts";
import { readConfig } from "../../shared/config/config.ts";
import { createAccountChanges } from "../../shared/credits/changes.ts";
import { startLocal } from "../../shared/runtime/local/local.ts";
import { type Runtime, useRuntime } from "../../shared/runtime/runtime.ts";
import { ahead } from "../jobs/hand-clock.ts";
import { oneByOne } from "../jobs/one-by-one.ts";
import { deleteUserEntry } from "./delete-user-entry.ts";
import { type Around, dyingIn, through } from "./gap.ts";
import { type GapName, gaps } from "./gaps.ts";
import { vendorProviders } from "./vendor-provider.ts";

/**
 * By the name of a gap. Without one the process lives until it is told to stop. Most gaps lie between writes of one item, and at tickets that are
 * objects: with one of them the process does as it does in a cloud. The others are those of `together`.
 */
const { CRASH_GAP, CRASH_AHEAD_MS = "0", CRASH_VENDOR = "" } = process.env;

// Whoever started it is gone: nobody would ever end it.
process.stdin.resume().once("end", () => process.exit(1));

const local = await startLocal(readConfig(process.env), [...declarations, deleteUserEntry], {
  providers: vendorProviders(CRASH_VENDOR),
});
// Functions ask for the runtime at each call, so from here on they get this one.
useRuntime(changed(local.runtime, aroundOf(CRASH_GAP), Number(CRASH_AHEAD_MS)));

process.once("SIGTERM", async () => {
  await local.close();
  process.exit(0);
});
console.log("listening");
// Not only at the end: most of these processes are killed.
flushCompileCache();

function aroundOf(name: string | undefined): Around {
  if (name === undefined) return (call, act) => act(call.args);
  if (!(name in gaps)) throw new Error(`There is no gap of the name ${name}.`);
  return dyingIn(name, gaps[name as GapName]);
}

function changed(runtime: Runtime, around: Around, aheadMs: number): Runtime {
  const asInCloud = CRASH_GAP !== undefined && !CRASH_GAP.startsWith("together: ");
  const ports = {
    table: through("table", asInCloud ? oneByOne(runtime.table) : runtime.table, around),
    store: through("store", runtime.store, around),
    clock: ahead(runtime.clock, aheadMs),
  };
  const providers = [...runtime.providers].map(
    ([id, provider]) => [id, through("provider", provider, around)] as const,
  );
  return {
    ...runtime,
    ...ports,
    handOver: asInCloud ? undefined : runtime.handOver,
    providers: new Map(providers),
    changeAccount: createAccountChanges({ ...ports, ids: runtime.ids }),
  };
}
