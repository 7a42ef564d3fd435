// Threads that draw: the same pictures, and what becomes of them when a thread dies, does not start, or is told to stop.
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createDrawers, type Drawers, type DrawersOptions } from "../../shared/providers/sketch/drawers.ts";
import { drawImage } from "../../shared/providers/sketch/image.ts";
import type { Plan } from "../../shared/providers/sketch/page.ts";
import { eventually } from "../patience.ts";

const plan: Plan = {
  ...{ prompt: "a lake at dawn, 山水", seed: 7, index: 0, count: 1, fontFile: undefined },
  ...{ operation: "generate", picture: null, width: 96, height: 64 },
};
const { signal } = new AbortController();

let folder = "";
let drawers: Drawers | null = null;

function start(options: DrawersOptions): Drawers {
  drawers = createDrawers(options);
  return drawers;
}

/** A thread that says what it was asked, in its own way. */
async function script(text: string): Promise<URL> {
  const path = join(folder, "thread.mjs");
  await writeFile(
    path,
    `import { parentPort } from "node:worker_threads";\nimport { appendFileSync } from "node:fs";\n${text}`,
  );
  return pathToFileURL(path);
}

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "drawers-"));
});

afterEach(async () => {
  await drawers?.close();
  drawers = null;
  await rm(folder, { recursive: true });
});

describe("What draws on threads of its own", () => {
  it("makes the very bytes that are made without", async () => {
    const own = start({ most: 2 });
    const plans = [plan, { ...plan, seed: 8 }, { ...plan, prompt: "" }, { ...plan, width: 300, height: 300 }];
    const drawn = await Promise.all(plans.map((each) => own.draw(each, signal)));
    const here = await Promise.all(plans.map((each) => drawImage(each, signal)));
    for (const [i, png] of drawn.entries()) expect(Buffer.from(png).equals(Buffer.from(here[i] ?? []))).toBe(true);
  });

  it("says why a picture could not be drawn, and draws the next one", async () => {
    const own = start({ most: 1 });
    await expect(own.draw({ ...plan, fontFile: join(folder, "none.ttf") }, signal)).rejects.toThrow("none.ttf");
    expect((await own.draw(plan, signal)).byteLength).toBeGreaterThan(100);
  });

  it("draws once more what a thread has died of, and lets it fail with the second one", async () => {
    const note = JSON.stringify(join(folder, "asked"));
    const own = start({
      most: 1,
      script: await script(`parentPort.on("message", () => { appendFileSync(${note}, "x"); process.exit(3); });`),
    });
    await expect(own.draw(plan, signal)).rejects.toThrow("What draws has died.");
    expect(await readFile(join(folder, "asked"), "utf8")).toBe("xx");
  });

  it("finishes with another thread what the first one threw away", async () => {
    const flag = JSON.stringify(join(folder, "died"));
    const own = start({
      most: 1,
      script: await script(`import { existsSync } from "node:fs";
parentPort.on("message", () => {
  if (existsSync(${flag})) return parentPort.postMessage({ png: new Uint8Array([1, 2, 3]) });
  appendFileSync(${flag}, "");
  setImmediate(() => { throw new Error("out of order"); });
});`),
    });
    expect([...(await own.draw(plan, signal))]).toEqual([1, 2, 3]);
  });

  it("lets a picture fail where no thread can be started, and takes nothing else with it", async () => {
    const own = start({ most: 1, script: pathToFileURL(join(folder, "there-is-none.mjs")) });
    await expect(own.draw(plan, signal)).rejects.toThrow("What draws has died.");
  });

  it("gives up what waits for a thread as soon as nobody wants it", async () => {
    const own = start({ most: 1, script: await script(`parentPort.on("message", () => {});`), stopMs: 50 });
    const first = new AbortController();
    const running = own.draw(plan, first.signal);
    const second = new AbortController();
    const waiting = own.draw(plan, second.signal);
    second.abort(new Error("not wanted"));
    await expect(waiting).rejects.toThrow("not wanted");
    first.abort(new Error("nor this"));
    await expect(running).rejects.toThrow("nor this");
  });

  it("tells a thread to stop, and ends one that does not; the next picture has another", async () => {
    const note = JSON.stringify(join(folder, "asked"));
    const own = start({
      ...{ most: 1, stopMs: 2000 },
      script: await script(`parentPort.on("message", (asked) => {
  appendFileSync(${note}, "stop" in asked ? "s" : "d");
  if (!("stop" in asked) && asked.plan.prompt !== "stuck") parentPort.postMessage({ png: new Uint8Array([9]) });
});`),
    });
    const leave = new AbortController();
    const stuck = own.draw({ ...plan, prompt: "stuck" }, leave.signal);
    const next = own.draw(plan, signal);
    await eventually(async () => expect(await readFile(join(folder, "asked"), "utf8")).toBe("d"));
    leave.abort(new Error("enough"));
    await expect(stuck).rejects.toThrow("enough");
    expect([...(await next)]).toEqual([9]);
    expect(await readFile(join(folder, "asked"), "utf8")).toBe("dsd");
  });

  it("survives the end of threads in the midst of drawing, again and again", async () => {
    for (let round = 0; round < 8; round++) {
      const own = createDrawers({ most: 2 });
      const drawing = [0, 1, 2].map((seed) => own.draw({ ...plan, seed, width: 1024, height: 1024 }, signal));
      const ended = Promise.allSettled(drawing);
      await new Promise((resolve) => setTimeout(resolve, 60 * round));
      await own.close();
      for (const each of await ended) {
        if (each.status === "rejected") expect(String(each.reason)).toMatch(/has died|Nothing is drawn/);
      }
    }
  });

  it("has as many threads as it may, and none when it has rested", async () => {
    const note = join(folder, "started");
    const own = start({
      ...{ most: 2, restMs: 30 },
      script: await script(`appendFileSync(${JSON.stringify(note)}, "x");
parentPort.on("message", () => setTimeout(() => parentPort.postMessage({ png: new Uint8Array([1]) }), 20));`),
    });
    await Promise.all(Array.from({ length: 6 }, () => own.draw(plan, signal)));
    expect(await readFile(note, "utf8")).toBe("xx");
    await new Promise((resolve) => setTimeout(resolve, 400));
    await own.draw(plan, signal);
    expect(await readFile(note, "utf8")).toBe("xxx");
  });
});
