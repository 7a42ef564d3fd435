// What `npm start` keeps for its next start: it is used, never in place of newer sources, and nothing depends on it.
import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, onTestFinished, test } from "vitest";

const run = promisify(execFile);
const original = fileURLToPath(new URL("../../scripts/start/compile-cache.mjs", import.meta.url));

/** A tree of one source, with types, that says whether Node has a cache on. */
async function tree() {
  const root = await mkdtemp(join(tmpdir(), "compile-cache-"));
  onTestFinished(() => rm(root, { recursive: true }));
  await mkdir(join(root, "scripts/start"), { recursive: true });
  await mkdir(join(root, "node_modules"));
  await writeFile(join(root, "package.json"), '{"type":"module"}');
  await cp(original, join(root, "scripts/start/compile-cache.mjs"));
  const write = (word: string) => {
    const lines = ['import { getCompileCacheDir } from "node:module";', `const word: string = "${word}";`];
    const last = "console.log(word, getCompileCacheDir() === undefined ? 'without' : 'with');";
    return writeFile(join(root, "scripts/start.ts"), [...lines, last].join("\n"));
  };
  const start = () =>
    run(process.execPath, ["--import", "./scripts/start/compile-cache.mjs", "scripts/start.ts"], {
      cwd: root,
      env: { PATH: process.env.PATH },
    });
  return { root, write, start, cache: join(root, "node_modules/.cache/dream-factory") };
}

test("it is there after the first start, and holds for sources that changed what they are now", async () => {
  const { write, start, cache } = await tree();
  await write("old");
  expect(await start()).toEqual({ stdout: "old with\n", stderr: "" });
  const kept = await readdir(cache, { recursive: true });
  expect(kept.length).toBeGreaterThan(1);
  expect((await start()).stdout).toBe("old with\n");
  await write("new");
  expect((await start()).stdout).toBe("new with\n");
});

test("where it cannot be written a start goes on without it, and says nothing", async () => {
  const { root, write, start } = await tree();
  await writeFile(join(root, "node_modules/.cache"), "a file in the way");
  await write("word");
  expect(await start()).toEqual({ stdout: "word without\n", stderr: "" });
});

test("npm start loads it before anything that has types", async () => {
  const { scripts } = JSON.parse(await readFile(new URL("../../package.json", import.meta.url), "utf8"));
  expect(scripts.start).toMatch(/ --import=\.\/scripts\/start\/compile-cache\.mjs scripts\/start\.ts$/);
});
