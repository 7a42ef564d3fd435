// The product as a process, with the vendor's adapters, which says of which jobs it has decided the end.
import { declarations } from "../../functions/declarations.ts";
import { readConfig } from "../../shared/config/config.ts";
import { createAccountChanges } from "../../shared/credits/changes.ts";
import { jobOf } from "../../shared/jobs/job.ts";
import type { Phase } from "../../shared/jobs/states.ts";
import type { NewItem, Table } from "../../shared/ports/table.ts";
import { startLocal } from "../../shared/runtime/local/local.ts";
import { type Runtime, useRuntime } from "../../shared/runtime/runtime.ts";
import { vendorProviders } from "../crash/vendor-provider.ts";

const local = await startLocal(readConfig(process.env), declarations, {
  providers: vendorProviders(process.env.VENDOR ?? ""),
});
useRuntime(telling(local.runtime));
process.once("SIGTERM", async () => {
  await local.close();
  process.exit(0);
});
console.log(`listens on ${local.url}`);

/** Writes a line for each job whose end this process was the one to decide: whose item it took from another phase to `ended`, or behind it. */
function telling(runtime: Runtime): Runtime {
  const phases = new Map<string, Phase>();
  const wrote = (item: NewItem, version: number) => {
    if (!item.sort.startsWith("job#")) return;
    const { job } = jobOf({ ...item, version });
    phases.set(`${item.sort} ${version}`, job.phase);
    const before = phases.get(`${item.sort} ${version - 1}`);
    if (isDecided(job.phase) && !isDecided(before)) console.log(`decided ${job.id} ${job.outcome}`);
  };
  const { putTogether } = runtime.table;
  const table: Table = {
    ...runtime.table,
    async get(key) {
      const item = await runtime.table.get(key);
      if (item?.sort.startsWith("job#")) phases.set(`${item.sort} ${item.version}`, jobOf(item).job.phase);
      return item;
    },
    async put(item, condition) {
      const version = await runtime.table.put(item, condition);
      if (version !== null) wrote(item, version);
      return version;
    },
    ...(putTogether && {
      async putTogether(writes) {
        const written = await putTogether(writes);
        const { versions = [] } = "versions" in written ? written : {};
        for (const [i, version] of versions.entries()) if (writes[i]) wrote(writes[i].item, version);
        return written;
      },
    }),
  };
  return { ...runtime, table, changeAccount: createAccountChanges({ ...runtime, table }) };
}

function isDecided(phase: Phase | undefined): boolean {
  return phase === "ended" || phase === "closing" || phase === "closed";
}
