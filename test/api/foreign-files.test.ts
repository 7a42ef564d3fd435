// Files from elsewhere, handed over by a user or delivered by a provider: kept when they are what they should be, else
// refused without a trace, and without a credit.
import { createHash } from "node:crypto";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { CheckOutcome, Provider } from "../../shared/ports/provider.ts";
import { scriptedProvider } from "../jobs/scripted-provider.ts";
import { tinyPng } from "../jobs/tiny-png.ts";
import { unlabelled } from "../labels/marking.ts";
import { checkLedger } from "./check-ledger.ts";
import { expired, type Gallery, gone, once, redirectTo, sendHalf, startGallery, video } from "./gallery.ts";
import { type Product, startProduct } from "./local.ts";
import { create, creditsOf, follow, type ShownJob, type User, until } from "./user.ts";

const ways = ["imported", "delivered"] as const;
const good = ["/lake.png", "/moved.png", "/lying.html", "/squeezed.png", "/cut-once.png"];
/** What another try may mend. */
const passing = ["/empty.png", "/cut.png", "/half.png", "/broken.png", "/garbage.png"];
/** What the same URL will answer again, whenever it is asked. */
const lasting = [
  "/page.png",
  "/drawing.png",
  "/error.png",
  "/clip.mp4",
  "/nowhere.png",
  "/gone.png",
  "/expired.png",
  "/unreadable.png",
  "/page-behind.png",
  "/huge.png",
];
const invalid = [
  "/page.png",
  "/drawing.png",
  "/error.png",
  "/clip.mp4",
  "/empty.png",
  "/cut.png",
  "/page-behind.png",
  "/garbage.png",
  "/huge.png",
];
/** For the first time only. */
const expiring = ["/expired-once.png", "/gone-once.png", "/page-once.png"];
const forbidden = ["/to-inside.png", "/to-metadata.png", "/to-alibaba.png", "/to-file.png", "/to-user.png"];

let gallery: Gallery;
/** Nobody trusts it: it must never be spoken to. */
let inside: Gallery;
let product: Product;
let user: User;
/** By way and path: what became of them. */
const jobs = new Map<string, ShownJob>();
const both = (paths: string[]) => ways.flatMap((way) => paths.map((path) => `${way} ${path}`));

beforeAll(async () => {
  inside = await startGallery();
  gallery = await startGallery({
    "/moved.png": redirectTo("/lake.png"),
    "/cut-once.png": once(sendHalf),
    "/expired-once.png": once(expired),
    "/gone-once.png": once(gone),
    "/page-once.png": once((response) => response.end("<!doctype html><title>This link has expired</title>")),
    "/expired.png": expired,
    "/gone.png": gone,
    "/broken.png": (response) => response.writeHead(502).end(),
    "/squeezed.png": (response) => response.writeHead(200, { "content-encoding": "gzip" }).end(gzipSync(tinyPng)),
    "/unreadable.png": (response) => response.writeHead(200, { "content-encoding": "compress" }).end(tinyPng),
    "/half.png": sendHalf,
    "/to-inside.png": redirectTo(`${inside.url}/lake.png`),
    "/to-metadata.png": redirectTo("http://169.254.169.254/latest/meta-data/"),
    "/to-alibaba.png": redirectTo("http://100.100.100.200/latest/meta-data/"),
    "/to-file.png": redirectTo("file:///etc/passwd"),
    "/to-user.png": redirectTo("http://user:secret@example.com/lake.png"),
  });
  product = await startProduct({
    providers: [courier],
    environment: {
      ...{ TRUSTED_HOSTS: `127.0.0.1:${gallery.port}`, PRICES: '{"import":3,"scripted":5}' },
      ...{ WELCOME_CREDITS: "1000", MAX_ACTIVE_JOBS: "100", MAX_ACTIVE_FREE_JOBS: "100", TIMER_SECONDS: "1" },
    },
  });
  user = await product.register();
  const asked = new Map<string, ShownJob>();
  for (const path of [...good, ...passing, ...lasting, ...expiring, ...forbidden]) {
    asked.set(`imported ${path}`, await create(user, { imageUrl: `${gallery.url}${path}?imported` }));
    asked.set(`delivered ${path}`, await create(user, { prompt: `${path}?delivered` }));
  }
  asked.set("PNG as a video", await create(user, { videoUrl: `${gallery.url}/lake.png` }, "/ai/generate-video"));
  asked.set("localhost", await create(user, { imageUrl: "http://localhost/lake.png" }));
  asked.set("one of two", await create(user, { prompt: "/lake.png?half", n: 2 }));
  await Promise.all([...asked].map(async ([name, { id }]) => jobs.set(name, await follow(user, id))));
});
afterAll(() => Promise.all([product.close(), gallery.close(), inside.close()]));

/** Delivers what lies under the path that it is asked for, whatever number was wanted. */
const courier: Provider = {
  ...scriptedProvider(),
  async start({ prompt: path }, { reference }) {
    return { state: "started", task: { id: reference, data: { path } }, checkAfterMs: 1 };
  },
  async check({ data }): Promise<CheckOutcome> {
    return { state: "succeeded", sources: [{ kind: "url", url: `${gallery.url}${data?.path}` }] };
  },
};

const keyOf = (url: string) => new URL(url).pathname.replace("/media/", "");
const sha256 = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");

describe("a file that is what it should be", () => {
  test.each(both(good))("is kept as what it is, not as what it is called: %s", async (name) => {
    const job = jobs.get(name);
    const isImported = name.startsWith("imported");
    expect(job).toMatchObject({ status: "completed", cost: isImported ? 3 : 5 });
    expect(job.outputs[0]).toMatchObject({ contentType: "image/png", width: 1, height: 1 });
    const kept = await fetch(job.resultUrls[0]);
    expect(kept.headers.get("content-type")).toBe("image/png");
    const bytes = Buffer.from(await kept.arrayBuffer());
    expect(sha256(bytes)).toBe(job.outputs[0].sha256);
    const { bytes: came, produceIds } = await unlabelled(bytes);
    expect(came).toEqual(tinyPng);
    // What a user brings is kept byte for byte; what a provider has made says so.
    expect(produceIds).toEqual(isImported ? [] : [`${job.id}-1-0`]);
    expect(bytes.equals(tinyPng)).toBe(isImported);
  });

  test("F33: is fetched again when it was cut once; from a provider under a fresh URL in the same attempt", () => {
    const path = "/cut-once.png";
    expect([jobs.get(`imported ${path}`).attempts, gallery.count(`${path}?imported`)]).toEqual([2, 2]);
    expect([jobs.get(`delivered ${path}`).attempts, gallery.count(`${path}?delivered`)]).toEqual([1, 2]);
  });

  test.each(expiring)(
    "F34: of a provider whose URL is dead is had under a fresh one in the same attempt: %s",
    (path) => {
      const job = jobs.get(`delivered ${path}`);
      expect([job.status, job.attempts, gallery.count(`${path}?delivered`)]).toEqual(["completed", 1, 2]);
    },
  );

  test("may lie at an address of 4,096 characters", async () => {
    const imageUrl = `${gallery.url}/lake.png?`.padEnd(4096, "k");
    const { id } = await create(user, { imageUrl });
    const job = await follow(user, id);
    jobs.set("long", job);
    expect(job).toMatchObject({ status: "completed", provider: "import" });
    expect(gallery.count(imageUrl.slice(gallery.url.length))).toBe(1);
  });

  test("may come within the request", async () => {
    const imageUrl = `data:image/png;base64,${Buffer.from(tinyPng).toString("base64")}`;
    const { id } = await create(user, { imageUrl, prompt: "mine" });
    const job = await follow(user, id);
    jobs.set("data", job);
    expect(job).toMatchObject({ status: "completed", provider: "import", prompt: "mine" });
    expect(job.outputs[0].sha256).toBe(sha256(tinyPng));
    expect(JSON.stringify(job)).not.toContain("base64");
  });

  test("may be a video", async () => {
    const { id } = await create(user, { videoUrl: `${gallery.url}/clip.mp4` }, "/ai/generate-video");
    const job = await follow(user, id);
    jobs.set("video", job);
    expect(job).toMatchObject({ status: "completed", type: "video", provider: "import" });
    expect(job.outputs[0]).toMatchObject({ type: "video", contentType: "video/mp4", width: 64, height: 48 });
    expect(job.outputs[0]).toMatchObject({ durationMs: 1000, size: video.length, sha256: sha256(video) });
    expect(job.outputs[0].key).toMatch(/\/video-[0-9]{13}-0\.mp4$/);
    const kept = await fetch(job.resultUrls[0], { headers: { range: "bytes=-16" } });
    expect([kept.status, kept.headers.get("content-type")]).toEqual([206, "video/mp4"]);
  });

  test("that is the only one of two that were asked for, three times, completes the job at its own price", () => {
    const job = jobs.get("one of two");
    expect(job).toMatchObject({ status: "completed", cost: 5, attempts: 3, outputs: [{ index: 0 }] });
    expect(job.resultUrls).toHaveLength(1);
  });
});

describe("a file that is not what it should be", () => {
  test.each(both([...passing, ...lasting]))("F33, F34, F42: fails with the error that says why: %s", (name) => {
    const type = invalid.includes(name.replace(/^.* /, "")) ? "invalid_output" : "fetch_failed";
    expect(jobs.get(name)).toMatchObject({ status: "failed", outputs: [], resultUrls: [], error: { type } });
  });

  test.each(passing)("is fetched in each of three tries, and from a provider under a fresh URL in each: %s", (path) => {
    expect(jobs.get(`imported ${path}`)).toMatchObject({ attempts: 3, error: { retryable: true } });
    expect(jobs.get(`delivered ${path}`)).toMatchObject({ attempts: 3, error: { retryable: true } });
    expect([gallery.count(`${path}?imported`), gallery.count(`${path}?delivered`)]).toEqual([3, 6]);
  });

  test.each(lasting)("is asked for once where nobody has another; a provider may have, each time: %s", (path) => {
    expect(jobs.get(`imported ${path}`)).toMatchObject({ attempts: 1, error: { retryable: false } });
    expect(jobs.get(`delivered ${path}`)).toMatchObject({ attempts: 3, error: { retryable: true } });
    expect([gallery.count(`${path}?imported`), gallery.count(`${path}?delivered`)]).toEqual([1, 6]);
  });

  test.each(expiring)("is asked for once, although it would be there at the second time: %s", (path) => {
    expect(jobs.get(`imported ${path}`)).toMatchObject({ status: "failed", attempts: 1, error: { retryable: false } });
    expect(gallery.count(`${path}?imported`)).toBe(1);
  });

  test("is a picture where a video was asked for", () => {
    const error = { type: "invalid_output", retryable: false };
    expect(jobs.get("PNG as a video")).toMatchObject({ status: "failed", attempts: 1, error });
  });

  test.each([...both(forbidden), "localhost"])(
    "F40: is refused at once where it leads to a forbidden place: %s",
    (name) => {
      const error = { type: "fetch_refused", retryable: false };
      expect(jobs.get(name)).toMatchObject({ status: "failed", attempts: 1, error });
      expect(inside.connections()).toBe(0);
    },
  );
});

test("no answer shows an address of a provider, and no error any address at all", async () => {
  const { items } = (await user.call("GET", "/jobs?limit=100")).body.data;
  for (const { params, ...shown } of [...jobs.values(), ...items]) {
    expect(JSON.stringify(shown)).not.toContain(`:${gallery.port}`);
    expect(shown.provider === "import" || JSON.stringify(params)).not.toContain(`:${gallery.port}`);
    if (shown.error === null) continue;
    expect(shown.error.message.length).toBeGreaterThan(10);
    expect(shown.error.message).not.toMatch(/127\.0\.0\.1|169\.254|100\.100|https?:|\/tmp|secret/);
  }
});

test("only what was kept is paid for, and nothing but that lies in the store", async () => {
  const kept = [...jobs.values()].filter((job) => job.status === "completed");
  const spent = kept.reduce((sum, job) => sum + job.cost, 0);
  expect(await creditsOf(user)).toEqual({ balance: 1000 - spent, held: 0, totalEarned: 1000, totalSpent: spent });
  await checkLedger(user);
  const outputs: ShownJob[] = kept.flatMap((job) => job.outputs);
  expect(outputs.length).toBe(kept.length);
  // Of each picture that is not small itself a small one lies beside it; of films where ffmpeg is.
  const unpictured = outputs.filter(({ type, thumbnailUrl }) => type === "image" && thumbnailUrl === null);
  expect(unpictured).toEqual([]);
  const small = outputs.flatMap(({ url, thumbnailUrl }) =>
    thumbnailUrl === null || thumbnailUrl === url ? [] : [keyOf(thumbnailUrl)],
  );
  const keys = [...outputs.map(({ key }) => key), ...small].toSorted();
  expect(await until(product.files, (files) => files.length === keys.length)).toEqual(keys);
});
