// SIGKILL at any moment, and a new start on the same folder and port: nothing is lost, nothing happens twice.
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { checkLedger } from "../api/check-ledger.ts";
import { redirectTo, stallAtFirst, startGallery } from "../api/gallery.ts";
import { filesOf } from "../api/local.ts";
import { create, creditsOf, follow, listAll, type User, until } from "../api/user.ts";
import type { Answer } from "../http/api.ts";
import { tinyPng } from "../jobs/tiny-png.ts";
import { remainsOf } from "./after-death.ts";
import { processes } from "./running.ts";

const small = { prompt: "a phoenix", size: "64x64" };

test.concurrent("F04: killed in the middle of a transfer, it takes the job up again, keeps it once and charges it once", async ({
  onTestFinished,
}) => {
  const { emptyFolder, start } = processes(onTestFinished);
  const gallery = await startGallery({ "/slow.png": stallAtFirst });
  onTestFinished(() => gallery.close());
  const dataDir = await emptyFolder();
  const environment = { TRUSTED_HOSTS: `127.0.0.1:${gallery.port}`, PRICES: '{"import":3}' };
  const first = await start(dataDir, { environment });
  const user = await first.register();
  const { id } = await create(user, { imageUrl: `${gallery.url}/slow.png` });
  await follow(user, id, (job) => job.stage === "transferring");
  await until(
    async () => gallery.count("/slow.png"),
    (count) => count === 1,
  );
  expect(await first.stop("SIGKILL")).toEqual({ code: null, signal: "SIGKILL" });
  expect(await remainsOf(dataDir)).toMatchObject({ outputs: [], records: [] });

  const second = await start(dataDir, { environment: { ...environment, PORT: String(first.port) } });
  const job = await follow(user, id);
  expect(job).toMatchObject({ status: "completed", cost: 3, round: 1, attempts: 1 });
  expect(job.outputs[0].sha256).toBe(createHash("sha256").update(tinyPng).digest("hex"));
  expect(Buffer.from(await (await fetch(job.resultUrls[0])).arrayBuffer())).toEqual(tinyPng);
  expect(await creditsOf(user)).toEqual({ balance: 97, held: 0, totalEarned: 100, totalSpent: 3 });
  await checkLedger(user);
  await until(
    () => filesOf(dataDir),
    (files) => !files.some((file) => file.startsWith("temp/")),
  );
  await second.stop("SIGTERM");
  expect(await remainsOf(dataDir)).toEqual({
    outputs: [job.outputs[0].key],
    temporary: [],
    records: [`output#${id}#1-0`],
    integrity: "ok",
  });
});

test.concurrent("killed right after a 202, it has the job and finishes it after the next start", async ({
  onTestFinished,
}) => {
  const { emptyFolder, start } = processes(onTestFinished);
  const dataDir = await emptyFolder();
  const first = await start(dataDir);
  const user = await first.register();
  const headers = { "idempotency-key": "just in time" };
  const accepted = await user.call("POST", "/ai/generate-image", { json: small, headers });
  await first.stop("SIGKILL");
  expect(accepted.status).toBe(202);

  await start(dataDir, { environment: { PORT: String(first.port) } });
  const again = await user.call("POST", "/ai/generate-image", { json: small, headers });
  expect([again.status, again.body.data.id]).toEqual([200, accepted.body.data.id]);
  expect(await follow(user, again.body.data.id)).toMatchObject({ status: "completed", round: 1 });
  expect((await checkLedger(user)).balance).toBe(99);
});

test.concurrent.for([0, 8])(
  "F01: killed when %i of 30 creates were answered, it makes each key one job and one charge when all are sent again",
  async (answered, { onTestFinished }) => {
    const { emptyFolder, start } = processes(onTestFinished);
    const dataDir = await emptyFolder();
    const environment = { MAX_ACTIVE_JOBS: "100", MAX_ACTIVE_FREE_JOBS: "100" };
    const first = await start(dataDir, { environment });
    const user = await first.register();
    const before = await createMany(user, () => first.stop("SIGKILL"), answered);

    const second = await start(dataDir, { environment: { ...environment, PORT: String(first.port) } });
    const after = await createMany(user);
    for (const [i, id] of before.entries()) if (id !== null) expect(after[i]).toBe(id);
    expect(new Set(after).size).toBe(30);
    const ended = await Promise.all(after.map((id) => follow(user, id ?? "")));
    expect(ended.map((job) => job.status)).toEqual(Array(30).fill("completed"));
    expect((await listAll(user, "/jobs")).total).toBe(30);
    expect((await checkLedger(user)).balance).toBe(70);
    await second.stop("SIGTERM");
    const remains = await remainsOf(dataDir);
    expect(remains).toMatchObject({ integrity: "ok", outputs: { length: 30 }, records: { length: 30 } });
  },
);

test.concurrent("F08: killed while 30 failed jobs are given back, it gives each back once", async ({
  onTestFinished,
}) => {
  const { emptyFolder, start } = processes(onTestFinished);
  const gallery = await startGallery({ "/inside.png": redirectTo("http://127.0.0.1/") });
  onTestFinished(() => gallery.close());
  const dataDir = await emptyFolder();
  const trusted = { TRUSTED_HOSTS: `127.0.0.1:${gallery.port}` };
  const environment = { ...trusted, PRICES: '{"import":3}', MAX_ACTIVE_JOBS: "100", MAX_ACTIVE_FREE_JOBS: "100" };
  const first = await start(dataDir, { environment });
  const user = await first.register();
  const json = { imageUrl: `${gallery.url}/inside.png` };
  const made = await Promise.all(Array.from({ length: 30 }, () => create(user, json)));
  await until(
    async () => (await creditsOf(user)).balance,
    (balance) => balance > 10,
  );
  await first.stop("SIGKILL");

  await start(dataDir, { environment: { ...environment, PORT: String(first.port) } });
  for (const { id } of made) expect(await follow(user, id)).toMatchObject({ status: "failed", round: 1 });
  expect(await creditsOf(user)).toEqual({ balance: 100, held: 0, totalEarned: 100, totalSpent: 0 });
  const { lines } = await checkLedger(user);
  expect(lines.filter(({ type }) => type === "refund").length).toBe(30);
});

test.concurrent("F09: killed four times under load, it has every job that it ever answered for, once", async ({
  onTestFinished,
}) => {
  const { emptyFolder, start } = processes(onTestFinished);
  const dataDir = await emptyFolder();
  const environment = { WELCOME_CREDITS: "1000", MAX_ACTIVE_JOBS: "1000", MAX_ACTIVE_FREE_JOBS: "1000", PORT: "0" };
  const sent = new Map<string, string | null>();
  let user: User | null = null;
  for (const killAfter of [3, 11, 20, 32]) {
    const running = await start(dataDir, { environment });
    environment.PORT = String(running.port);
    user ??= await running.register();
    await createUntilKilled(user, sent, () => running.stop("SIGKILL"), killAfter);
  }
  const last = await start(dataDir, { environment });
  if (!user) throw new Error("nobody was registered");
  for (const [key, id] of sent) {
    const again = await send(user, key);
    expect([200, 202]).toContain(again?.status);
    if (id !== null) expect(again?.body.data.id).toBe(id);
    sent.set(key, again?.body.data.id);
  }
  expect(new Set(sent.values()).size).toBe(sent.size);
  for (const id of sent.values()) expect(await follow(user, id ?? "")).toMatchObject({ status: "completed", cost: 1 });
  const { jobs, balance } = await checkLedger(user);
  expect([jobs.length, balance]).toEqual([sent.size, 1000 - sent.size]);
  await last.stop("SIGTERM");
  const { outputs, records, integrity } = await remainsOf(dataDir);
  expect([outputs.length, records.length, integrity]).toEqual([sent.size, sent.size, "ok"]);
});

test.concurrent("killed alone while ffmpeg draws a video, it leaves no ffmpeg running, and draws it again", async ({
  skip,
  onTestFinished,
}) => {
  if (process.platform !== "linux") skip("the children of a process are read from /proc");
  const { emptyFolder, start } = processes(onTestFinished);
  const dataDir = await emptyFolder();
  const first = await start(dataDir);
  const user = await first.register();
  const json = { prompt: "a comet", durationSec: 4, resolution: "480p" };
  const { id } = await create(user, json, "/ai/generate-video");
  const children = await until(
    () => childrenOf(first.pid),
    (pids) => pids.length > 0,
  );
  process.kill(first.pid, "SIGKILL");
  await first.ended;

  await start(dataDir, { environment: { PORT: String(first.port) } });
  expect(await follow(user, id)).toMatchObject({ status: "completed", cost: 5, round: 1 });
  await until(
    () => Promise.all(children.map(isRunning)),
    (running) => !running.includes(true),
  );
  await checkLedger(user);
});

async function childrenOf(pid: number): Promise<string[]> {
  const children = await readFile(`/proc/${pid}/task/${pid}/children`, "utf8");
  return children.split(" ").filter((child) => child !== "");
}

/** An orphan that ended stays as a zombie, without a command line, where the machine's first process collects none. */
async function isRunning(pid: string): Promise<boolean> {
  const command = await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "");
  return command !== "";
}

/** Null when no answer came. */
async function send(user: User, key: string): Promise<Answer | null> {
  const headers = { "idempotency-key": key };
  return user.call("POST", "/ai/generate-image", { json: small, headers }).catch(() => null);
}

/** Ten callers create one job after the other, each with a key of its own, until nobody answers any more. */
async function createUntilKilled(
  user: User,
  sent: Map<string, string | null>,
  kill: () => Promise<unknown>,
  killAfter: number,
): Promise<void> {
  let answers = 0;
  const caller = async () => {
    for (;;) {
      const key = `key ${sent.size}`;
      sent.set(key, null);
      const answer = await send(user, key);
      if (answer === null) return;
      expect(answer.status).toBe(202);
      sent.set(key, answer.body.data.id);
      if (++answers === killAfter) void kill();
    }
  };
  await Promise.all(Array.from({ length: 10 }, caller));
  await kill();
}

/** Sends 30 creates at once, each with its key. The ids in that order; null where `kill`, called after so many answers, left none. */
async function createMany(user: User, kill?: () => Promise<unknown>, killAfter = 0): Promise<(string | null)[]> {
  let answers = 0;
  const create = async (i: number): Promise<string | null> => {
    const answer = await send(user, `key ${i}`);
    if (answer === null) return kill ? null : "no answer";
    expect([200, 202]).toContain(answer.status);
    answers += 1;
    if (answers === killAfter) void kill?.();
    return answer.body.data.id;
  };
  const all = Promise.all(Array.from({ length: 30 }, (_, i) => create(i)));
  // By the time that another request is answered, those before it are somewhere on their way.
  if (kill && killAfter === 0) await user.call("GET", "/users/me").then(kill, kill);
  const ids = await all;
  await kill?.();
  return ids;
}
