// A process that serves whatever is due in a data folder, tick after tick, until nothing is, and says what it saw: node due-process.ts <folder>
import { readConfig } from "../../shared/config/config.ts";
import { tickJobs } from "../../shared/jobs/timers/tick-jobs.ts";
import { DUE_SHARDS } from "../../shared/ports/table.ts";
import { openRuntime } from "../../shared/runtime/open-runtime.ts";
import { scriptedProvider } from "../jobs/scripted-provider.ts";
import { peakMebibytes } from "./memory.ts";

/** What one process saw. */
export interface Seen {
  /** Tasks in the order in which the provider was asked for them. */
  tasks: string[];
  /** The most checks that were under way at the same time. */
  atOnce: number;
  seconds: number;
  peakMebibytes: number;
}

const [dataDir = ""] = process.argv.slice(2);
const config = readConfig({ DATA_DIR: dataDir, LOG_LEVEL: "error", DEFAULT_IMAGE_PROVIDER: "scripted" });
const tasks: string[] = [];
let [open, atOnce] = [0, 0];
const scripted = scriptedProvider();
const provider = {
  ...scripted,
  async check(task: { id: string }) {
    tasks.push(task.id);
    atOnce = Math.max(atOnce, ++open);
    // As long as an answer takes that comes at once.
    await new Promise((resolve) => setTimeout(resolve, 5));
    open--;
    return { state: "running" as const, checkAfterMs: 3_600_000 };
  },
};
const runtime = await openRuntime(config, { publicUrl: "http://127.0.0.1", providers: [provider] });
const startedAt = performance.now();
while (await isAnythingDue()) await tickJobs(runtime, new AbortController().signal);
const seconds = (performance.now() - startedAt) / 1000;
await runtime.close();
const seen: Seen = { tasks, atOnce, seconds, peakMebibytes: await peakMebibytes(process.pid) };
process.stdout.write(JSON.stringify(seen));

async function isAnythingDue(): Promise<boolean> {
  const before = Date.now();
  const shards = Array.from({ length: DUE_SHARDS }, (_, shard) => shard);
  const found = await Promise.all(shards.map((shard) => runtime.table.due({ kind: "job", shard, before, limit: 1 })));
  return found.flat().length > 0;
}
