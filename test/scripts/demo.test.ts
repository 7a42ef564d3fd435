import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, expect, test } from "vitest";
import { framesOf } from "../providers/videos.ts";

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "dream-factory-demo-test-"));
});
afterAll(() => rm(folder, { recursive: true }));

test("keeps three pictures and a video, charges for them once, shows how, and exits with 0", async () => {
  const dataDir = join(folder, "data");
  const { code, stdout, stderr } = await runDemo({ DATA_DIR: dataDir });
  expect([code, stderr]).toEqual([0, ""]);

  expect(rowOf(stdout, "registered")).toEqual("registered 100 0 0 +100");
  expect(rowOf(stdout, "4 jobs accepted")).toMatch(/^4 jobs accepted 92 [1-8] [0-7] \+100 −1 −1 −1 −5$/);
  expect(rowOf(stdout, "4 jobs done")).toEqual("4 jobs done 92 0 8 +100 −1 −1 −1 −5");
  expect(stdout.match(/▰{6} 100 %/g)).toHaveLength(4);
  expect(stdout).not.toContain("left out");

  const kept = [...stdout.matchAll(/✓.*\n {2}sha256 ([0-9a-f]{64})\n {2}(http:\S+)\n {2}(\S+)/g)];
  expect(kept).toHaveLength(4);
  for (const [, sha256, url = "", path = ""] of kept) {
    expect(path).toBe(join(dataDir, "objects", new URL(url).pathname.slice("/media/".length)));
    expect(sha256Of(await readFile(path))).toBe(sha256);
  }
  const [, seconds, video = ""] = /1280 × 720, (\d+) s video\/mp4(?:.*\n){3} {2}(\S+)/.exec(stdout) ?? [];
  const frames = await framesOf(await readFile(video), { width: 427, height: 240 });
  expect(frames).toHaveLength(24 * Number(seconds));
  expect(new Set(frames.map(sha256Of)).size).toBe(frames.length);
  expect(stdout).toContain(`DATA_DIR=${dataDir} npm start\n  Remove: rm -r ${dataDir}`);
});

test("--keep leaves its URLs answering until it is told to end, and --json says what they are", async () => {
  const demo = spawn(process.execPath, [resolve("scripts/demo.ts"), "--keep", "--json"], {
    env: { ...process.env, DATA_DIR: join(folder, "kept"), FFMPEG_PATH: "/nowhere/ffmpeg" },
  });
  const said = text(demo.stderr);
  let stdout = "";
  for await (const chunk of demo.stdout) {
    stdout += chunk;
    if (stdout.endsWith("\n}\n")) break;
  }
  const { isFine, url, kept } = JSON.parse(stdout);
  expect([isFine, kept.length]).toEqual([true, 3]);
  for (const each of kept) expect(sha256Of(Buffer.from(await (await fetch(each.url)).arrayBuffer()))).toBe(each.sha256);
  expect((await fetch(`${url}/api/v1/health`)).status).toBe(200);
  demo.kill("SIGINT");
  expect((await once(demo, "close"))[0]).toBe(0);
  expect(await said).toContain("It goes on running");
  await expect(fetch(`${url}/api/v1/health`)).rejects.toThrow();
});

test("leaves out the video where the ffmpeg that .env names is none, says so in one line with what to do, and exits with 0", async () => {
  const cwd = await mkdtemp(join(folder, "without-"));
  await writeFile(join(cwd, ".env"), `FFMPEG_PATH=${join(cwd, "none")}`);
  const { FFMPEG_PATH: _, ...inherited } = process.env;
  const { code, stdout, stderr } = await runDemo({ TMPDIR: folder }, cwd, inherited);
  expect([code, stderr]).toEqual([0, ""]);
  expect(rowOf(stdout, "3 jobs done")).toEqual("3 jobs done 97 0 3 +100 −1 −1 −1");
  expect(stdout.match(/✓/g)).toHaveLength(3);
  expect(stdout).toMatch(/\n {2}The video was left out\. .*ffmpeg.*FFMPEG_PATH.*\n/);
});

test("a video that is refused for another reason is not left out, but named", async () => {
  const { code, stderr } = await runDemo({ TMPDIR: folder, WELCOME_CREDITS: "7" });
  expect(code).toBe(1);
  expect(stderr).toContain("POST /ai/generate-video answered 402: This costs 5 credits and the balance is 4.");
});

test("leaves the folder and the server that .env describes alone, and exits with 1 and the API's words when something is refused", async () => {
  const cwd = await mkdtemp(join(folder, "cwd-"));
  const settings = ["DATA_DIR=precious", "PLATFORM=aliyun", "NODE_ENV=production", "WELCOME_CREDITS=2"];
  await writeFile(join(cwd, ".env"), settings.join("\n"));
  const { code, stderr } = await runDemo({ TMPDIR: folder }, cwd);
  expect(code).toBe(1);
  expect(stderr).toContain("POST /ai/generate-image answered 402: This costs 1 credit and the balance is 0.");
  expect(stderr).toContain(`rm -r ${join(folder, "dream-factory-demo-")}`);
  expect(await readdir(cwd)).toEqual([".env"]);
});

test("a folder with files in it is used, but its removal is not suggested", async () => {
  const dataDir = await mkdtemp(join(folder, "mine-"));
  await writeFile(join(dataDir, "mine"), "");
  const { code, stderr } = await runDemo({ DATA_DIR: dataDir, WELCOME_CREDITS: "0" });
  expect([code, stderr]).toEqual([1, expect.stringContaining(`DATA_DIR=${dataDir} npm start`)]);
  expect(stderr).not.toContain("rm -r");
});

test("a DATA_DIR that is a file is left alone and named", async () => {
  const file = join(folder, "a-file");
  await writeFile(file, "mine");
  const { code, stderr } = await runDemo({ DATA_DIR: file });
  expect([code, stderr]).toEqual([1, `\nThe demo failed. ENOTDIR: not a directory, scandir '${file}'\n`]);
  expect(await readFile(file, "utf8")).toBe("mine");
});

test.each([
  [["--dramma"], "Unknown option '--dramma'."],
  [["--drama=yes"], "Option '--drama' does not take an argument."],
  [["a sentence"], '"a sentence" goes behind --drama.'],
  [["--drama", "two", "words"], "There is one sentence: put it into quotation marks."],
])("%j is not understood: its usage, exit code 2, and nothing is made", async (args, says) => {
  const cwd = await mkdtemp(join(folder, "unused-"));
  const { code, stdout, stderr } = await runDemo({ TMPDIR: cwd, DATA_DIR: join(cwd, "data") }, cwd, process.env, args);
  const usage = '  npm run demo [-- --drama ["a sentence"]] [--keep] [--json]';
  expect([code, stdout, stderr]).toEqual([2, "", `${says} Usage:\n${usage}\n`]);
  expect(await readdir(cwd)).toEqual([]);
});

async function runDemo(
  environment: Record<string, string>,
  cwd = process.cwd(),
  inherited = process.env,
  args: readonly string[] = [],
) {
  const { DATA_DIR: _, ...others } = inherited;
  const env = { ...others, ...environment };
  const demo = spawn(process.execPath, [resolve("scripts/demo.ts"), ...args], { cwd, env });
  const [stdout, stderr, [code]] = await Promise.all([text(demo.stdout), text(demo.stderr), once(demo, "close")]);
  return { code, stdout, stderr };
}

function sha256Of(bytes: Buffer): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/** The row of credits with this name, its columns one space apart. */
function rowOf(stdout: string, name: string): string | undefined {
  const row = stdout.split("\n").find((line) => line.trim().startsWith(name));
  return row?.trim().replaceAll(/ +/g, " ");
}
