// An owner that stands still past its lease, and then goes on as if nothing had happened: a laptop that slept, a machine that swapped.
import { setTimeout as pause } from "node:timers/promises";
import { expect, test } from "vitest";
import { checkLedger } from "../api/check-ledger.ts";
import { create, follow, type User, until } from "../api/user.ts";
import { words } from "../crash/vendor.ts";
import { vendorIds } from "../crash/vendor-provider.ts";
import { remainsOf } from "../process/after-death.ts";
import type { Running } from "../process/running.ts";
import { at, startPair } from "./vendor-processes.ts";

const well = { code: 0, signal: null };

test.concurrent.for([
  { lost: "byReference", asked: ["POST", "POST"] },
  { lost: "lookUp", asked: ["POST", "GET reference"] },
] as const)(
  "stopped between its order and the answer, of a provider of kind $lost: another process finishes the job with the one task, and the woken owner changes nothing",
  async ({ lost, asked }, { onTestFinished }) => {
    const { dataDir, vendor, gate, first, second } = await startPair(onTestFinished);
    const user = await first.register();
    const { id } = await create(user, { prompt: "sleeper", provider: vendorIds[lost] });
    await gate.isHeld;
    await freeze(first, second);
    const ended = await follow(at(second, user), id);
    expect(ended).toMatchObject({ status: "completed", attempts: 1, round: 1, cost: 10 });
    expect(gate.asked().slice(0, 2)).toEqual(asked);

    gate.open();
    await wake(first, user);
    expect(await first.stop("SIGTERM")).toEqual(well);
    const after = await follow(at(second, user), id);
    expect(after.outputs.map(withoutUrl)).toEqual(ended.outputs.map(withoutUrl));
    expect([vendor.tasks.length, vendor.tasks.some((task) => task.isCancelled)]).toEqual([1, false]);
    const { lines, balance } = await checkLedger(at(second, user));
    expect([balance, lines.filter((line) => line.jobId === id).map((line) => line.type)]).toEqual([90, ["charge"]]);
    expect(await second.stop("SIGTERM")).toEqual(well);
    expect(await remainsOf(dataDir)).toMatchObject({
      outputs: [after.outputs[0].key],
      records: [`output#${id}#1-0`],
      integrity: "ok",
    });
  },
);

test.concurrent("stopped between its order and the answer, of a provider that cannot be asked: the job fails and is given back once, and the late answer delivers nothing", async ({
  onTestFinished,
}) => {
  const { dataDir, vendor, gate, first, second } = await startPair(onTestFinished);
  const user = await first.register();
  const { id } = await create(user, { prompt: "sleeper", provider: vendorIds.never });
  await gate.isHeld;
  await freeze(first, second);
  const ended = await follow(at(second, user), id);
  expect(ended).toMatchObject({ status: "failed", error: { type: "provider_unknown" } });

  gate.open();
  await wake(first, user);
  expect(await first.stop("SIGTERM")).toEqual(well);
  expect(await follow(at(second, user), id)).toMatchObject({ status: "failed", outputs: [], attempts: 1 });
  expect(vendor.tasks.length).toBe(1);
  const { lines, balance } = await checkLedger(at(second, user));
  expect([balance, lines.filter((line) => line.jobId === id).map((line) => line.type)]).toEqual([
    100,
    ["refund", "charge"],
  ]);
  await second.stop("SIGTERM");
  expect(await remainsOf(dataDir)).toMatchObject({ outputs: [], records: [], integrity: "ok" });
});

test.concurrent("stopped in the middle of a file: another process fetches it whole and keeps it once, and the woken owner adds nothing", async ({
  onTestFinished,
}) => {
  const { dataDir, vendor, gate, first, second } = await startPair(onTestFinished);
  gate.open();
  const user = await first.register();
  const { id } = await create(user, { prompt: `two ${words.slow} lakes`, n: 2, provider: vendorIds.lookUp });
  await follow(user, id, (job) => job.stage === "transferring");
  await freeze(first, second);
  const ended = await follow(at(second, user), id);
  expect(ended).toMatchObject({ status: "completed", attempts: 1, outputs: { length: 2 } });

  await wake(first, user);
  expect(await first.stop("SIGTERM")).toEqual(well);
  expect(vendor.tasks.length).toBe(1);
  const { lines, balance } = await checkLedger(at(second, user));
  expect([balance, lines.filter((line) => line.jobId === id).map((line) => line.type)]).toEqual([80, ["charge"]]);
  await second.stop("SIGTERM");
  expect(await remainsOf(dataDir)).toMatchObject({
    outputs: ended.outputs.map((output: { key: string }) => output.key).toSorted(),
    records: [`output#${id}#1-0`, `output#${id}#1-1`],
    integrity: "ok",
  });
});

/** Stops the process where it does not have the database to itself, as it does for moments only: then nobody else could go on. */
async function freeze(running: Running, other: Running): Promise<void> {
  await until(async () => {
    process.kill(running.pid, "SIGSTOP");
    const canWrite = await other.register().then(
      () => true,
      () => false,
    );
    if (canWrite) return true;
    process.kill(running.pid, "SIGCONT");
    // On a busy machine it needs a while to get past the place where it was stopped.
    await pause(500);
    return false;
  }, Boolean);
}

/** Resolves when the process answers again. */
async function wake(running: Running, user: User): Promise<void> {
  process.kill(running.pid, "SIGCONT");
  expect((await user.call("GET", "/users/me")).status, running.stderr()).toBe(200);
}

/** Each process says where it is reached itself. */
function withoutUrl({ url, ...output }: { url: string }) {
  return output;
}
