// A film of two minutes from what lies there already: its cuts and the episode, as the provider makes them; and the same frames by one bare encoding.
import { execFile } from "node:child_process";
import { createReadStream, createWriteStream } from "node:fs";
import { rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { promisify } from "node:util";
import type { Assembly, Motion } from "../../shared/ports/assembly.ts";
import type { InputFile, MediaKind, ProviderRequest } from "../../shared/ports/provider.ts";
import { createAssemblyProvider } from "../../shared/providers/assembly/provider.ts";
import { createFfmpeg } from "../../shared/providers/ffmpeg/find.ts";
import { createSketchProvider } from "../../shared/providers/sketch/provider.ts";
import { answering } from "../answering.ts";
import { ownCpuSeconds, watchChildren } from "../proc.ts";

/** `make`: what films are made of, which is not measured. The others: a film, and what its frames cost at least. */
export type FilmStep = { step: "make" | "bare" | "stills" | "clips"; folder: string; program: string | null };

export interface Filmed {
  ms: number;
  /** Processor time, of all that ran for it. */
  cpuSeconds: number;
  cutsMs: number[];
  /** Of all ffmpegs that ran at once, and of this process. */
  childrenBytes: number;
  ownBytes: number;
  lufs: number;
  /** How much longer the sound is than the picture. */
  soundMs: number;
  frames: number;
}

const size = { width: 1280, height: 720 };
const SCENES = 6;
const SHOTS = 4;
const SHOT_MS = 5000;
const SCENE_MS = SHOTS * SHOT_MS;
const CLIP_SEC = 5;
const words = "城里的灯都亮了，可是她还没有回来，我在桥上等了整整一夜。";
const motions: readonly Motion[] = ["in", "left", "out", "right"];

answering(async (asked: FilmStep): Promise<Filmed | null> => {
  const program = createFfmpeg(asked.program).find();
  if (program === null) throw new Error("There is no ffmpeg.");
  const studio = { folder: asked.folder, program };
  if (asked.step === "make") await makeAll(studio);
  else if (asked.step === "bare") return await encodeBare(studio);
  else return await film(studio, asked.step);
  return null;
});

interface Studio {
  folder: string;
  program: string;
}

/** A still, a clip and a line for each of the shots of a scene; every scene is made of the same ones. */
async function makeAll({ folder, program }: Studio): Promise<void> {
  const image = { type: "image", operation: "generate", model: "sketch", n: 1, size: "1280x720" } as const;
  for (let shot = 0; shot < SHOTS; shot++) {
    await sketched({ ...image, prompt: `a city at night ${shot}` }, join(folder, `still-${shot}.png`));
    const sound = { kind: "music", mood: "joy" } as const;
    const audio = { type: "audio", operation: "generate", model: "sketch", n: 1, prompt: "", sound } as const;
    await sketched({ ...audio, durationSec: 3 }, join(folder, `line-${shot}.wav`));
    // As models make them: another rate, a sound of their own, and a grain, which is what an encoder has most to do with.
    const moving = `scale=2560:-2,zoompan=z='1+0.1*on/150':d=${30 * CLIP_SEC}:s=1280x720:fps=30,noise=alls=8:allf=t,format=yuv420p`;
    const clip = ["-f", "lavfi", "-i", `sine=330:d=${CLIP_SEC}`, "-vf", moving, "-t", String(CLIP_SEC)];
    await run({ folder, program }, "-i", `still-${shot}.png`, ...clip, "-preset", "veryfast", `clip-${shot}.mp4`);
  }
  const sound = { kind: "music", mood: "calm" } as const;
  const music = { type: "audio", operation: "generate", model: "sketch", n: 1, prompt: "", sound } as const;
  await sketched({ ...music, durationSec: 45 }, join(folder, "music.wav"));
}

async function sketched(request: ProviderRequest, path: string): Promise<void> {
  const sketch = createSketchProvider();
  const context = { reference: path, signal: new AbortController().signal };
  const started = await sketch.start({ ...request, seed: 7 }, context);
  const [source] = started.state === "succeeded" ? started.sources : [];
  if (source?.kind !== "stream") throw new Error("A sketch is drawn while it is opened.");
  await pipeline(await sketch.open(source, request, context), createWriteStream(path));
}

/** One process, one pass over as many frames of clips: scaled, encoded with the same settings, without sound. */
async function encodeBare(studio: Studio): Promise<Filmed> {
  const measured = measuring();
  const inputs = Array.from({ length: SCENES * SHOTS }, (_, i) => ["-i", `clip-${i % SHOTS}.mp4`]).flat();
  const each = inputs.filter((_, i) => i % 2).map((_, i) => `[${i}:v:0]fps=24,scale=1280:720,setsar=1[v${i}]`);
  const all = each.map((_, i) => `[v${i}]`).join("");
  const graph = `${each.join(";")};${all}concat=n=${each.length}:v=1:a=0[v]`;
  const x264 = ["-c:v", "libx264", "-preset", "superfast", "-crf", "20", "-pix_fmt", "yuv420p", "-threads", "2"];
  await run(studio, ...inputs, "-filter_complex", graph, "-map", "[v]", ...x264, "bare.mp4");
  return { ...measured(), cutsMs: [], lufs: 0, soundMs: 0, frames: await countFrames(studio, "bare.mp4") };
}

async function film(studio: Studio, of: "stills" | "clips"): Promise<Filmed> {
  const { folder } = studio;
  const measured = measuring();
  const cutsMs: number[] = [];
  const pictures = Array.from({ length: SHOTS }, (_, i) => (of === "stills" ? `still-${i}.png` : `clip-${i}.mp4`));
  const sounds = Array.from({ length: SHOTS }, (_, i) => `line-${i}.wav`);
  const lines = sounds.map((_, i) => ({ fromMs: i * SHOT_MS + 500, toMs: i * SHOT_MS + 3500, text: words }));
  for (let scene = 0; scene < SCENES; scene++) {
    const cutAt = performance.now();
    const shots = pictures.map((_, i) => ({ picture: i, durationMs: SHOT_MS, motion: motions[i] ?? "still" }));
    const spoken = lines.map((line, i) => ({ ...line, sound: SHOTS + i }));
    const cut: Assembly = { make: "cut", size, fit: "cover", shots, lines: spoken, isSubtitled: true };
    await assembled(studio, cut, [...pictures, ...sounds], `cut-${scene}.mov`);
    cutsMs.push(performance.now() - cutAt);
  }
  const cuts = cutsMs.map((_, i) => `cut-${i}.mov`);
  const all = cuts.flatMap((_, scene) =>
    lines.map(({ fromMs, toMs, text }) => ({
      ...{ fromMs: fromMs + scene * SCENE_MS, toMs: toMs + scene * SCENE_MS, text },
    })),
  );
  const told = { music: cuts.length, lines: all, subtitles: "soft", language: "zh" } as const;
  await assembled(
    studio,
    { make: "episode", cuts: cuts.map((_, i) => i), ...told },
    [...cuts, "music.wav"],
    "film.mp4",
  );
  const made = { ...measured(), cutsMs };
  const frames = await countFrames(studio, "film.mp4");
  const [lufs, heardMs] = [await loudness(studio), await heard(studio)];
  for (const name of cuts) await rm(join(folder, name));
  return { ...made, frames, lufs, soundMs: heardMs - (1000 * frames) / 24 };
}

function measuring(): () => Pick<Filmed, "ms" | "cpuSeconds" | "childrenBytes" | "ownBytes"> {
  const watched = watchChildren();
  const [startedAt, cpu] = [performance.now(), ownCpuSeconds()];
  return () => ({ ms: performance.now() - startedAt, cpuSeconds: ownCpuSeconds() - cpu, ...watched() });
}

const kinds: Readonly<Record<string, [MediaKind, string]>> = {
  png: ["image", "image/png"],
  mp4: ["video", "video/mp4"],
  mov: ["video", "video/quicktime"],
  wav: ["audio", "audio/wav"],
};

async function assembled({ folder, program }: Studio, assembly: Assembly, files: string[], to: string): Promise<void> {
  const provider = createAssemblyProvider({ ffmpegPath: program, temporaryFolder: folder });
  const inputs = await Promise.all(files.map((name) => inputOf(folder, name)));
  const request: ProviderRequest = {
    ...{ type: "video", operation: "generate", model: assembly.make, prompt: "", n: 1, assembly, inputs },
  };
  const open = async (index: number) => createReadStream(join(folder, files[index] ?? ""));
  const access = { open, url: async () => "https://files.example.com/x" };
  const context = { reference: to, signal: new AbortController().signal, inputs: access };
  const [problem] = provider.validate(request);
  if (problem) throw new Error(problem.message);
  const started = await provider.start(request, context);
  const [source] = started.state === "succeeded" ? started.sources : [];
  if (source?.kind !== "stream") throw new Error("It is assembled while it is opened.");
  await pipeline(await provider.open(source, request, context), createWriteStream(join(folder, to)));
}

async function inputOf(folder: string, name: string): Promise<InputFile> {
  const [type, contentType] = kinds[name.split(".")[1] ?? ""] ?? ["text", ""];
  const path = join(folder, name);
  const durationMs = name.startsWith("cut") ? SCENE_MS : type === "image" ? null : 1000;
  return { key: name, type, contentType, size: (await stat(path)).size, sha256: "", ...size, durationMs };
}

async function loudness(studio: Studio): Promise<number> {
  const said = await run(studio, "-i", "film.mp4", "-map", "0:a", "-af", "ebur128=framelog=verbose", "-f", "null", "-");
  return Number(/Integrated loudness:\s+I:\s+(-?[\d.]+) LUFS/.exec(said)?.[1]);
}

async function countFrames(studio: Studio, name: string): Promise<number> {
  const said = await run(studio, "-i", name, "-map", "0:v", "-c", "copy", "-f", "null", "-");
  return Number([...said.matchAll(/frame=\s*(\d+)/g)].at(-1)?.[1]);
}

/** Milliseconds of sound, decoded. */
async function heard(studio: Studio): Promise<number> {
  const said = await run(studio, "-i", "film.mp4", "-map", "0:a", "-f", "null", "-");
  const [, hours, minutes, seconds] = [...said.matchAll(/time=(\d+):(\d+):([\d.]+)/g)].at(-1) ?? [];
  return 1000 * (3600 * Number(hours) + 60 * Number(minutes) + Number(seconds));
}

/** Answers what it said, which it does on stderr. */
async function run({ folder, program }: Studio, ...args: string[]): Promise<string> {
  const options = { cwd: folder, timeout: 120_000 };
  const { stderr } = await promisify(execFile)(program, ["-nostdin", "-hide_banner", "-y", ...args], options);
  return stderr;
}
