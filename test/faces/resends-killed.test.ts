// The server is killed while a client waits: what is sent again finds the job of before, with or without a word about tries.
import Openai from "openai";
import { expect, test } from "vitest";
import { checkLedger } from "../api/check-ledger.ts";
import { hasEnded, listAll, type User, until } from "../api/user.ts";
import { processes, type Running } from "../process/running.ts";

/** Fails once, is tried again after two seconds: long enough to be killed meanwhile. */
const wish = { prompt: "a phoenix", model: "test/sketch-fail-once", size: "64x64" };

async function jobIsThere(user: User): Promise<void> {
  await until(
    async () => (await listAll(user, "/jobs")).total,
    (total) => total === 1,
  );
}

async function expectOneCharge(user: User): Promise<void> {
  await until(
    async () => (await listAll(user, "/jobs")).items,
    (jobs) => jobs.every(hasEnded),
  );
  const { jobs, balance } = await checkLedger(user);
  expect([jobs.length, jobs[0]?.status, balance]).toEqual([1, "completed", 99]);
}

const again = (before: Running) => ({ environment: { PORT: String(before.port) } });

test.concurrent("OpenAI's client waits through it by itself", async ({ onTestFinished }) => {
  const { emptyFolder, start } = processes(onTestFinished);
  const dataDir = await emptyFolder();
  const first = await start(dataDir);
  const user = await first.register();
  const client = new Openai({ baseURL: `${first.url}/api/v1/openai/v1`, apiKey: user.token, maxRetries: 6 });
  const asked = client.images.generate(wish as Openai.ImageGenerateParamsNonStreaming);
  await jobIsThere(user);
  await first.stop("SIGKILL");
  await start(dataDir, again(first));
  expect((await asked).data).toHaveLength(1);
  await expectOneCharge(user);
});

test.concurrent("a program that says nothing, and asks again as soon as it can", async ({ onTestFinished }) => {
  const { emptyFolder, start } = processes(onTestFinished);
  const dataDir = await emptyFolder();
  const first = await start(dataDir);
  const user = await first.register();
  const ask = () =>
    fetch(`${first.url}/api/v1/openai/v1/images/generations`, {
      method: "POST",
      headers: { "content-type": "application/json", authorization: `Bearer ${user.token}` },
      body: JSON.stringify(wish),
    });
  const asked = ask().then(
    () => "answered",
    () => "lost",
  );
  await jobIsThere(user);
  await first.stop("SIGKILL");
  expect(await asked).toBe("lost");
  await start(dataDir, again(first));
  expect((await ask()).status).toBe(200);
  await expectOneCharge(user);
});
