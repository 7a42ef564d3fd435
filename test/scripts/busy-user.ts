// A user with a long history, made by the product's own code on real SQLite and a real folder: every way in which a job can end.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { readConfig } from "../../shared/config/config.ts";
import { type LedgerLine, readAccount } from "../../shared/credits/account.ts";
import { codeItem, redeemCode } from "../../shared/credits/codes.ts";
import { AppError } from "../../shared/errors/app-error.ts";
import { cancelJob } from "../../shared/jobs/asking/cancel.ts";
import { createJob } from "../../shared/jobs/asking/create.ts";
import { retryJob } from "../../shared/jobs/asking/retry.ts";
import { type Job, jobOf } from "../../shared/jobs/job.ts";
import type { UserLedger } from "../../shared/jobs/money/check-ledger.ts";
import { advance } from "../../shared/jobs/moving/advance.ts";
import type { Source, StartOutcome } from "../../shared/ports/provider.ts";
import { openRuntime } from "../../shared/runtime/open-runtime.ts";
import type { Runtime } from "../../shared/runtime/runtime.ts";
import { uploadOf } from "../../shared/uploads/upload.ts";
import { register } from "../../shared/users/register.ts";
import { scriptedProvider } from "../jobs/scripted-provider.ts";
import { tinyPng } from "../jobs/tiny-png.ts";

export interface BusyUser {
  dataDir: string;
  runtime: Runtime;
  userId: string;
  /** What there is to check, read anew. */
  read(): Promise<UserLedger & { jobs: Job[] }>;
  close(): Promise<void>;
}

const failed: StartOutcome = {
  state: "failed",
  failure: { type: "moderation_blocked", message: "Refused.", retryable: false },
};
const running: StartOutcome = { state: "started", task: { id: "a-task" }, checkAfterMs: 3_600_000 };

export async function makeBusyUser(): Promise<BusyUser> {
  const dataDir = await mkdtemp(join(tmpdir(), "dream-factory-ledger-"));
  let answer: StartOutcome = succeeding(1);
  const provider = scriptedProvider({ start: () => answer, open });
  const config = readConfig({ DATA_DIR: dataDir, LOG_LEVEL: "silent", WELCOME_CREDITS: "200" });
  const runtime = await openRuntime(config, { publicUrl: "http://127.0.0.1", providers: [provider] });
  const { user } = await register(runtime, { username: "Busy", email: "busy@example.com", password: "correct horse" });
  const userId = user.id;

  const run = async (job: Job, wanted: StartOutcome) => {
    answer = wanted;
    const key = { userId, jobId: job.id };
    await advance(runtime, key, { by: "run-job", signal: new AbortController().signal });
    return key;
  };
  const create = async (wanted: StartOutcome, n = 1) =>
    run((await createJob(runtime, newJob(userId, n), null)).job, wanted);

  for (let i = 0; i < 12; i++) await create(succeeding(1));
  await create(succeeding(3), 3);
  await create(failed);
  await run(await retryJob(runtime, await create(failed)), succeeding(1));
  await cancelJob(runtime, await create(running));
  await create(running);
  await createJob(runtime, newJob(userId, 0), null);
  const code = { code: "a-code", credits: 50, expiresAt: null, claimedBy: null, isDone: false };
  await runtime.table.put(codeItem(code, Date.now()), "absent");
  await redeemCode(runtime, userId, code.code);

  return {
    dataDir,
    runtime,
    userId,
    read: () => read(runtime, userId),
    async close() {
      await runtime.close();
      await rm(dataDir, { recursive: true });
    },
  };
}

/** `n` of 0 costs nothing. */
function newJob(userId: string, n: number) {
  return {
    userId,
    type: "image",
    provider: "scripted",
    request: { type: "image", operation: "generate", model: "scripted", prompt: "a lake", n: Math.max(n, 1) },
    dryRun: n === 0,
    metadata: null,
    price: n === 0 ? 0 : 5,
    deadlineMs: 900_000,
    input: null,
  } as const;
}

function succeeding(outputs: number): StartOutcome {
  const sources = Array.from({ length: outputs }, (_, index): Source => ({ kind: "stream", data: { index } }));
  return { state: "succeeded", sources };
}

/** The third output of a job is never had: the job completes with two. */
function open(index: number): AsyncIterable<Uint8Array> {
  if (index === 2) throw new AppError("moderation_blocked");
  return Readable.from([tinyPng]);
}

async function read({ table }: Runtime, userId: string) {
  const account = (await readAccount(table, userId))?.account;
  if (!account) throw new Error("there is no account");
  const page = (prefix: string) =>
    table.query({ partition: `user#${userId}`, prefix, order: "ascending", limit: 1000 });
  const olderLines = (await page("ledger#")).items.flatMap((item) => item.data.lines as unknown as LedgerLine[]);
  const jobs = (await page("job#")).items.map((item) => jobOf(item).job);
  const uploads = (await page("upload#")).items.map(uploadOf);
  return { account, olderLines, jobs, uploads };
}
