// SIGTERM: what is being answered is answered, the process ends well, and the next one goes on with the work.
import { expect, test } from "vitest";
import { checkLedger } from "../api/check-ledger.ts";
import { stallAtFirst, startGallery } from "../api/gallery.ts";
import { filesOf } from "../api/local.ts";
import { create, follow, type User, until } from "../api/user.ts";
import { openRaw } from "../runtime/raw-connection.ts";
import { remainsOf } from "./after-death.ts";
import { processes, type Running } from "./running.ts";

/** What it printed says why when it is not so. */
async function stopsWell(running: Running, signal: NodeJS.Signals): Promise<void> {
  expect({ ...(await running.stop(signal)), stderr: running.stderr() }).toEqual({ code: 0, signal: null, stderr: "" });
}

test.concurrent("F10: in the middle of a slow import those who wait are answered, and the next start completes the job", async ({
  onTestFinished,
}) => {
  const { emptyFolder, start } = processes(onTestFinished);
  const gallery = await startGallery({ "/slow.png": stallAtFirst });
  onTestFinished(() => gallery.close());
  const dataDir = await emptyFolder();
  const environment = { TRUSTED_HOSTS: `127.0.0.1:${gallery.port}` };
  const first = await start(dataDir, { environment });
  const user = await first.register();
  const json = { imageUrl: `${gallery.url}/slow.png` };
  const waiting = user.call("POST", "/ai/generate-image", { json, headers: { prefer: "wait=25" } });
  await until(
    async () => gallery.count("/slow.png"),
    (count) => count === 1,
  );
  const ended = stopsWell(first, "SIGTERM");
  const answer = await waiting;
  expect([answer.status, answer.body.data.status]).toEqual([202, "processing"]);
  await ended;

  const second = await start(dataDir, { environment: { ...environment, PORT: String(first.port) } });
  const job = await follow(user, answer.body.data.id);
  expect(job).toMatchObject({ status: "completed", attempts: 1 });
  await checkLedger(user);
  await until(
    () => filesOf(dataDir),
    (files) => files.filter((file) => !file.includes("/thumbnail-")).length === 1,
  );
  await stopsWell(second, "SIGTERM");
  expect(await remainsOf(dataDir)).toMatchObject({ outputs: [job.outputs[0].key], temporary: [], integrity: "ok" });
});

test.concurrent.for(["SIGTERM", "SIGINT"] as const)(
  "connections that are only kept alive do not hold up %s",
  async (signal, { onTestFinished }) => {
    const { emptyFolder, start } = processes(onTestFinished);
    const running = await start(await emptyFolder());
    const idle = await Promise.all(Array.from({ length: 5 }, () => openRaw(running.port)));
    for (const [i, raw] of idle.entries()) {
      if (i === 0) continue;
      raw.write("GET /api/v1/health HTTP/1.1\r\nHost: x\r\n\r\n");
      await raw.until('"status":"ok"');
    }
    await stopsWell(running, signal);
    for (const raw of idle) await raw.end();
  },
);

test.concurrent("F10: under load every answer is whole or none at all, and what was answered is there afterwards", async ({
  onTestFinished,
}) => {
  const { emptyFolder, start } = processes(onTestFinished);
  const dataDir = await emptyFolder();
  const environment = { WELCOME_CREDITS: "1000", MAX_ACTIVE_JOBS: "1000", MAX_ACTIVE_FREE_JOBS: "1000" };
  const first = await start(dataDir, { environment });
  const user = await first.register();
  const answered: string[] = [];
  const callers = Array.from({ length: 20 }, () => createUntilRefused(user, answered));
  await until(
    async () => answered.length,
    (count) => count > 20,
  );
  await stopsWell(first, "SIGTERM");
  await Promise.all(callers);

  await start(dataDir, { environment: { ...environment, PORT: String(first.port) } });
  const ended = await Promise.all(answered.map((id) => follow(user, id)));
  expect(new Set(ended.map((job) => job.status))).toEqual(new Set(["completed"]));
  await until(
    async () => (await user.call("GET", "/credits")).body.data,
    (credits) => credits.held === 0,
  );
  await checkLedger(user);
});

/** Asks again and again until nobody answers any more. An answer that is torn off in its middle fails the test. */
async function createUntilRefused(user: User, answered: string[]): Promise<void> {
  for (;;) {
    try {
      const { id } = await create(user, { prompt: "one more", size: "64x64" });
      answered.push(id);
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
      expect(error.message).toBe("fetch failed");
      return;
    }
  }
}
