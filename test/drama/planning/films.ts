// Films to be planned: wishes, screenplays and offers by a seed; the offers are those of the real vendors, with prices that an operator may have.
import type { FilmWish, Made, Plan, Ratio, Snapshot } from "../../../shared/drama/plan.ts";
import { frames, ratioName } from "../../../shared/drama/planning/frames.ts";
import type { Line, Scene, Screenplay } from "../../../shared/drama/screenplay.ts";
import { limits } from "../../../shared/drama/wish.ts";
import { type ModelWishes, offersOf } from "../../../shared/jobs/asking/film-offers.ts";
import type { InputFile, MediaKind, OfferedProvider, PriceRule } from "../../../shared/ports/provider.ts";
import { genres, languages, moods, voices } from "../../../shared/ports/wishes.ts";
import { offer as offerArk } from "../../../shared/providers/ark/offer.ts";
import { offerAssembly } from "../../../shared/providers/assembly/offer.ts";
import { offer as offerChat } from "../../../shared/providers/chat/offer.ts";
import { offer as offerDashscope } from "../../../shared/providers/dashscope/offer.ts";
import { offer as offerFal } from "../../../shared/providers/fal/offer.ts";
import { offer as offerKling } from "../../../shared/providers/kling/offer.ts";
import { offer as offerOpenai } from "../../../shared/providers/openai/offer.ts";
import { offer as offerRunway } from "../../../shared/providers/runway/offer.ts";
import { offerSketch } from "../../../shared/providers/sketch/offer.ts";
import { offer as offerStability } from "../../../shared/providers/stability/offer.ts";
import { HandClock } from "../../jobs/hand-clock.ts";

const config = { apiKey: "k", secretKey: "s", baseUrl: undefined, callbackToken: undefined, workspace: undefined };

const vendors = {
  dashscope: offerDashscope,
  openai: offerOpenai,
  stability: offerStability,
  runway: offerRunway,
  fal: offerFal,
  kling: offerKling,
  ark: offerArk,
  cloud_qwen: (given: typeof config | null) => offerChat("cloud_qwen", given),
};

export type Vendor = keyof typeof vendors;

export const allVendors = Object.keys(vendors) as Vendor[];

const ffmpeg = { find: () => "/usr/bin/ffmpeg", advice: "Install ffmpeg." };

/** All of them, of which those have a key. */
export function providersWith(keys: readonly Vendor[]): ReadonlyMap<string, OfferedProvider> {
  const offered = allVendors.map((id) => vendors[id](keys.includes(id) ? config : null));
  return new Map([...offered, offerAssembly(ffmpeg), offerSketch(ffmpeg)].map((provider) => [provider.id, provider]));
}

export function offering(keys: readonly Vendor[], prices: Record<string, number | PriceRule> = {}, isDryRun = false) {
  const defaultProvider = { image: null, video: null, text: null, audio: null };
  const generation = { prices, isDryRun, defaultProvider, fallbacks: {} };
  return { clock: new HandClock(), providers: providersWith(keys), generation };
}

export const seedExample: FilmWish = {
  ...{ language: "zh", genre: "mystery", episodes: 5, scenesPerEpisode: 3, durationSec: 120, title: "晚点的船" },
  ...{
    prompt: "一艘晚点的船，和等它的人",
    ratios: ["16:9"],
    style: "电影感，冷色",
    subtitles: "burnt",
    hasMusic: true,
  },
  ...{ seed: 7, onFailure: "degrade" },
};

export function snapshotOf(
  wish: FilmWish,
  keys: readonly Vendor[] = [],
  models: ModelWishes = {},
  prices: Record<string, number | PriceRule> = {},
): Snapshot {
  const offers = offersOf(offering(keys, prices), models, { prompt: wish.prompt, screenplay: wish });
  return { wish, screenplay: null, portraits: {}, clips: {}, offers };
}

/** A number below `n`, each time another; the same for the same seed. */
export type Dice = (n: number) => number;

/** mulberry32. */
export function diceOf(seed: number): Dice {
  let state = seed;
  return (n) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * n);
  };
}

export function oneOf<T>(dice: Dice, all: readonly [T, ...T[]]): T {
  return all[dice(all.length)] ?? all[0];
}

const everyRatio = ["16:9", "9:16", "1:1"] as const;

/** Small enough for any of them to be planned. */
export function wishBy(dice: Dice): FilmWish {
  const scenesPerEpisode = 1 + dice(4);
  const first = oneOf(dice, everyRatio);
  const others = everyRatio.filter((ratio) => ratio !== first).slice(0, dice(3));
  const language = oneOf(dice, languages);
  return {
    ...{ language, genre: oneOf(dice, genres), episodes: 1 + dice(3), scenesPerEpisode },
    ...{ durationSec: scenesPerEpisode * (3 + dice(28)), prompt: wordsBy(dice, language, 200) || "x" },
    ...{ ratios: [first, ...others] satisfies Ratio[], style: wordsBy(dice, language, 100), seed: dice(2 ** 31) },
    ...{ subtitles: oneOf(dice, ["burnt", "soft", "none"]), hasMusic: dice(4) > 0 },
    onFailure: dice(4) === 0 ? "stop" : "degrade",
  };
}

/** What a writer may hand over at its worst: more of everything than was asked for, times that do not add up, and signs that mean something to somebody. */
export function screenplayBy(dice: Dice, wish: FilmWish): Screenplay {
  const text = (most: number) => wordsBy(dice, wish.language, most) || "x";
  const characters = Array.from({ length: 1 + dice(limits.characters) }, (_, i) => ({
    ...{
      id: `c${i + 1}`,
      name: text(limits.name),
      role: text(80),
      look: text(limits.sentence),
      voice: oneOf(dice, voices),
    },
  }));
  const someone = () => `c${1 + dice(characters.length)}`;
  const line = (): Line => ({ character: someone(), text: text(limits.line) });
  const scene = (): Scene => ({
    ...{ place: text(limits.name), time: oneOf(dice, ["day", "night", "dawn", "dusk"]), mood: oneOf(dice, moods) },
    ...{ action: text(limits.sentence), durationSec: dice(5) === 0 ? dice(600) : 0.5 + dice(40) },
    ...{
      characters: Array.from({ length: dice(5) }, someone),
      lines: Array.from({ length: dice(limits.lines + 1) }, line),
    },
  });
  const episode = () => ({
    ...{ title: text(limits.title), summary: text(limits.sentence) },
    scenes: Array.from({ length: wish.scenesPerEpisode + dice(2) }, scene),
  });
  return {
    ...{
      kind: "screenplay",
      language: wish.language,
      title: text(limits.title),
      logline: text(100),
      genre: wish.genre,
    },
    ...{ characters, episodes: Array.from({ length: wish.episodes + dice(2) }, episode) },
  };
}

const signs = [
  "—",
  "…",
  "https://evil.test/x?y=1",
  "<b>",
  "--duration 10",
  "@ref1",
  "(word:1.5)",
  "\u0000",
  "\n",
  "🎬",
  '"',
  "\\",
  "{a}",
];

function wordsBy(dice: Dice, language: "zh" | "en", most: number): string {
  const words =
    language === "zh"
      ? ["他", "走进", "旧车站", "，", "灯", "亮了。", "谁？", "等等！"]
      : ["he", "walks", "in,", "late.", "Why?", "Ferry"];
  let text = "";
  for (let i = dice(24); i > 0; i--) {
    const next = dice(8) === 0 ? (signs[dice(signs.length)] ?? "") : (words[dice(words.length)] ?? "");
    text += language === "zh" ? next : `${next} `;
  }
  return [...text].slice(0, most).join("").slice(0, most).trim();
}

/** Prices as an operator may write them. */
export function pricesBy(dice: Dice): Record<string, number | PriceRule> {
  const prices: Record<string, number | PriceRule> = {};
  for (const id of [...allVendors, "sketch", "assembly"]) {
    if (dice(3) === 0) prices[id] = dice(40);
    if (dice(6) === 0) prices[id] = { unit: "second", amount: dice(30) / 4 };
    if (dice(6) === 0) prices[id] = { unit: "character", amount: dice(30) / 100 };
  }
  return prices;
}

/** As if every node had come to something: lines take `lineMs`. */
export function madeOf(plan: Plan, lineMs = 1500): Map<number, Made> {
  return new Map(
    plan.nodes.map(({ id, type, kind }, i) => {
      const file = fileOf(id, type, kind === "line" ? lineMs : null);
      return [i, kind === "cut" ? { ...file, ...sidesOf(id), contentType: "video/quicktime" } : file];
    }),
  );
}

function sidesOf(cut: string) {
  return frames[everyRatio.find((ratio) => cut.endsWith(ratioName(ratio))) ?? "16:9"];
}

export function fileOf(name: string, type: MediaKind, durationMs: number | null = null): InputFile {
  const isSeen = type === "image" || type === "video";
  return {
    ...{ key: `users/u/${name}`, type, size: 1000, sha256: name },
    ...{ contentType: type === "image" ? "image/png" : `${type}/x` },
    ...{ width: isSeen ? 1280 : null, height: isSeen ? 720 : null, durationMs },
  };
}

export function dearestOf(plan: Plan): number {
  return plan.nodes.reduce((sum, { rungs }) => sum + Math.max(...rungs.map(({ price }) => price)), 0);
}

export function countsOf(plan: Plan): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { kind } of plan.nodes) counts[kind] = (counts[kind] ?? 0) + 1;
  return counts;
}
