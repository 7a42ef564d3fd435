// Screenplays: what is written without anybody being asked, and what an answer has to be.
import { describe, expect, it } from "vitest";
import { checkScreenplay, jsonSchemaOf } from "../../shared/drama/screenplay.ts";
import { languageOf, limits, sharedOut } from "../../shared/drama/wish.ts";
import { genres, languages, type ScreenplayWish } from "../../shared/ports/wishes.ts";
import { writeScreenplay } from "../../shared/providers/sketch/writing/write.ts";
import { plainScreenplay } from "../servers/chat/server.ts";

const wish: ScreenplayWish = { language: "en", genre: "drama", episodes: 2, scenesPerEpisode: 3, durationSec: 60 };

describe("sketch writes", () => {
  const every = languages.flatMap((language) => genres.map((genre) => ({ language, genre })));

  it.each(every)("in $language, $genre, of any length, what holds to all rules", ({ language, genre }) => {
    for (const [episodes, scenesPerEpisode] of [
      [1, 1],
      [5, 3],
      [limits.episodes, limits.scenes],
    ] as const) {
      const long: ScreenplayWish = { language, genre, episodes, scenesPerEpisode, durationSec: 120 };
      for (const seed of [0, 1, 2, 3]) {
        const written = writeScreenplay({ prompt: "A ferry that is late", seed, index: 0, wish: long });
        expect(checkScreenplay(written, long)).toEqual({ screenplay: written });
        const all = JSON.stringify(written);
        expect(all).not.toMatch(/[{}]\w* ?\w*[{}]|\{a|undefined|lorem/i);
        expect(all.length).toBeLessThan(1024 * 1024);
      }
    }
  });

  it("the same for the same words and seed, and something else for others", () => {
    const written = (seed: number, index = 0, prompt = "一艘晚点的船") =>
      JSON.stringify(writeScreenplay({ prompt, seed, index, wish: { ...wish, language: "zh" } }));
    expect(written(7)).toBe(written(7));
    expect(new Set([written(7), written(8), written(7, 1), written(7, 0, "一列火车")]).size).toBe(4);
  });

  it("what the prompt is about, also where it is full of signs", () => {
    const prompt = '{a} "{place}" \u0000 {{thing}}, and then';
    expect(writeScreenplay({ prompt, seed: 1, index: 0, wish }).title).not.toMatch(/[{}"]|\p{Cc}/u);
    const long = writeScreenplay({ prompt: "word ".repeat(500), seed: 1, index: 0, wish });
    expect(long.title.length).toBeLessThanOrEqual(limits.title);
  });

  it("no line twice in one episode of three scenes", () => {
    for (let seed = 0; seed < 50; seed++) {
      const { episodes } = writeScreenplay({ prompt: "x", seed, index: 0, wish });
      for (const { scenes } of episodes) {
        const actions = scenes.map(({ action }) => action);
        expect(new Set(actions).size).toBe(actions.length);
      }
    }
  });
});

describe("the time of an episode", () => {
  it.each([
    [60, [1, 1, 1], [20, 20, 20]],
    [60, [0, 0, 0], [20, 20, 20]],
    [61, [8, 8, 16], [16, 16, 29]],
    [30, [1000, 1, 1], [24, 3, 3]],
    [9, [5, 5, 5], [3, 3, 3]],
  ])("of %i s is shared by %j as %j", (durationSec, weights, lengths) => {
    expect(sharedOut(durationSec, weights)).toEqual(lengths);
  });

  it("is never more nor less than was asked for", () => {
    for (let seconds = 30; seconds <= 600; seconds += 7) {
      for (let count = 1; count <= 10; count++) {
        const lengths = sharedOut(
          seconds,
          Array.from({ length: count }, (_, i) => (i * 37) % 11),
        );
        expect(lengths.reduce((sum, length) => sum + length, 0)).toBe(seconds);
        expect(Math.min(...lengths)).toBeGreaterThanOrEqual(3);
      }
    }
  });
});

it.each([
  ["A late ferry", "en"],
  ["一艘晚点的船", "zh"],
  ["Ferry 渡", "zh"],
  ["A long English sentence about a ferry 渡", "en"],
  ["🚢 123", "en"],
  ["", "en"],
])("%s is written in %s", (text, language) => expect(languageOf(text)).toBe(language));

describe("an answer", () => {
  const change = (edit: (answer: ReturnType<typeof plainScreenplay>) => void) => {
    const answer = plainScreenplay(2, 3);
    edit(answer);
    return checkScreenplay(answer, wish);
  };

  it("that has all of it is taken, and what nobody asked for is dropped", () => {
    expect(checkScreenplay({ ...plainScreenplay(2, 3), url: "http://example.com" }, wish)).toMatchObject({
      screenplay: expect.not.objectContaining({ url: expect.anything() }),
    });
  });

  it.each<[string, Parameters<typeof change>[0], RegExp]>([
    ["a scene too few", ({ episodes }) => episodes[0]?.scenes.pop(), /episodes\.0\.scenes/],
    ["nobody in it", (answer) => answer.characters.pop(), /characters/],
    [
      "two with one id",
      ({ characters: [first], characters }) => first && characters.push(first),
      /c1 stands there twice/,
    ],
    [
      "a scene without a length",
      ({ episodes }) => Object.assign(episodes[0]?.scenes[0] ?? {}, { durationSec: 0 }),
      /durationSec/,
    ],
    [
      "a line of nothing",
      ({ episodes }) => Object.assign(episodes[0]?.scenes[0] ?? {}, { lines: [{ character: "c1", text: " " }] }),
      /lines\.0\.text/,
    ],
  ])("with %s is refused, naming it", (_, edit, problem) => {
    expect(change(edit)).toEqual({ problems: [expect.stringMatching(problem)] });
  });

  it("is held to a schema that names every count", () => {
    expect(jsonSchemaOf(wish)).toMatchObject({
      properties: {
        episodes: { minItems: 2, maxItems: 2, items: { properties: { scenes: { minItems: 3, maxItems: 3 } } } },
      },
    });
  });
});
