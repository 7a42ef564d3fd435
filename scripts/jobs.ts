// npm run jobs -- show|list|unfinished|dead|uncertain|done: what operators ask about jobs, in the configured table. Only `done` writes.
import type { Job } from "../shared/jobs/job.ts";
import { unfinishedJobs } from "../shared/jobs/reading/unfinished.ts";
import type { Outcome } from "../shared/jobs/states.ts";
import { realClock } from "../shared/runtime/real.ts";
import { type Delivery, deliveryId } from "../shared/webhooks/delivery.ts";
import { somebody } from "./everybody.ts";
import { lineOfJob, outlineOf } from "./jobs/outline.ts";
import { deadLetters, searchJobs } from "./jobs/search.ts";
import { findJob, linesOfWhole, wholeJob } from "./jobs/show.ts";
import { finishUncertain, listUncertain } from "./jobs/uncertain.ts";
import { Found, parsed, runSubcommand, say, UsageError, whole, withTable } from "./subcommands.ts";

const text = { type: "string" } as const;
const outcomes: readonly Outcome[] = ["completed", "failed", "cancelled"];
const MOST_UNFINISHED = 1000;

await runSubcommand("npm run jobs --", {
  show: {
    usage: "<job id> [--user <email or id>] [--json]",
    about:
      "One job, whole: state, history, outputs, ledger lines, webhooks. Without --user every user is asked for it.",
    async run(args) {
      const { positionals, values, isJson } = parsed(args, { user: text }, 1);
      const jobId = positionals[0] ?? "";
      if (!/^[\w-]{1,64}$/.test(jobId)) throw new UsageError("A job's id is needed.");
      await withTable(async (table, _where, config) => {
        const job = await wholeJob(table, await findJob(table, config, jobId, values.user));
        say(isJson, linesOfWhole(job), job);
      });
    },
  },
  list: {
    usage: `[--outcome ${outcomes.join("|")}] [--user <email or id>] [--since 2026-11-01] [--limit 50] [--json]`,
    about: "The newest jobs of everybody, or of one, one a line. Without --user every user's are read.",
    async run(args) {
      const { values, isJson } = parsed(args, { outcome: text, user: text, since: text, limit: text });
      const outcome = outcomes.find((each) => each === values.outcome) ?? null;
      if (values.outcome !== undefined && outcome === null)
        throw new UsageError(`--outcome must be one of ${outcomes.join(", ")}.`);
      const since = values.since === undefined ? 0 : dayOf(values.since);
      const limit = whole("--limit", values.limit ?? "50", 1, 10_000);
      const jobs = await withTable(async (table, _where, config) => {
        const userId = values.user === undefined ? null : (await somebody(table, values.user)).userId;
        return searchJobs(table, config, { userId, outcome, since, limit });
      });
      tellJobs(isJson, jobs);
    },
  },
  unfinished: {
    usage: "[--json]",
    about: `Jobs that are under way now, by the due index; at most ${MOST_UNFINISHED}.`,
    async run(args) {
      const { isJson } = parsed(args, {});
      const { jobs, more } = await withTable((table) => unfinishedJobs(table, realClock.now(), MOST_UNFINISHED));
      tellJobs(isJson, jobs);
      if (more > 0) console.error(`Up to ${more} more were not looked at.`);
    },
  },
  dead: {
    usage: "[--json]",
    about:
      "Dead letters: jobs that were put aside, that failed on our side, and webhooks that nobody took; 1 if there are any.",
    async run(args) {
      const { isJson } = parsed(args, {});
      const { putAside, failedHere, deliveries } = await withTable((table, _where, config) =>
        deadLetters(table, config),
      );
      const lines = [
        ...putAside.map((job) => `put aside: ${lineOfJob(job)}`),
        ...failedHere.map((job) => `failed here: ${lineOfJob(job)}`),
        ...deliveries.map((delivery) => `not delivered: ${lineOfDelivery(delivery)}`),
      ];
      const shown = { putAside: putAside.map(outlineOf), failedHere: failedHere.map(outlineOf) };
      say(isJson, lines, { ...shown, deliveries: deliveries.map(outlineOfDelivery) });
      if (lines.length > 0) throw new Found();
      console.error("There are no dead letters.");
    },
  },
  uncertain: listUncertain,
  done: finishUncertain,
});

function tellJobs(isJson: boolean, jobs: readonly Job[]): void {
  say(isJson, jobs.map(lineOfJob), jobs.map(outlineOf));
  if (jobs.length === 0) console.error("There are no such jobs.");
}

/** A receiver's address may hold a token: only its host is shown. */
function outlineOfDelivery(delivery: Delivery) {
  const { userId, jobId, round, url, status, attempts, lastStatus, lastError } = delivery;
  const host = URL.parse(url)?.host ?? null;
  return { deliveryId: deliveryId(delivery), userId, jobId, round, host, status, attempts, lastStatus, lastError };
}

function lineOfDelivery(delivery: Delivery): string {
  const { deliveryId: id, userId, host, attempts, lastStatus, lastError } = outlineOfDelivery(delivery);
  return `${id} to ${host}, ${attempts} tries, ${lastError ?? lastStatus ?? "no answer"} user ${userId}`;
}

function dayOf(written: string): number {
  const time = /^\d{4}-\d\d-\d\d$/.test(written) ? Date.parse(written) : Number.NaN;
  if (Number.isNaN(time)) throw new UsageError("--since must be a day, like 2026-11-28.");
  return time;
}
