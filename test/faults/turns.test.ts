// One user must not stop the others: what is drawn takes turns between users, by run-job and by a tick; and a film that is drawn can be cancelled.
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createJob } from "../../shared/jobs/asking/create.ts";
import { planGeneration } from "../../shared/jobs/asking/submit-generation.ts";
import { type JobKey, keyOf, readJob } from "../../shared/jobs/job.ts";
import { tickJobs } from "../../shared/jobs/timers/tick-jobs.ts";
import { checkLedger } from "../api/check-ledger.ts";
import { type Product, startProduct } from "../api/local.ts";
import { create, follow, listAll, type User, until } from "../api/user.ts";
import { ahead } from "../jobs/hand-clock.ts";
import { scriptedFfmpeg } from "../providers/videos.ts";

const large = { prompt: "a flood", size: "2048x2048", n: 4, dryRun: true };
const small = { prompt: "a lake", size: "64x64", dryRun: true };
/** Nobody has credits here: whatever is drawn is free. */
const environment = { WELCOME_CREDITS: "0", MAX_ACTIVE_FREE_JOBS: "20" };

let folder: string;
let product: Product;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "turns-"));
  // It begins each film, and never ends.
  const ffmpeg = await scriptedFfmpeg(folder, 'pwd > "$0.folder"; echo $$ > "$0.pid"; exec sleep 1000');
  product = await startProduct({ environment: { ...environment, FFMPEG_PATH: ffmpeg } });
});
afterEach(async () => {
  await product.close();
  await rm(folder, { recursive: true });
});

async function completed(user: User): Promise<number> {
  return (await listAll(user, "/jobs")).items.filter((job) => job.status === "completed").length;
}

test("20 free dry runs of the largest size keep nobody else's picture waiting for more than one of them", async () => {
  const [first, other] = [await product.register(), await product.register()];
  for (let i = 0; i < 20; i++) await create(first, large);
  const before = await completed(first);
  const { id } = await create(other, small);
  expect(await follow(other, id)).toMatchObject({ status: "completed" });
  const after = await completed(first);
  expect(after - before).toBeLessThanOrEqual(1);
  expect(after).toBeLessThan(10);
});

test("inputs of 64 megapixels keep nobody else's picture waiting for more than one of them, and are drawn", async () => {
  const [first, other] = [await product.register(), await product.register()];
  const png = await sharp({ create: { width: 8000, height: 8000, channels: 4, background: "#2a6" } })
    .png({ compressionLevel: 9 })
    .toBuffer();
  const inputs = [{ url: `data:image/png;base64,${png.toString("base64")}` }];
  const edits = [];
  for (let i = 0; i < 3; i++) edits.push(await create(first, { ...large, n: 1, operation: "edit", inputs }));
  const { id } = await create(other, small);
  expect(await follow(other, id)).toMatchObject({ status: "completed" });
  expect(await completed(first)).toBeLessThanOrEqual(1);
  expect(await follow(first, edits[0].id)).toMatchObject({ status: "completed" });
});

test("films keep no picture waiting, neither another user's nor one's own", async () => {
  const [first, other] = [await product.register(), await product.register()];
  for (let i = 0; i < 5; i++) await create(first, { prompt: `film ${i}`, dryRun: true }, "/ai/generate-video");
  await pidOfFfmpeg();
  for (const user of [other, first]) {
    const { id } = await create(user, small);
    expect(await follow(user, id)).toMatchObject({ status: "completed" });
  }
  expect(await completed(first)).toBe(1);
});

test("a film that is being drawn can be cancelled: ffmpeg is killed, its folder goes, and the next film begins", async () => {
  const [first, other] = [await product.register(), await product.register()];
  const film = { prompt: "a film", dryRun: true };
  const { id } = await create(first, film, "/ai/generate-video");
  const pid = await pidOfFfmpeg();
  const drawnIn = (await readFile(join(folder, "ffmpeg.folder"), "utf8")).trim();
  const next = await create(other, film, "/ai/generate-video");
  const cancelled = await first.call("POST", `/jobs/${id}/cancel`);
  expect([cancelled.status, cancelled.body.data.status]).toEqual([200, "cancelled"]);
  await until(
    async () => isRunning(pid),
    (running) => !running,
  );
  await until(
    async () => existsSync(drawnIn),
    (isThere) => !isThere,
  );
  await until(pidOfFfmpeg, (newer) => newer !== pid);
  expect((await other.call("POST", `/jobs/${next.id}/cancel`)).body.data.status).toBe("cancelled");
  await checkLedger(first);
});

test("a tick, too, draws for one user while another one's jobs wait", async () => {
  const { runtime } = product;
  const alone = { ...runtime, deliverSoon: () => {} };
  const [first, other] = [await product.register(), await product.register()];
  const make = async (user: User, request: object): Promise<JobKey> => {
    const call = {
      userId: user.userId,
      type: "image",
      request: { operation: "generate", dryRun: true, ...request },
    } as const;
    return keyOf((await createJob(withoutTickets, await planGeneration(runtime, call), null)).job);
  };
  // Tickets that nobody sees: only a timer finds these jobs.
  const withoutTickets = { ...alone, store: { ...runtime.store, put: async () => null } };
  const phaseOf = async (key: JobKey) => (await readJob(runtime.table, key))?.job.phase ?? "none";
  const keys = await Promise.all(Array.from({ length: 20 }, () => make(first, large)));
  const one = await make(other, small);
  // A tick leaves long steps to run-job twice; then it takes them itself.
  const handsOver = tickAhead(60_000);
  await until(
    async () => Promise.all([...keys, one].map(phaseOf)),
    (phases) => phases.every((phase) => phase === "transferring"),
  );
  await handsOver.stop();
  const draws = tickAhead(120_000);
  await until(
    () => phaseOf(one),
    (phase) => ["storing", "ended", "closing", "closed"].includes(phase),
  );
  const drawn = (await Promise.all(keys.map(phaseOf))).filter((phase) => phase !== "transferring");
  expect(drawn.length).toBeLessThanOrEqual(2);
  await draws.stop();

  function tickAhead(ms: number) {
    const caller = new AbortController();
    const store = { ...runtime.store, put: withoutTicketOf(runtime.store) };
    const ticking = tickJobs({ ...runtime, store, clock: ahead(runtime.clock, ms) }, caller.signal);
    return {
      async stop() {
        caller.abort();
        await ticking;
      },
    };
  }
});

function withoutTicketOf(store: Product["runtime"]["store"]): Product["runtime"]["store"]["put"] {
  return async (key, body, options) => (key.startsWith("temp/tickets/") ? null : store.put(key, body, options));
}

/** Once it runs. */
async function pidOfFfmpeg(): Promise<number> {
  const text = await until(
    () => readFile(join(folder, "ffmpeg.pid"), "utf8").catch(() => ""),
    (said) => said.endsWith("\n"),
  );
  return Number(text);
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
