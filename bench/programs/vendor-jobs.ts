// The whole product in this process, with a provider on the wire: many jobs of several users at once, until all have ended.
import { setTimeout as pause } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { declarations } from "../../functions/declarations.ts";
import { readConfig } from "../../shared/config/config.ts";
import { submitGeneration } from "../../shared/jobs/asking/submit-generation.ts";
import { jobOf } from "../../shared/jobs/job.ts";
import { type Local, startLocal } from "../../shared/runtime/local/local.ts";
import { register } from "../../shared/users/register.ts";
import { answering } from "../answering.ts";
import { findFreePort } from "../product.ts";
import { type Wire, wireProvider } from "./wire-provider.ts";

export interface VendorJobs {
  /** Empty. */
  folder: string;
  wire: Wire;
  users: number;
  jobsPerUser: number;
  /** How often memory is looked at. */
  sampleMs: number;
}

export interface VendorJobsDone {
  jobs: { user: number; outcome: string | null; taskId: string; startedAt: number; completedAt: number }[];
  createdAt: number;
  /** Bytes over time: what the process has, and what of its heap is in use once it was collected. */
  memory: { resident: number; live: number }[];
}

answering(async ({ folder, wire, users, jobsPerUser, sampleMs }: VendorJobs): Promise<VendorJobsDone> => {
  const port = await findFreePort();
  const config = readConfig({
    ...{ PORT: "0", DATA_DIR: folder, LOG_LEVEL: "error", TIMER_SECONDS: "5", RATE_LIMIT_PER_MINUTE: "0" },
    ...(wire.calls && { PORT: String(port), CALLBACK_URL: `http://127.0.0.1:${port}` }),
    ...{ WELCOME_CREDITS: "1000000", MAX_ACTIVE_JOBS: "1000", TRUSTED_HOSTS: new URL(wire.url).host },
  });
  const local = await startLocal(config, declarations, { providers: [wireProvider(wire)] });
  try {
    const ids = await registerAll(local, users);
    const memory: VendorJobsDone["memory"] = [];
    const sampling = setInterval(() => memory.push(memoryNow()), sampleMs);
    const createdAt = Date.now();
    for (let job = 0; job < jobsPerUser; job++) {
      await Promise.all(ids.map((userId) => create(local, userId)));
    }
    while (!(await areOver(local, ids))) await pause(500);
    clearInterval(sampling);
    const jobs = await Promise.all(ids.map((userId, user) => endedOf(local, userId, user)));
    return { jobs: jobs.flat(), createdAt, memory };
  } finally {
    await local.close();
  }
});

/** Without this a heap that may grow does, and says nothing of what is kept. */
setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;

function memoryNow() {
  collect();
  const { rss: resident, heapUsed: live } = process.memoryUsage();
  return { resident, live };
}

async function registerAll({ runtime }: Local, count: number): Promise<string[]> {
  const ids: string[] = [];
  for (let n = 0; n < count; n++) {
    const person = { username: `bench-${n}`, email: `bench-${n}@example.com`, password: "correct horse" };
    ids.push((await register(runtime, person)).user.id);
  }
  return ids;
}

async function create({ runtime }: Local, userId: string): Promise<void> {
  const request = { prompt: "A lake", provider: "wire", operation: "generate", dryRun: false } as const;
  await submitGeneration(runtime, { userId, type: "image", request, idempotencyKey: null });
}

/** By what the account still holds: reading all jobs again and again would be what is measured. */
async function areOver({ runtime: { table } }: Local, ids: string[]): Promise<boolean> {
  const accounts = await Promise.all(ids.map((id) => table.get({ partition: `user#${id}`, sort: "account" })));
  return accounts.every((account) => (account?.data.holds as unknown[] | undefined)?.length === 0);
}

async function endedOf({ runtime: { table } }: Local, userId: string, user: number): Promise<VendorJobsDone["jobs"]> {
  const page = await table.query({ partition: `user#${userId}`, prefix: "job#", order: "ascending", limit: 1000 });
  return page.items.map((item) => {
    const { job } = jobOf(item);
    const [taskId = ""] = job.taskIds;
    return { user, outcome: job.outcome, taskId, startedAt: job.startedAt ?? 0, completedAt: job.completedAt ?? 0 };
  });
}
