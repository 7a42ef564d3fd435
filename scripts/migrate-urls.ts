// npm run migrate-urls -- jobs.jsonl: a file of an older system, `{"jobId","userId","type","urls":[],"createdAt"}` a line. What still answers is copied
// into the store, with a job and a record for each URL; what does not is reported. Nothing is charged. Stopped at any point, it is run again and goes
// on: what was copied is found, and not fetched again. A server may run meanwhile.
// Exit code 0: every URL is kept; 1: some are not, or it was stopped; 2: not understood.

import { once } from "node:events";
import { createWriteStream, existsSync } from "node:fs";
import pLimit from "p-limit";
import { type Config, readConfig } from "../shared/config/config.ts";
import { processEnvironment } from "../shared/config/environment.ts";
import type { JobDeps } from "../shared/jobs/deps.ts";
import { openRuntime } from "../shared/runtime/open-runtime.ts";
import { somebody } from "./everybody.ts";
import { type Migrated, migrateUrl } from "./migrate-urls/migrate-url.ts";
import { type Counts, createProgress } from "./migrate-urls/progress.ts";
import { type Row, rowsOf } from "./migrate-urls/rows.ts";
import { Found, parsed, requireThere, runCommand, say, UsageError, whole } from "./subcommands.ts";

/** Of holds that cost nothing: users' own jobs count beside these. */
const MANY_JOBS = 100_000;
const text = { type: "string" } as const;

interface Reported {
  line: number;
  jobId?: string;
  url?: string;
  state: Migrated["state"] | "unreadable" | "nobody";
  newJobId?: string;
  object?: string;
  why?: string;
}

await runCommand("npm run migrate-urls --", {
  usage: "<file.jsonl> [--report <file.report.jsonl>] [--at-once 16] [--json]",
  about:
    "Copies the files of an older system into the store, with a job for each URL; tells what was gone. Run again, it goes on.",
  async run(args) {
    const { positionals, values, isJson } = parsed(args, { report: text, "at-once": text }, 1);
    const [path] = positionals;
    if (path === undefined) throw new UsageError("Which file?");
    if (!existsSync(path)) throw new Error(`There is no file ${path}.`);
    const atOnce = whole("--at-once", values["at-once"] ?? "16", 1, 64);
    const report = values.report ?? `${path.replace(/\.jsonl?$/, "")}.report.jsonl`;
    if (report === path) throw new UsageError("The report must not be the file itself.");
    const stop = new AbortController();
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => stop.abort());
    const counts = await migrate({ path, report, atOnce, signal: stop.signal });
    const { copied, there, gone, unfinished, unreadable } = counts;
    const end = stop.signal.aborted ? "Stopped: run it again, and it goes on." : `Each URL is told in ${report}.`;
    say(isJson, [`${copied} copied, ${there} were there, ${gone} gone. ${end}`], {
      ...counts,
      report,
      isStopped: stop.signal.aborted,
    });
    if (stop.signal.aborted || gone + unfinished + unreadable > 0) throw new Found();
  },
});

interface Migration {
  path: string;
  report: string;
  atOnce: number;
  signal: AbortSignal;
}

async function migrate({ path, report, atOnce, signal }: Migration): Promise<Counts> {
  let total = 0;
  for await (const _ of rowsOf(path)) total += 1;
  const config = configOf();
  requireThere(config);
  // Tickets are handed to nobody: whoever makes a job here moves it, too.
  const runtime = await openRuntime(config, { publicUrl: config.publicUrl ?? "http://127.0.0.1", onTicket() {} });
  const { settings } = runtime;
  const room = { maxActiveJobs: MANY_JOBS, maxActiveFreeJobs: MANY_JOBS, maxStoredBytes: Number.MAX_SAFE_INTEGER };
  const deps: JobDeps = { ...runtime, settings: { ...settings, ...room } };
  const told = createWriteStream(report);
  const counts: Counts = { rows: 0, copied: 0, there: 0, gone: 0, unfinished: 0, unreadable: 0 };
  const progress = createProgress(total);
  const users = new Map<string, Promise<string | null>>();
  const limit = pLimit(atOnce);
  const running = new Set<Promise<void>>();

  function tell(reported: Reported): void {
    if (reported.state === "nobody") counts.gone += 1;
    else counts[reported.state] += 1;
    told.write(`${JSON.stringify(reported)}\n`);
  }

  async function take(row: Row): Promise<void> {
    const { line, jobId, urls } = row;
    const userId = await userOf(deps, row.userId, users);
    for (const [index, url] of urls.entries()) {
      if (signal.aborted) return;
      if (userId === null) {
        tell({ line, jobId, url, state: "nobody", why: "There is no such user here." });
        continue;
      }
      const deadlineMs = config.deadlineMs[row.type];
      const done = await migrateUrl(deps, row, { userId, index, deadlineMs, signal });
      const { jobId: newJobId, ...rest } = done;
      tell({ line, jobId, url, newJobId, ...rest });
    }
    counts.rows += 1;
    progress.tell(counts);
  }

  try {
    for await (const row of rowsOf(path)) {
      if (signal.aborted) break;
      if ("problem" in row) {
        tell({ line: row.line, state: "unreadable", why: row.problem });
        counts.rows += 1;
        continue;
      }
      const taking: Promise<void> = limit(() => take(row)).finally(() => running.delete(taking));
      running.add(taking);
      // The file may be longer than memory.
      if (running.size >= 4 * atOnce) await Promise.race(running);
    }
    await Promise.all(running);
  } finally {
    await Promise.allSettled(running);
    progress.end(counts);
    told.end();
    await once(told, "close");
    await runtime.close();
  }
  return counts;
}

/** Its log stays out of the way unless somebody wants it. */
function configOf(): Config {
  const environment = processEnvironment();
  return readConfig({ ...environment, LOG_LEVEL: environment.LOG_LEVEL || "error" });
}

function userOf({ table }: JobDeps, named: string, known: Map<string, Promise<string | null>>): Promise<string | null> {
  const before = known.get(named);
  if (before) return before;
  const looked = somebody(table, named).then(
    ({ userId }) => userId,
    (error: unknown) => {
      if (error instanceof Error && !("type" in error)) return null;
      throw error;
    },
  );
  known.set(named, looked);
  return looked;
}
