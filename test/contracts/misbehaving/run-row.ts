// One row: a job is asked for while the vendor misbehaves, and everything that came of it is looked at.
import { expect } from "vitest";
import type { Job } from "../../../shared/jobs/job.ts";
import { checkLedger } from "../../api/check-ledger.ts";
import { create, creditsOf, type ShownJob, type User } from "../../api/user.ts";
import { eventually } from "../../patience.ts";
import type { CallKind } from "../../servers/vendor/vendor-server.ts";
import type { Ground } from "./ground.ts";
import type { Row } from "./rows.ts";

/** What came of it, for the table. */
export interface Result {
  ends: string;
  credits: number;
  starts: number;
  files: number;
  isUncertain: boolean;
}

/** Vendors' answers have a few KB: of 200 MB so much may have been on its way when nobody read on. */
const MOST_READ_BYTES = 32 * 1024 * 1024;

/** Throws when anything of it is not as it must be. */
export async function runRow(ground: Ground, row: Row): Promise<Result> {
  const { server, product, setup, lostSubmit } = ground;
  const user = await product.register();
  const { balance: before } = await creditsOf(user);
  const count = counter(ground);
  server.quiet();
  for (const [kind, trouble] of row.troubles) server.trouble(kind, trouble);
  const late = Promise.withResolvers<void>();
  if (row.outlastsDeadline) server.trouble("start", { when: "after", what: late.promise });

  const { id: jobId } = await create(user, setup.request.body, setup.request.path);
  const key = { userId: user.userId, jobId };
  if (row.isCancelled) {
    await ground.hurry(key, (job) => job.task !== null);
    expect((await user.call("POST", `/jobs/${jobId}/cancel`)).status).toBeLessThan(300);
  }
  await ground.hurry(key, isOver, { inCalls: row.outlastsDeadline ?? false });
  late.resolve();
  if (row.outlastsDeadline) await arrived(ground, user);
  server.quiet();
  const job = await ground.hurry(key, ({ dueAt }) => dueAt === null);

  const shown: ShownJob = (await user.call("GET", `/jobs/${jobId}`)).body.data;
  const { balance } = await checkLedger(user);
  const ends = shown.status === "failed" ? shown.error.type : shown.status;
  const result: Result = {
    ...{ ends, credits: before - balance, starts: count("start"), files: count("file") },
    isUncertain: job.uncertain.length > 0,
  };
  const { starts } = result;
  expect(row.endings(lostSubmit), "how it ends, and how often it was started").toContainEqual({ ends, starts });
  if (row.files) expect(row.files, "how often the file was fetched").toContain(result.files);
  expect(result.credits, "what it costs").toBe(ends === "completed" ? shown.cost : 0);
  expect(result.isUncertain || ends !== "provider_unknown", "an uncertain start is noted").toBe(true);
  expect(server.endlessBytes(), "what was read of 200 MB").toBeLessThan(MOST_READ_BYTES);
  await checkKept(ground, user, shown);
  checkWords(ground, shown);
  return result;
}

function isOver({ phase }: Job): boolean {
  return phase === "closing" || phase === "closed";
}

function counter({ server }: Ground): (kind: CallKind) => number {
  const kinds = ["start", "file"] as const;
  const before = new Map<CallKind, number>(kinds.map((kind) => [kind, server.count(kind)]));
  return (kind) => server.count(kind) - (before.get(kind) ?? 0);
}

/** What comes after the deadline is there before anybody looks for what is left of the job. */
async function arrived({ server, product, setup }: Ground, user: User): Promise<void> {
  await eventually(() => expect(server.waitingCalls()).toBe(0));
  if (setup.files === "url") return;
  await eventually(async () => expect(await filesOf(product, user)).not.toEqual([]));
}

/** What is kept is all that is left. */
async function checkKept({ product }: Ground, user: User, job: ShownJob): Promise<void> {
  const keys: string[] = job.outputs.map((output: ShownJob) => output.key);
  expect(keys.length, "outputs").toBe(job.status === "completed" ? 1 : 0);
  expect(await filesOf(product, user), "files in the store").toEqual(keys);
  for (const url of job.resultUrls) {
    expect(new URL(url).origin).toBe(new URL(product.url).origin);
    expect((await fetch(url)).status).toBe(200);
  }
}

async function filesOf(product: Ground["product"], { userId }: User): Promise<string[]> {
  // Thumbnails are made of what is kept, and are nobody's output.
  return (await product.files()).filter((path) => path.includes(userId) && !path.includes("/thumbnail-"));
}

/** Users are told what to do, and neither where the vendor is nor with which key. */
function checkWords({ server, secrets }: Ground, job: ShownJob): void {
  const words = JSON.stringify(job);
  for (const hidden of [server.host, ...secrets]) expect(words).not.toContain(hidden);
  if (job.error) expect(job.error.message.length).toBeGreaterThan(20);
}
