// Two processes on one folder that both work: whoever takes a job, each thing happens once.
import { expect, test } from "vitest";
import { checkLedger } from "../api/check-ledger.ts";
import { create, follow, type ShownJob, type User } from "../api/user.ts";
import { words } from "../crash/vendor.ts";
import { vendorIds } from "../crash/vendor-provider.ts";
import { remainsOf } from "../process/after-death.ts";
import type { Running } from "../process/running.ts";
import { at, startPair } from "./vendor-processes.ts";

const provider = vendorIds.byReference;
const wishes = [
  { json: { prompt: "a lake", provider }, ends: "completed" },
  { json: { prompt: "two lakes", n: 2, provider }, ends: "completed" },
  { json: { prompt: `two, which ${words.lacksOnce}`, n: 2, provider }, ends: "completed" },
  { json: { prompt: words.refusedOnce, provider }, ends: "failed" },
  { json: { prompt: `${words.waits}, and is cancelled`, provider }, ends: "cancelled" },
] as const;
const ROUNDS = 4;

test("F11: of 40 jobs, completed, failed and cancelled, each process decides more than it cancels, and every one is decided, paid or refunded, and kept once", async ({
  onTestFinished,
}) => {
  const { dataDir, vendor, gate, first, second } = await startPair(onTestFinished, { WELCOME_CREDITS: "1000" });
  gate.open();
  const user = await first.register();
  const elsewhere = at(second, user);
  const wanted = Array.from({ length: ROUNDS }, () => wishes).flat();
  const ended = await Promise.all(
    [user, elsewhere].flatMap((by, i) => wanted.map((wish) => toItsEnd(by, [elsewhere, user][i] ?? by, wish))),
  );
  const { lines } = await checkLedger(user);
  for (const { id, status } of ended) {
    const own = lines.filter((line) => line.jobId === id).map((line) => line.type);
    expect([id, own]).toEqual([id, status === "completed" ? ["charge"] : ["refund", "charge"]]);
  }
  expect(new Set(vendor.tasks.map((task) => task.reference)).size).toBe(vendor.tasks.length);

  await Promise.all([first.stop("SIGTERM"), second.stop("SIGTERM")]);
  const decided = [first, second].map(decisionsOf);
  expect(decided.flat().toSorted()).toEqual(ended.map(({ id, status }) => `${id} ${status}`).toSorted());
  for (const own of decided) expect(own.length).toBeGreaterThan(ROUNDS);
  const { outputs, records, integrity } = await remainsOf(dataDir);
  expect(outputs).toEqual(ended.flatMap((job) => job.outputs.map((output: { key: string }) => output.key)).toSorted());
  expect([records.length, integrity]).toEqual([outputs.length, "ok"]);
});

/** Asked for by one process, followed and perhaps cancelled by the other one. */
async function toItsEnd(by: User, other: User, { json, ends }: (typeof wishes)[number]): Promise<ShownJob> {
  const { id } = await create(by, json);
  if (ends === "cancelled") expect((await other.call("POST", `/jobs/${id}/cancel`)).status).toBe(200);
  const job = await follow(other, id);
  expect([json.prompt, job.status]).toEqual([json.prompt, ends]);
  return job;
}

function decisionsOf(running: Running): string[] {
  return [...running.stdout().matchAll(/^decided (.*)$/gm)].map(([, what = ""]) => what);
}
