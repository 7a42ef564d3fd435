// What the functions without a request do, done in this process with the real adapters: a job is run when a test says so.
import { readConfig } from "../../shared/config/config.ts";
import type { JobDeps } from "../../shared/jobs/deps.ts";
import { readJob } from "../../shared/jobs/job.ts";
import { runJob } from "../../shared/jobs/moving/run.ts";
import type { Log } from "../../shared/ports/log.ts";
import { readProduction } from "../../shared/productions/production.ts";
import { createImportProvider } from "../../shared/providers/import.ts";
import { createSketchProvider } from "../../shared/providers/sketch/provider.ts";
import { composeCore, composeJobs, metricsOf } from "../../shared/runtime/composing/compose.ts";
import { verifyToken } from "../../shared/users/tokens.ts";
import { putDelivery } from "../../shared/webhooks/delivery.ts";
import { type Ground, jwtSecret } from "./api-fronts.ts";

const never = new AbortController().signal;
const STAY_MS = 20_000;

export interface Worker {
  /** Runs the job, or the production, to its end. `token`: of its user. */
  run(token: string, jobId: string): Promise<void>;
}

export function createWorker({ pair: { table, store }, environment }: Pick<Ground, "pair" | "environment">): Worker {
  const config = readConfig({ ...environment, NODE_OPTIONS: undefined });
  const core = composeCore(config, { table, log: silent, metrics: metricsOf(config) });
  const providers = [createSketchProvider({ ffmpegPath: config.ffmpegPath }), createImportProvider({ store })];
  const deps: JobDeps = composeJobs(config, core, {
    store,
    providers,
    announceEnding: putDelivery,
    jwtSecret,
    moderation: null,
    stayMs: STAY_MS,
    tickParallel: 4,
  });
  return {
    async run(token, jobId) {
      const { userId } = verifyToken(token, { secret: jwtSecret, now: Date.now() }) ?? { userId: "" };
      await deps.productions?.sayReady(deps);
      const isProduction = (await readProduction(table, { userId, productionId: jobId })) !== null;
      await runJob(deps, { userId, jobId }, { stayMs: STAY_MS, signal: never });
      const outcome = (await readJob(table, { userId, jobId }))?.job.phase;
      if (outcome === undefined && !isProduction) throw new Error("there is no such job");
    },
  };
}

const silent: Log = { debug() {}, info() {}, warn() {}, error() {}, child: () => silent };
