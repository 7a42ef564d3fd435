// Rows of the list of faults: what may go wrong with files on their way, and what must come of it.
import { mkdir, writeFile } from "node:fs/promises";
import type { ServerResponse } from "node:http";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { handler as purgeTemp } from "../../functions/timer/purge-temp.ts";
import { type Script, scriptedProvider, succeeded } from "../jobs/scripted-provider.ts";
import { tinyPng } from "../jobs/tiny-png.ts";
import { widePng } from "../jobs/wide-png.ts";
import { checkLedger } from "./check-ledger.ts";
import { type Gallery, startGallery } from "./gallery.ts";
import { type Product, startProduct } from "./local.ts";
import { create, follow, type ShownJob, type User, until } from "./user.ts";

let product: Product;
let gallery: Gallery;
let user: User;
let script: Script;
const provider = scriptedProvider({
  start: (...call) => script.start?.(...call) ?? succeeded,
  check: (...call) => script.check?.(...call) ?? succeeded,
  open: (...call) => script.open?.(...call) ?? bytes(tinyPng),
});

beforeEach(async () => {
  script = {};
  gallery = await startGallery({ "/endless.png": endless });
  product = await startProduct({
    providers: [provider],
    environment: {
      TRUSTED_HOSTS: `127.0.0.1:${gallery.port}`,
      MAX_OUTPUT_BYTES: "200000",
      TEMP_TTL_HOURS: "0",
      TIMER_SECONDS: "1",
    },
  });
  user = await product.register();
});
afterEach(() => Promise.all([product.close(), gallery.close()]));

test("F16: files that lie where only transfers put them are ignored at the start, and nothing is made of them", async () => {
  const { id } = await create(user, { prompt: "mine" });
  const job = await follow(user, id);
  const stranger = "01900000-0000-7000-8000-000000000000";
  const planted = [
    `temp/outputs/${user.userId}/${id}/2-0`,
    `temp/outputs/${user.userId}/${id}/1-0`,
    `temp/outputs/${user.userId}/${stranger}/1-0`,
    `temp/outputs/${stranger}/${stranger}/1-0`,
    `temp/outputs/${user.userId}/${id}/0-0`,
    `temp/outputs/${user.userId}/${id}/1-0.png`,
    "temp/outputs/1-0",
    "temp/outputs/readme.txt",
    `temp/outputs/users/${user.userId}/jobs/${id}/image-1-0.png`,
    `temp/tickets/${user.userId}/${id}/1-9`,
    `temp/tickets/${stranger}/${stranger}/1-1`,
    "temp/tickets/x",
    `users/${user.userId}/jobs/${id}/image-1-0.png`,
  ];
  const isKept = (file: string) => file.startsWith("users/") && !file.includes("/thumbnail-");
  await product.restart({
    environment: { TEMP_TTL_HOURS: "24" },
    between: async () => {
      for (const file of planted) await plant(file, tinyPng);
    },
  });
  const { id: later } = await create(user, { prompt: "behind them all" });
  const other = await follow(user, later);
  expect((await user.call("GET", `/jobs/${id}`)).body.data).toMatchObject({ status: "completed", outputs: [{}] });
  const kept = [...planted.filter(isKept), job.outputs[0].key, other.outputs[0].key].toSorted();
  expect((await product.files()).filter(isKept)).toEqual(kept);
  expect(await outputRecords()).toBe(2);
  await checkLedger(user);
});

test("F37: an endless output is cut at the largest size, the job is refunded, and the connection ends", async () => {
  const { id } = await create(user, { imageUrl: `${gallery.url}/endless.png` });
  const job = await follow(user, id);
  expect(job).toMatchObject({ status: "failed", error: { type: "invalid_output" } });
  expect(job.error.message).toContain("200000 bytes");
  await gallery.idle();
  await checkLedger(user);
  await expectNoFiles(id);
});

test("F54: a purge leaves alone what a job that goes on still needs, and takes the rest", async () => {
  const gate = Promise.withResolvers<void>();
  script.start = () => ({ state: "succeeded", sources: [0, 1].map((index) => ({ kind: "stream", data: { index } })) });
  script.open = (index) => (index === 0 ? bytes(widePng) : afterwards(gate.promise, tinyPng));
  const { id } = await create(user, { prompt: "in the middle", n: 2 });
  const first = `temp/outputs/${user.userId}/${id}/1-0`;
  // What will lie beside it.
  const thumbnail = first.replace("temp/outputs/", "temp/thumbnails/");
  await until(product.files, (files) => files.includes(first) && files.includes(thumbnail));
  await plant("temp/outputs/left-over", tinyPng);
  // As another version, or a cloud's store, has it: on one machine a ticket is an event alone.
  await plant(`temp/tickets/${user.userId}/${id}/1-1`, new Uint8Array());
  await plant(`temp/inputs/${user.userId}/01900000-0000-7000-8000-000000000000/0`, tinyPng);
  await purgeTemp({ signal: new AbortController().signal });
  const kept = (await product.files()).filter((file) => file.startsWith("temp/"));
  expect(kept).toEqual([first, thumbnail, `temp/tickets/${user.userId}/${id}/1-1`]);

  const late = await user.call("POST", `/jobs/${id}/cancel`);
  expect([late.status, late.body.error.type]).toEqual([409, "too_late"]);
  gate.resolve();
  expect(await follow(user, id)).toMatchObject({ status: "completed", outputs: [{ index: 0 }, { index: 1 }] });
  await checkLedger(user);
});

test("nothing below temp/, beside objects/ or in the making is ever served", async () => {
  const gate = Promise.withResolvers<void>();
  script.open = () => afterwards(gate.promise, tinyPng);
  const { id } = await create(user, { prompt: "hidden" });
  await until(product.files, (files) => files.some((file) => file.startsWith("~staging/")));
  const staged = (await product.files()).filter((file) => file.startsWith("~staging/"));
  const paths = [
    ...[`temp/tickets/${user.userId}/${id}/1-1`, ...staged],
    ...["../table.sqlite", "%2e%2e/table.sqlite", "..%2fjwt-secret", "users/..%2f..%2fjwt-secret", "", "users/"],
  ];
  for (const path of paths) {
    const { status, body } = await rawGet(`/media/${path}`);
    expect([path, status, body.error.type]).toEqual([path, 404, "not_found"]);
  }
  gate.resolve();
  await follow(user, id);
});

test("a provider's stream that hangs holds nothing up once its job has reached the deadline, not even stopping", async () => {
  const gate = Promise.withResolvers<void>();
  await product.restart({ environment: { IMAGE_DEADLINE_SECONDS: "1", LEASE_SECONDS: "1" } });
  script.open = () => afterwards(gate.promise, tinyPng);
  const job = await follow(user, (await create(user, { prompt: "stuck" })).id);
  expect(job).toMatchObject({ status: "failed", error: { type: "deadline_exceeded" } });
  await checkLedger(user);
  await until(product.files, (files) => !files.some((file) => file.startsWith("~staging/")));
  const stopped = product.restart().then(() => "stopped");
  const tooLate = new Promise((resolve) => setTimeout(resolve, 8000, "still stopping"));
  const first = await Promise.race([stopped, tooLate]);
  gate.resolve();
  await stopped;
  expect(first).toBe("stopped");
});

test("F53: others go on while a job's handler throws whatever it is given", async () => {
  let isPoisoned = true;
  script.open = () => {
    if (isPoisoned) throw new TypeError("undefined is not a function");
    return bytes(tinyPng);
  };
  const poisoned: ShownJob[] = [];
  for (let i = 0; i < 5; i++) poisoned.push(await create(user, { prompt: `poison ${i}` }));
  await until(
    async () => provider.calls.filter(({ name }) => name === "open").length,
    (count) => count >= 5,
  );
  const other = await product.register();
  const { id } = await create(other, { prompt: "healthy", provider: "sketch", size: "64x64" });
  expect((await follow(other, id)).status).toBe("completed");
  for (const job of poisoned) expect((await user.call("GET", `/jobs/${job.id}`)).body.data.status).toBe("processing");
  isPoisoned = false;
  for (const job of poisoned) expect((await follow(user, job.id)).status).toBe("completed");
  await checkLedger(user);
});

async function* bytes(content: Uint8Array): AsyncGenerator<Uint8Array> {
  yield content;
}

async function* afterwards(gate: Promise<void>, content: Uint8Array): AsyncGenerator<Uint8Array> {
  yield content.subarray(0, 20);
  await gate;
  yield content.subarray(20);
}

/** A PNG whose picture data never ends. */
function endless(response: ServerResponse): void {
  const head = tinyPng.subarray(0, 33);
  const data = Buffer.concat(Array.from({ length: 100 }, () => tinyPng.subarray(33, -12)));
  response.writeHead(200, { "content-type": "image/png" });
  response.write(head);
  const more = () => {
    while (!response.destroyed && response.write(data));
  };
  response.on("drain", more);
  more();
}

async function plant(file: string, content: Uint8Array): Promise<void> {
  const path = join(product.dataDir, "objects", file);
  await mkdir(join(path, ".."), { recursive: true });
  await writeFile(path, content);
}

async function outputRecords(): Promise<number> {
  const { table } = product.runtime;
  const query = { partition: `user#${user.userId}`, prefix: "output#", order: "ascending", limit: 100 } as const;
  return (await table.query(query)).items.length;
}

async function expectNoFiles(jobId: string): Promise<void> {
  const files = async () => (await product.files()).filter((file) => file.includes(jobId) || file.includes("~staging"));
  expect(await until(files, (left) => left.length === 0)).toEqual([]);
}

/** Without the tidying of paths that fetch does. */
async function rawGet(path: string) {
  const { openRaw, lastBody } = await import("../runtime/raw-connection.ts");
  const raw = await openRaw(Number(new URL(product.url).port));
  raw.write(`GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
  const received = await raw.end();
  return { status: Number(received.slice(9, 12)), body: lastBody(received) };
}
