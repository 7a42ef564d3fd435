// `assembly` as a provider: the contract of all of them, and what it refuses before anything is opened.
import { afterAll } from "vitest";
import type { Assembly, Make } from "../../../shared/ports/assembly.ts";
import type { ProviderRequest } from "../../../shared/ports/provider.ts";
import { createAssemblyProvider } from "../../../shared/providers/assembly/provider.ts";
import { providerContract } from "../../contracts/provider.ts";
import { line, size, Workshop } from "./workshop.ts";

const shop = await Workshop.open();
afterAll(() => shop[Symbol.asyncDispose]());

const shot = { picture: 0, durationMs: 500, motion: "still" } as const;
const cut = { make: "cut", size, fit: "cover", shots: [shot], lines: [], isSubtitled: false } as const;
const still = await shop.still("still.png", "#205080");
const clip = await shop.clip("clip.mp4", "-f", "lavfi", "-i", "testsrc2=s=160x90:r=30:d=0.5", "-pix_fmt", "yuv420p");
const tone = await shop.tone("tone.wav", 0.5);
const scene = await shop.assemble("scene.mov", cut, [still]);
const mov = { ...scene, file: { ...scene.file, ...size, durationMs: 500 } };
const list = await shop.put(
  "list.json",
  Buffer.from(JSON.stringify({ ...cut, lines: [{ ...line(0, 400), sound: 2 }] })),
);
const all = [still, clip, tone, mov, list];
const [STILL, CLIP, TONE, SCENE] = [0, 1, 2, 3];

const smallest: Record<Make, Assembly> = {
  pan: { make: "pan", picture: STILL, size: { width: 64, height: 64 }, durationMs: 200, motion: "still", fit: "cover" },
  frame: { make: "frame", clip: CLIP, atMs: null },
  poster: { make: "poster", picture: STILL, size: { width: 64, height: 64 }, title: "", line: "" },
  cut,
  episode: { make: "episode", cuts: [SCENE], music: null, lines: [], subtitles: "none", language: "zh" },
  subtitles: { make: "subtitles", format: "srt", lines: [line(0, 1000)], size },
};
const largest: Record<Make, Assembly> = {
  // A fifth of a second stands for a minute.
  pan: {
    make: "pan",
    picture: STILL,
    size: { width: 2048, height: 1152 },
    durationMs: 200,
    motion: "in",
    fit: "contain",
  },
  frame: { make: "frame", clip: CLIP, atMs: 1_200_000 },
  poster: { make: "poster", picture: CLIP, size, title: "漢".repeat(400), line: "x".repeat(400) },
  cut: {
    ...{ ...cut, fit: "contain", isSubtitled: true },
    // Four shots stand for twelve.
    shots: Array.from({ length: 4 }, (_, i) => ({ picture: i % 2, durationMs: 200, motion: "in" as const })),
    lines: [{ ...line(0, 400, "漢".repeat(400)), sound: TONE }],
  },
  episode: {
    ...{ make: "episode", cuts: Array(6).fill(SCENE), music: TONE, subtitles: "soft", language: "en" },
    lines: [line(0, 2000, "a < b & {c}"), line(2000, 12_000)],
  },
  subtitles: {
    ...{ make: "subtitles", format: "vtt", size },
    lines: Array.from({ length: 600 }, (_, i) => line(2000 * i, 2000 * i + 1500)),
  },
};

const request = (assembly: Assembly): ProviderRequest => shop.request(assembly, all);
const refused = (path: string, assembly: Assembly) => ({ path, request: request(assembly) });

providerContract("assembly", async () => ({
  provider: createAssemblyProvider({ ffmpegPath: shop.program, temporaryFolder: shop.folder }),
  requests: (Object.keys(smallest) as Make[]).map((make) => ({
    smallest: request(smallest[make]),
    largest: request(largest[make]),
  })),
  inputs: shop.access(all),
  refused: [
    ...[STILL, TONE, 5, -1, 0.5, Number.NaN].map((at) => refused("inputs", { make: "frame", clip: at, atMs: null })),
    refused("inputs", { ...cut, shots: [{ ...shot, picture: TONE }] }),
    refused("inputs", { ...cut, shots: [] }),
    refused("inputs", { ...cut, shots: Array(13).fill(shot) }),
    refused("inputs", { ...cut, lines: [{ ...line(0, 300), sound: STILL }] }),
    ...[0, 199, 60_001, Number.NaN].map((durationMs) =>
      refused("durationSec", { ...cut, shots: [{ ...shot, durationMs }] }),
    ),
    refused("durationSec", { ...cut, shots: Array(3).fill({ ...shot, durationMs: 50_000 }) }),
    ...[[line(0, 700)], [line(300, 200)], [line(0, 300), line(200, 400)], [line(0, 300, "x".repeat(401))]].map(
      (lines) => refused("prompt", { ...cut, lines: lines.map((each) => ({ ...each, sound: null })) }),
    ),
    ...[
      [63, 64],
      [65, 64],
      [64, 2050],
    ].map(([width = 0, height = 0]) => refused("size", { ...cut, size: { width, height } })),
    // Neither a clip nor a cut of another size can be joined as it is.
    refused("inputs", {
      make: "episode",
      cuts: [SCENE, CLIP],
      music: null,
      lines: [],
      subtitles: "none",
      language: "en",
    }),
    refused("inputs", { make: "episode", cuts: [], music: null, lines: [], subtitles: "none", language: "en" }),
    { path: "model", request: { ...request(cut), assembly: smallest.frame } },
    { path: "inputs", request: { ...request(cut), assembly: { make: "cut", list: STILL } } },
    { path: "inputs", request: { ...request(cut), inputs: Array(49).fill(still.file) } },
  ],
  close: async () => {},
}));
