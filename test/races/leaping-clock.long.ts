// The product as `npm start` runs it, with a wall clock that really leaps: by libfaketime, while files arrive and videos are drawn.
import type { ServerResponse } from "node:http";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { expect, type TestContext, test } from "vitest";
import { checkLedger } from "../api/check-ledger.ts";
import { create, follow, type ShownJob, type User, until } from "../api/user.ts";
import { pictureOf } from "../crash/pictures.ts";
import { remainsOf } from "../process/after-death.ts";
import { processes } from "../process/running.ts";
import { startOrigin } from "../servers/origin.ts";
import { fakeTime, isInstalled } from "./fake-time.ts";
import { at } from "./vendor-processes.ts";

const HOUR_S = 3600;
const needed = "libfaketime is not installed: apt-get install faketime";

test("a clock that leaps an hour ahead, and back, while files arrive and videos are drawn, fails nothing: each is asked for once, kept and paid for", async (context) => {
  if (!isInstalled) return context.skip(needed);
  const { origin, dataDir, time, product, user } = await startProduct(context.onTestFinished);
  for (const aheadSeconds of [HOUR_S, 0]) {
    const begun = await beginAll(user, origin);
    await time.set(aheadSeconds);
    if (aheadSeconds > 0) await tickRan(dataDir, Date.now() + aheadSeconds * 1000);
    const later = await Promise.all([1, 2, 3].map((n) => create(user, { prompt: `later ${n}`, size: "64x64" })));
    for (const { id } of later) expect(await follow(user, id)).toMatchObject({ status: "completed" });
    origin.letGo();
    for (const id of begun) expect(await follow(user, id)).toMatchObject({ status: "completed", attempts: 1 });
  }
  expect(origin.asked().toSorted()).toEqual(["/0.png", "/1.png", "/2.png", "/3.png"]);
  await checkLedger(user);
  await product.stop("SIGTERM");
  const { outputs, records, integrity } = await remainsOf(dataDir);
  expect([outputs.length, records.length, integrity]).toEqual([14, 14, "ok"]);
});

test("two processes on one folder, one of them an hour ahead: whatever either is asked for, nothing fails, and the books are right", async (context) => {
  if (!isInstalled) return context.skip(needed);
  const { emptyFolder, start } = processes(context.onTestFinished);
  const dataDir = await emptyFolder();
  const time = await fakeTime(join(await emptyFolder(), "ahead"), HOUR_S);
  const environment = { MAX_ACTIVE_JOBS: "50" };
  const right = await start(dataDir, { environment });
  const fast = await start(dataDir, { environment: { ...environment, ...time.environment } });
  const user = await right.register();
  const elsewhere = at(fast, user);
  const made: ShownJob[] = await Promise.all(
    Array.from({ length: 30 }, (_, i) =>
      create(i % 2 === 0 ? user : elsewhere, { prompt: `picture ${i}`, size: "64x64" }),
    ),
  );
  for (const [i, { id }] of made.entries()) {
    expect(await follow(i % 3 === 0 ? user : elsewhere, id)).toMatchObject({ status: "completed" });
  }
  await checkLedger(user);
  await Promise.all([right.stop("SIGTERM"), fast.stop("SIGTERM")]);
  expect(await remainsOf(dataDir)).toMatchObject({ outputs: { length: 30 }, integrity: "ok" });
});

async function startProduct(atEnd: TestContext["onTestFinished"]) {
  const origin = await startSlowOrigin();
  atEnd(() => origin.close());
  const { emptyFolder, start } = processes(atEnd);
  const dataDir = await emptyFolder();
  const time = await fakeTime(join(await emptyFolder(), "time"));
  const environment = {
    ...time.environment,
    TRUSTED_HOSTS: `127.0.0.1:${origin.port}`,
    // Less than the leap, as that of pictures is.
    VIDEO_DEADLINE_SECONDS: "900",
  };
  const product = await start(dataDir, { environment });
  return { origin, dataDir, time, product, user: await product.register() };
}

/** Sends the beginning of each file, and the rest when it is told to. */
async function startSlowOrigin() {
  const held: { response: ServerResponse; rest: Uint8Array }[] = [];
  const origin = await startOrigin((request, response) => {
    const picture = pictureOf(request.url ?? "");
    response.writeHead(200, { "content-type": "image/png", "content-length": picture.length });
    response.write(picture.subarray(0, 20));
    held.push({ response, rest: picture.subarray(20) });
  });
  return {
    ...origin,
    asked: () => origin.requests.map(({ path }) => path),
    letGo() {
      for (const { response, rest } of held.splice(0)) response.end(rest);
    },
  };
}

/** Two files that are on their way, and two videos. Answers the ids of the jobs. */
async function beginAll(user: User, origin: Awaited<ReturnType<typeof startSlowOrigin>>): Promise<string[]> {
  const before = origin.requests.length;
  const files = [before, before + 1].map((n) => create(user, { imageUrl: `${origin.url}/${n}.png` }));
  const videos = ["a river", "the sea"].map((prompt) =>
    create(user, { prompt, durationSec: 2, resolution: "480p" }, "/ai/generate-video"),
  );
  const jobs = await Promise.all([...files, ...videos]);
  await until(
    async () => origin.requests.length,
    (count) => count === before + 2,
  );
  return jobs.map(({ id }) => id);
}

/** Resolves when the timer has found out that it is so late. */
async function tickRan(dataDir: string, time: number): Promise<void> {
  const db = new DatabaseSync(join(dataDir, "table.sqlite"), { readOnly: true });
  const latest = () => {
    const row = db.prepare("SELECT data FROM items WHERE partition = 'tick#clock'").get();
    return Number(JSON.parse(String(row?.data ?? "{}")).latest ?? 0);
  };
  try {
    await until(
      async () => latest(),
      (known) => known > time - 60_000,
    );
  } finally {
    db.close();
  }
}
