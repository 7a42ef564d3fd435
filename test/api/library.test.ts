// Music of the operator's own, put into the folder by hand, in the whole product: listed, taken, labelled, missing, and heard below a film.
import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { moods } from "../../shared/ports/wishes.ts";
import { expectFilm, makersOf } from "../platforms/film.ts";
import { anyProgram } from "../providers/videos.ts";
import { runScript } from "../scripts/run-script.ts";
import { silentMp3 } from "../servers/vendor/sample-files.ts";
import { checkLedger } from "./check-ledger.ts";
import { type Product, startProduct } from "./local.ts";
import { filmProject, shortProject } from "./short-film.ts";
import { create, creditsOf, follow, listAll, type ShownJob, type User, until } from "./user.ts";

const run = promisify(execFile);
let folder: string;
let product: Product;
let user: User;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "dream-factory-tones-"));
  product = await startProduct({ environment: { MUSIC_LIBRARY: "1", TIMER_SECONDS: "1" } });
  user = await product.register();
});
afterAll(async () => {
  await product.close();
  await rm(folder, { recursive: true });
});

const shelf = (mood: string) => join(product.dataDir, "objects", "library", "music", mood);

async function made(json: object): Promise<ShownJob> {
  return follow(user, (await create(user, { prompt: "a ferry in the fog", ...json }, "/ai/generate-music")).id);
}

async function health(): Promise<ShownJob> {
  const { items } = (await user.call("GET", "/ai/health")).body.data;
  return items.find(({ provider }: { provider: string }) => provider === "library");
}

test("with nothing in the folder it is listed, and down", async () => {
  const { items } = (await user.call("GET", "/ai/models")).body.data;
  expect(items.filter(({ provider }: { provider: string }) => provider === "library")).toEqual([
    {
      ...{ id: "library", provider: "library", type: "audio", operations: ["generate"], sounds: ["music"] },
      ...{ inputs: { min: 0, max: 0 }, maxOutputs: 4 },
      ...{ price: 0, pricing: { unit: "output", amount: 0 }, available: true },
    },
  ]);
  expect(await health()).toMatchObject({ status: "down", message: expect.stringContaining("library/music/calm/") });
});

test("a piece of the mood is kept, labelled, as long as it is, for nothing; the seed says which", async () => {
  await mkdir(shelf("calm"), { recursive: true });
  await writeFile(join(shelf("calm"), "long.mp3"), silentMp3(200));
  await writeFile(join(shelf("calm"), "short.mp3"), silentMp3(100));
  const before = await creditsOf(user);
  const jobs = [await made({ seed: 0 }), await made({ seed: 1, durationSec: 300 }), await made({ seed: 2 })];
  for (const job of jobs) expect(job).toMatchObject({ status: "completed", provider: "library", cost: 0, error: null });
  expect(jobs.map(({ outputs: [output] }) => output.durationMs)).toEqual([4800, 2400, 4800]);
  const [output] = jobs[0].outputs;
  const file = await fetch(output.url);
  expect(file.headers.get("content-type")).toBe("audio/mpeg");
  const bytes = Buffer.from(await file.arrayBuffer());
  expect(bytes.indexOf(silentMp3(200))).toBeGreaterThan(0);
  expect(bytes.toString("latin1")).toContain(`"ProduceID":"${jobs[0].id}-1-0"`);
  expect(await creditsOf(user)).toMatchObject({ balance: before.balance, held: 0 });
});

test("who has music for no mood but one is told so at once, and is not tried again", async () => {
  const { body } = await user.call("POST", "/ai/quote", {
    json: { type: "audio", sound: "music", prompt: "x", provider: "library", mood: "tense" },
  });
  expect(body.data).toMatchObject({ price: 0, provider: "library" });
  const job = await made({ mood: "tense" });
  expect(job).toMatchObject({ status: "failed", error: { type: "provider_error", retryable: false } });
  expect(job.error.message).toContain("library/music/tense/");
  expect(job.attempts ?? 1).toBe(1);
  await checkLedger(user);
});

test("a file that is no sound is refused as any other output", async () => {
  await mkdir(shelf("joy"), { recursive: true });
  await writeFile(join(shelf("joy"), "page.mp3"), "<!doctype html><title>This is no music</title>");
  expect(await made({ mood: "joy" })).toMatchObject({ status: "failed", error: { type: "invalid_output" } });
  await rm(shelf("joy"), { recursive: true });
});

test("a dry run is played by sketch", async () => {
  expect(await made({ mood: "tense", dryRun: true, durationSec: 2 })).toMatchObject({
    ...{ status: "completed", provider: "sketch", cost: 0 },
  });
});

test("nobody gets at the pieces themselves by their keys", async () => {
  const paths = ["/media/library/music/calm/long.mp3", "/library/music/calm/long.mp3"];
  for (const path of paths) expect((await fetch(`${product.url}${path}`)).status).toBe(404);
});

test("a film without any of its mood has none; with a piece in the folder it is remade, and has it from end to end", async () => {
  await rm(shelf("calm"), { recursive: true });
  const projectId = await shortProject(user, { title: "The late ferry", prompt: "A ferry that is late", music: true });
  const production = await filmProject(user, projectId);
  expect(production).toMatchObject({ status: "completed" });
  const path = `/productions/${production.id}`;
  const nodes = async () => new Map((await listAll(user, `${path}/nodes`)).items.map((node) => [node.id, node]));
  expect((await nodes()).get("music-e1")).toMatchObject({ state: "failed" });

  const tone = join(folder, "tone.wav");
  await run(anyProgram(), ["-v", "error", "-f", "lavfi", "-i", "sine=f=440:r=24000:d=1", tone], { timeout: 60_000 });
  for (const mood of moods) {
    await mkdir(shelf(mood), { recursive: true });
    await cp(tone, join(shelf(mood), "tone.wav"));
  }
  const remade = await user.call("POST", `${path}/nodes/music-e1/remake`, { json: {} });
  expect([remade.status, remade.body.message]).toEqual([202, "success"]);
  const { status } = await until(
    async () => (await user.call("GET", path)).body.data,
    (found) => found.round === 2 && ["completed", "failed", "cancelled"].includes(found.status),
  );
  expect(status).toBe("completed");
  const after = await nodes();
  expect(await makersOf(user, after)).toMatchObject({ music: ["library"], line: ["sketch"] });
  expect(after.get("music-e1")?.output).toMatchObject({ durationMs: 1000 });
  const { output } = after.get("episode-e1-16x9") ?? {};
  await expectFilm(output, { durationMs: 3000 });
  const args = ["-hide_banner", "-nostats", "-i", output.url, "-af", "silencedetect=n=-60dB:d=0.5", "-f", "null", "-"];
  expect((await run(anyProgram(), args, { timeout: 60_000 })).stderr).not.toContain("silence_start");
  const { code, stdout } = await runScript("scripts/check-ledger.ts", [], product.dataDir);
  expect([code, stdout]).toEqual([0, expect.stringContaining("everything adds up")]);
});
