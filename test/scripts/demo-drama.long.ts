// npm run demo -- --drama: run as a user runs it, and the film that it leaves is looked at.
import { execFile, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { promisify } from "node:util";
import { expect, onTestFinished, test } from "vitest";
import { anyProgram } from "../providers/videos.ts";
import { runScript } from "./run-script.ts";

const run = promisify(execFile);
const LIMIT_MS = 900_000;

test("a sentence becomes a film of half a minute that plays, with subtitles and a poster, for no more than was named, and exit code 0", async () => {
  const folder = await mkdtemp(join(tmpdir(), "dream-factory-demo-drama-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const dataDir = join(folder, "data");
  const { code, stdout, stderr } = await runAsUser(["--drama", "Two people wait for a late ferry"], dataDir);
  expect([code, stderr]).toEqual([0, ""]);
  expect(stdout).toContain("Two people wait for a late ferry");
  expect(stdout).toContain("All as promised: kept, charged once, nothing left unfinished.");
  expect(stdout).toContain(`DATA_DIR=${dataDir} npm start`);

  const kept = [
    ...stdout.matchAll(/(\S+\/\S+), [\d,]+ bytes ✓.*\n {2}sha256 ([0-9a-f]{64})\n {2}(http:\S+)\n {2}(\S+)/g),
  ];
  for (const [, , sha256, , path = ""] of kept) expect(sha256Of(await readFile(path))).toBe(sha256);
  const types = kept.map(([, type]) => type);
  expect(types).toEqual(["video/mp4", "application/x-subrip", "text/vtt", "image/png", "application/json"]);

  const film = kept.find(([, type]) => type === "video/mp4")?.[4] ?? "";
  const { streams, format } = await probe(film);
  const [video, audio] = ["video", "audio"].map((kind) => streams.find(({ codec_type: type }) => type === kind));
  expect(video).toMatchObject({ codec_name: "h264", pix_fmt: "yuv420p", width: 1280, height: 720 });
  expect(audio?.codec_name).toBe("aac");
  // What was asked for, within the 5 % that a film's plan keeps to.
  expect(Number(format.duration)).toBeGreaterThan(30 * 0.95);
  expect(Number(format.duration)).toBeLessThan(30 * 1.05);
  const { stderr: complaints } = await decode(film);
  expect(complaints).toBe("");

  const ledger = await runScript("scripts/check-ledger.ts", [], dataDir);
  expect([ledger.code, ledger.stdout]).toEqual([0, expect.stringContaining("everything adds up")]);
});

async function runAsUser(args: readonly string[], dataDir: string) {
  const { DATA_DIR: _, LOG_LEVEL: __, PORT: ___, ...others } = process.env;
  const demo = spawn("npm", ["run", "--silent", "demo", "--", ...args], {
    env: { ...others, DATA_DIR: dataDir },
    timeout: LIMIT_MS,
    killSignal: "SIGKILL",
  });
  const [stdout, stderr, [code]] = await Promise.all([text(demo.stdout), text(demo.stderr), once(demo, "close")]);
  return { code, stdout, stderr };
}

interface Probed {
  streams: { codec_type: string; codec_name: string; pix_fmt?: string; width?: number; height?: number }[];
  format: { duration: string };
}

async function probe(path: string): Promise<Probed> {
  const args = ["-v", "error", "-show_streams", "-show_format", "-of", "json", path];
  return JSON.parse((await run("ffprobe", args, { timeout: 60_000 })).stdout);
}

/** Every frame of it. What is broken is said on stderr. */
function decode(path: string) {
  const args = ["-v", "error", "-i", path, "-f", "null", "-"];
  return run(anyProgram(), args, { timeout: 300_000 });
}

function sha256Of(bytes: Buffer): string {
  return createHash("sha256").update(bytes).digest("hex");
}
