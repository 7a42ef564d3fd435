// Files from elsewhere, handed over by a user or delivered by a provider: kept when they are what they should be, else
// refused without a trace, and without a credit.
import { createHash } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { CheckOutcome, Provider } from "../../shared/ports/provider.ts";
import { scriptedProvider } from "../jobs/scripted-provider.ts";
import { tinyPng } from "../jobs/tiny-png.ts";
import { checkLedger } from "./check-ledger.ts";
import { expired, type Gallery, once, redirectTo, sendHalf, startGallery, video } from "./gallery.ts";
import { type Product, startProduct } from "./local.ts";
import { create, creditsOf, follow, type ShownJob, type User, until } from "./user.ts";

const ways = ["imported", "delivered"] as const;
const good = ["/lake.png", "/moved.png", "/lying.html", "/cut-once.png", "/expired-once.png"];
const invalid = ["/page.png", "/drawing.png", "/empty.png", "/cut.png", "/error.png", "/clip.mp4"];
const twoFaced = ["/page-behind.png", "/garbage.png", "/huge.png"];
invalid.push(...twoFaced);
const unreachable = ["/nowhere.png", "/expired.png", "/half.png"];
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
    "/expired.png": expired,
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
      ...{ WELCOME_CREDITS: "1000", MAX_ACTIVE_JOBS: "100", TIMER_SECONDS: "1" },
    },
  });
  user = await product.register();
  const asked = new Map<string, ShownJob>();
  for (const path of [...good, ...invalid, ...unreachable, ...forbidden]) {
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

const sha256 = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");

describe("a file that is what it should be", () => {
  test.each(both(good))("is kept as what it is, not as what it is called: %s", async (name) => {
    const job = jobs.get(name);
    expect(job).toMatchObject({ status: "completed", cost: name.startsWith("imported") ? 3 : 5 });
    expect(job.outputs[0]).toMatchObject({ contentType: "image/png", width: 1, height: 1, sha256: sha256(tinyPng) });
    const kept = await fetch(job.resultUrls[0]);
    expect(kept.headers.get("content-type")).toBe("image/png");
    expect(Buffer.from(await kept.arrayBuffer())).toEqual(tinyPng);
  });

  test.each(["/cut-once.png", "/expired-once.png"])(
    "F33, F34: is fetched again when it failed once; from a provider under a fresh URL in the same attempt: %s",
    (path) => {
      expect([jobs.get(`imported ${path}`).attempts, gallery.count(`${path}?imported`)]).toEqual([2, 2]);
      expect([jobs.get(`delivered ${path}`).attempts, gallery.count(`${path}?delivered`)]).toEqual([1, 2]);
    },
  );

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
  test.each([...both(invalid), "PNG as a video"])("F42: fails as an invalid output after three tries: %s", (name) => {
    const error = { type: "invalid_output" };
    expect(jobs.get(name)).toMatchObject({ status: "failed", attempts: 3, outputs: [], resultUrls: [], error });
  });

  test.each(both(unreachable))("F33, F34: fails as one that cannot be fetched after three tries: %s", (name) => {
    expect(jobs.get(name)).toMatchObject({ status: "failed", attempts: 3, error: { type: "fetch_failed" } });
  });

  test.each([...invalid, ...unreachable])("is fetched once, or twice with fresh URLs, in each try: %s", (path) => {
    expect([gallery.count(`${path}?imported`), gallery.count(`${path}?delivered`)]).toEqual([3, 6]);
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
  const keys = kept.flatMap((job) => job.outputs.map((output: ShownJob) => output.key)).toSorted();
  expect(keys.length).toBe(kept.length);
  expect(await until(product.files, (files) => files.length === keys.length)).toEqual(keys);
});
