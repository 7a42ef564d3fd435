// How assembling ends when it does not end well: given up, without its inputs, without its program, or with the process killed.
import { fork } from "node:child_process";
import { once } from "node:events";
import { mkdir, readdir, readFile, readlink, utimes } from "node:fs/promises";
import path from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { AppError } from "../../../shared/errors/app-error.ts";
import type { Cut, Pan } from "../../../shared/ports/assembly.ts";
import { createAssemblyProvider } from "../../../shared/providers/assembly/provider.ts";
import { anyProgram, script, scriptedFfmpeg } from "../videos.ts";
import { line, type Made, size, Workshop } from "./workshop.ts";

let shop: Workshop;
let still: Made;
beforeAll(async () => {
  shop = await Workshop.open();
  still = await shop.still("still.png", "#402060");
});
afterAll(() => shop[Symbol.asyncDispose]());

const pan: Pan = { make: "pan", picture: 0, size, durationMs: 1000, motion: "in", fit: "cover" };
const cut: Cut = {
  ...{ make: "cut", size, fit: "cover", lines: [], isSubtitled: false },
  shots: [{ picture: 0, durationMs: 500, motion: "still" }],
};

/** What is left of any work. */
async function leftovers(folder = shop.folder): Promise<string[]> {
  return (await readdir(folder)).filter((name) => name.startsWith("dream-factory-"));
}

it("a caller that gives up ends ffmpeg, and nothing is left", async () => {
  const folder = path.join(shop.folder, "given-up");
  await mkdir(folder);
  const program = await scriptedFfmpeg(folder, 'echo $$ > "$0.pid"', `exec ${anyProgram()} "$@"`);
  const own = new Workshop(shop.folder);
  own.program = program;
  const caller = new AbortController();
  const long = { ...pan, size: { width: 1920, height: 1080 }, durationMs: 60_000 };
  const given = { signal: caller.signal, progress: () => caller.abort(new Error("enough")) };
  await expect(own.assemble("never.mp4", long, [still], given)).rejects.toThrow("enough");
  const pid = Number(await readFile(`${program}.pid`, "utf8"));
  expect(() => process.kill(pid, 0)).toThrow(/ESRCH/);
  expect(await leftovers()).toEqual([]);
});

it("what a process leaves that is killed goes when the next one begins", async ({ skip }) => {
  skip(process.platform !== "linux", "what runs is read from /proc");
  const folder = path.join(shop.folder, "killed");
  await mkdir(folder);
  const program = await scriptedFfmpeg(shop.folder, 'echo $$ > "$0.pid"', `exec ${anyProgram()} "$@"`);
  const worker = fork(new URL("./long-work.ts", import.meta.url), [folder, still.path, program], { execArgv: [] });
  await once(worker, "message");
  expect(await leftovers(folder)).toHaveLength(1);
  worker.kill("SIGKILL");
  await once(worker, "exit");
  // It hears of nothing, and would go on with its minute of film; no longer than its limit.
  process.kill(Number(await readFile(`${program}.pid`, "utf8")), "SIGKILL");
  const [left = ""] = await leftovers(folder);
  // Young ones may be somebody's who is still at work.
  const provider = new Workshop(folder);
  await provider.assemble("next.mp4", pan, [still]);
  expect(await leftovers(folder)).toEqual([left]);
  const old = new Date(Date.now() - 2 * 3_600_000);
  await utimes(path.join(folder, left), old, old);
  await provider.assemble("next.mp4", pan, [still]);
  expect(await leftovers(folder)).toEqual([]);
});

it("an input that is gone from the store is said as it is, and nothing is left", async () => {
  const gone = new AppError("fetch_failed", { message: "It is no longer in the store.", retryable: false });
  const inputs = { open: () => Promise.reject(gone), url: async () => "" };
  await expect(shop.assemble("gone.mov", cut, [still], { inputs })).rejects.toBe(gone);
  expect(await leftovers()).toEqual([]);
});

it("an input that is cut short, or no picture, is `invalid_output`", async () => {
  const clip = await shop.clip("clip.mp4", "-f", "lavfi", "-i", "testsrc2=s=160x90:d=1", "-pix_fmt", "yuv420p");
  const bytes = await readFile(clip.path);
  const broken = await shop.put("broken.mp4", bytes.subarray(0, 900));
  const text = await shop.put("text.png", Buffer.from("no picture"));
  for (const input of [broken, text]) {
    const made = shop.assemble("broken.mov", cut, [input]);
    await expect(made).rejects.toMatchObject({ type: "invalid_output" });
  }
  expect(await leftovers()).toEqual([]);
});

it("a playlist that calls itself a clip leads to no other file", async () => {
  const secret = await shop.clip("secret.mp4", "-f", "lavfi", "-i", "testsrc2=s=160x90:d=1", "-pix_fmt", "yuv420p");
  const list = Buffer.from(`ffconcat version 1.0\nfile '${secret.path}'\n`);
  const playlist = Buffer.from(`#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nfile://${secret.path}\n#EXT-X-ENDLIST\n`);
  for (const bytes of [list, playlist]) {
    const lure = await shop.put("lure.mp4", bytes);
    await expect(shop.assemble("lured.mov", cut, [lure])).rejects.toMatchObject({ type: "invalid_output" });
  }
});

it("without an ffmpeg films are refused with what to do, and subtitles are made all the same", async () => {
  const own = new Workshop(shop.folder);
  own.program = path.join(shop.folder, "none");
  const provider = createAssemblyProvider({ ffmpegPath: own.program, temporaryFolder: shop.folder });
  expect(provider.validate(shop.request(pan, [still]))).toEqual([
    { path: "model", message: expect.stringContaining("FFMPEG_PATH") },
  ]);
  const source = { kind: "stream", data: { make: "pan" } } as const;
  const context = { reference: "job-1", signal: new AbortController().signal, inputs: shop.access([still]) };
  await expect(provider.open(source, shop.request(pan, [still]), context)).rejects.toMatchObject({
    ...{ type: "invalid_output", retryable: false },
    message: expect.stringContaining("FFMPEG_PATH"),
  });
  const words = await own.assemble("words.vtt", { make: "subtitles", format: "vtt", lines: [line(0, 1000)], size }, []);
  expect(await readFile(words.path, "utf8")).toBe("WEBVTT\n\n00:00:00.000 --> 00:00:01.000\n城里的灯都亮了。\n");
  const { message } = await provider.health(context.signal);
  expect(message).toMatch(/^Subtitles only\. .*FFMPEG_PATH/);
});

it("an ffmpeg that was built without what is needed is told by the health, and by its name", async () => {
  const folder = path.join(shop.folder, "poor");
  await mkdir(folder);
  const program = await script(
    path.join(folder, "ffmpeg"),
    'case "$*" in *encoder=libx264*) echo "Encoder libx264";; *-version*) echo "ffmpeg version 9.1"; echo "libavutil      60. 1.100 /";; esac',
  );
  const { message } = await createAssemblyProvider({ ffmpegPath: program }).health(new AbortController().signal);
  expect(message).toMatch(/^ffmpeg 9\.1 \(.*\) was built without .*zoompan/);
});

it("an ffmpeg that fails is `invalid_output` with what it said last, for whoever looks into the log", async () => {
  const folder = path.join(shop.folder, "failing");
  await mkdir(folder);
  const own = new Workshop(shop.folder);
  own.program = await scriptedFfmpeg(folder, "echo 'no space left' >&2; exit 3");
  await expect(own.assemble("failed.mp4", pan, [still])).rejects.toMatchObject({
    ...{ type: "invalid_output", message: "The pan could not be put together." },
    cause: { message: "ffmpeg ended with 3: no space left" },
  });
  expect(await leftovers()).toEqual([]);
});

it("a shot that fails ends the cut when those beside it have ended, and none is begun any more", async () => {
  const folder = path.join(shop.folder, "failing-shot");
  await mkdir(folder);
  const own = new Workshop(shop.folder);
  own.program = await scriptedFfmpeg(
    folder,
    `case "$*" in *shot-0.mov*) echo 'no such thing' >&2; exit 3;; *shot-*) echo $$ >> "$0.pids"; sleep 0.5;; esac`,
    `exec ${anyProgram()} "$@"`,
  );
  const shots = [0, 0, 0, 0, 0, 0].map((picture) => ({ picture, durationMs: 500, motion: "in" as const }));
  await expect(own.assemble("failed.mov", { ...cut, shots }, [still])).rejects.toMatchObject({
    cause: { message: "ffmpeg ended with 3: no such thing" },
  });
  const pids = await readFile(`${own.program}.pids`, "utf8").catch(() => "");
  const begun = pids.split("\n").filter(Boolean).map(Number);
  expect(begun.length).toBeLessThanOrEqual(1);
  for (const pid of begun) expect(() => process.kill(pid, 0)).toThrow(/ESRCH/);
  expect(await leftovers()).toEqual([]);
});

it("a list comes as a text, and is held to what a request is held to", async () => {
  const listed = async (list: unknown) => {
    const text = await shop.put("list.json", Buffer.from(typeof list === "string" ? list : JSON.stringify(list)));
    return shop.assemble("listed.mov", { make: "cut", list: 1 }, [still, text]);
  };
  expect((await shop.frames(await listed({ ...cut, lines: [{ ...line(0, 400), sound: null }] }))).length).toBe(12);
  const wrong = [
    "{",
    { ...cut, more: 1 },
    { ...cut, make: "pan" },
    { ...cut, shots: [{ ...cut.shots[0], picture: 1 }] },
    pan,
  ];
  for (const each of wrong) {
    await expect(listed(each)).rejects.toMatchObject({
      ...{ type: "invalid_output", retryable: false },
      message: expect.stringMatching(/^The list of what to make is wrong/),
    });
  }
  expect(await leftovers()).toEqual([]);
});

it("a reader that stops half way leaves no file open", async ({ skip }) => {
  skip(process.platform !== "linux", "open files are read from /proc");
  const provider = createAssemblyProvider({ ffmpegPath: shop.program, temporaryFolder: shop.folder });
  const context = { reference: "job-1", signal: new AbortController().signal, inputs: shop.access([still]) };
  const open = async () => {
    const names = await Promise.all(
      (await readdir("/proc/self/fd")).map((fd) => readlink(`/proc/self/fd/${fd}`).catch(() => "")),
    );
    return names.filter((name) => name.includes("dream-factory-assembly-")).length;
  };
  for await (const _ of await provider.open(
    { kind: "stream", data: { make: "pan" } },
    shop.request(pan, [still]),
    context,
  )) {
    expect(await open()).toBe(1);
    break;
  }
  expect(await open()).toBe(0);
});
