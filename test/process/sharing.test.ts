// Two processes on one folder: whichever of them is asked, each thing happens once.
import { expect, type TestContext, test } from "vitest";
import { countStatuses, createAtOnce, idsOf } from "../api/at-once.ts";
import { checkLedger } from "../api/check-ledger.ts";
import { callerOf, create, follow, listAll, type User } from "../api/user.ts";
import { remainsOf } from "./after-death.ts";
import { processes } from "./running.ts";

const small = { prompt: "twins", size: "64x64" };

async function startTwo(atEnd: TestContext["onTestFinished"], environment: Record<string, string>) {
  const { emptyFolder, start } = processes(atEnd);
  const dataDir = await emptyFolder();
  const [first, second] = await Promise.all([start(dataDir, { environment }), start(dataDir, { environment })]);
  const user = await first.register();
  const elsewhere: User = { ...user, call: callerOf(() => second.url, user.token) };
  return { dataDir, first, second, user, elsewhere };
}

test.concurrent("F11: 20 jobs made on each of them are completed once each, and both show the same", async ({
  onTestFinished,
}) => {
  const { dataDir, first, second, user, elsewhere } = await startTwo(onTestFinished, { MAX_ACTIVE_JOBS: "50" });
  const made = await Promise.all(
    Array.from({ length: 40 }, (_, i) => create(i % 2 === 0 ? user : elsewhere, { ...small, prompt: `twin ${i}` })),
  );
  for (const [i, { id }] of made.entries()) {
    expect(await follow(i % 3 === 0 ? user : elsewhere, id)).toMatchObject({ status: "completed", attempts: 1 });
  }
  const ids = async (who: User) => (await listAll(who, "/jobs")).items.map((job) => job.id);
  expect(await ids(elsewhere)).toEqual(await ids(user));
  for (const who of [user, elsewhere]) expect((await checkLedger(who)).balance).toBe(60);
  await Promise.all([first.stop("SIGTERM"), second.stop("SIGTERM")]);
  const remains = await remainsOf(dataDir);
  expect(remains).toMatchObject({ integrity: "ok", outputs: { length: 40 }, records: { length: 40 } });
});

test.concurrent("F11: with credits for ten, 25 creates at each of them make 10 jobs, and 40 are 402", async ({
  onTestFinished,
}) => {
  const { first, second, user } = await startTwo(onTestFinished, { WELCOME_CREDITS: "10", MAX_ACTIVE_JOBS: "50" });
  const both = await Promise.all(
    [first, second].map(({ url }) => createAtOnce(url, user, 25, () => ({ json: small }))),
  );
  const answers = both.flatMap((each) => each.answers);
  expect(countStatuses(answers)).toEqual({ 202: 10, 402: 40 });
  for (const id of idsOf(answers)) await follow(user, id);
  expect((await checkLedger(user)).balance).toBe(0);
});

test.concurrent("F11: with one key, 25 creates at each of them make one job and one charge", async ({
  onTestFinished,
}) => {
  const { first, second, user } = await startTwo(onTestFinished, { WELCOME_CREDITS: "1" });
  const post = () => ({ json: small, headers: { "idempotency-key": "the only one" } });
  const both = await Promise.all([first, second].map(({ url }) => createAtOnce(url, user, 25, post)));
  const answers = both.flatMap((each) => each.answers);
  const { 202: started, 200: repeated = 0, 409: later = 0, ...others } = countStatuses(answers);
  expect([started, repeated + later, others]).toEqual([1, 49, {}]);
  const [id = "", ...more] = idsOf(answers);
  expect(more).toEqual([]);
  await follow(user, id);
  expect((await checkLedger(user)).balance).toBe(0);
});
