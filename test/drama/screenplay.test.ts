// Screenplays: what is written without anybody being asked, and what an answer has to be.
import { describe, expect, it } from "vitest";
import { checkScreenplay, jsonSchemaOf } from "../../shared/drama/screenplay.ts";
import { languageOf, limits, sharedOut } from "../../shared/drama/wish.ts";
import { genres, languages, type ScreenplayWish } from "../../shared/ports/wishes.ts";
import { chanceOf } from "../../shared/providers/sketch/chance.ts";
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

  describe("whatever is asked for", () => {
    const long = "一个女孩在旧书店里找到一封没有寄出的信，从此她的生活再也回不到从前那样平静的日子里去了";

    it.each<[string, string, Partial<ScreenplayWish>]>([
      ["a long Chinese sentence, in English", long, { language: "en" }],
      ["a long Chinese title, in English", "A ferry", { language: "en", title: long }],
      ["an English prompt, in Chinese", "A girl who lives between the tides", { language: "zh" }],
      ["signs only", "{}", {}],
      ["quotation marks only", '""', {}],
      ["what nobody sees", "\u200B", {}],
      ["half a pair", "\uD800", {}],
      ["no signs but pauses", "。，！", { language: "zh" }],
      ["a title of white space", "A ferry", { title: "   " }],
      ["a title that nobody sees", "A ferry", { title: "\u200B\u0000" }],
      ["a title with places of ours in it", "A ferry", { title: "{a} {place} {subject}" }],
    ])("%s: a screenplay with every seed", (_, prompt, more) => {
      for (let seed = 0; seed < 25; seed++) {
        const asked: ScreenplayWish = { ...wish, ...more };
        const written = writeScreenplay({ prompt, seed, index: 0, wish: asked });
        expect(checkScreenplay(written, asked)).toEqual({ screenplay: written });
        expect(languageOf(written.logline)).toBe(asked.language);
      }
    });

    it("of a thousand requests at random none throws", () => {
      const chance = chanceOf("requests at random");
      const one = <T>(all: readonly T[]): T => all[Math.floor(chance() * all.length)] as T;
      const pieces = ["ferry", "一艘晚点的船", "Ночь", "ليلة", "🚢", "{a}", "{", "}", '"', "“", "。", ", ", "\n", " "];
      const rare = [
        "\u200B",
        "\u0000",
        "\uD83D",
        "\u202E",
        "7",
        "　",
        "é",
        "ß",
        "\u1AB0",
        "…",
        "<b>",
        "word ".repeat(40),
      ];
      const words = (most: number) =>
        Array.from({ length: Math.floor(chance() * 9) }, () => one(chance() < 0.5 ? pieces : rare))
          .join(chance() < 0.5 ? "" : " ")
          .slice(0, most);
      for (let i = 0; i < 1000; i++) {
        const episodes = 1 + Math.floor(chance() * limits.episodes * (i % 10 === 0 ? 1 : 0.2));
        const scenesPerEpisode = 1 + Math.floor(chance() * limits.scenes);
        const asked: ScreenplayWish = {
          ...{ language: one(languages), genre: one(genres), episodes, scenesPerEpisode },
          durationSec: Math.max(limits.shortestEpisode, 3 * scenesPerEpisode) + Math.floor(chance() * 500),
          ...(chance() < 0.5 && { title: words(limits.title) }),
        };
        const plot = { prompt: words(4000), seed: Math.floor(chance() * 2 ** 31), index: i % 4, wish: asked };
        expect(() => checkedAgain(plot), JSON.stringify(plot)).not.toThrow();
      }
    });

    function checkedAgain(plot: Parameters<typeof writeScreenplay>[0]): void {
      const written = writeScreenplay(plot);
      expect(checkScreenplay(written, plot.wish)).toEqual({ screenplay: written });
      expect(written.title.trim()).not.toBe("");
    }
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
    ["a scene too few", ({ episodes }) => episodes[0]?.scenes.pop(), /episodes\.0\.scenes: .*\b3\b/],
    ["nobody in it", (answer) => answer.characters.pop(), /characters: .*\b1\b/],
    [
      "two with one id",
      ({ characters: [first], characters }) => first && characters.push(first),
      /c1 stands there twice/,
    ],
    [
      "a scene without a length",
      ({ episodes }) => Object.assign(episodes[0]?.scenes[0] ?? {}, { durationSec: 0 }),
      /durationSec: .*\b0\b/,
    ],
    [
      "a line of nothing",
      ({ episodes }) => Object.assign(episodes[0]?.scenes[0] ?? {}, { lines: [{ character: "c1", text: " " }] }),
      /lines\.0\.text: .*\b1\b/,
    ],
  ])("with %s is refused, naming it", (_, edit, problem) => {
    expect(change(edit)).toEqual({ problems: [expect.stringMatching(problem)] });
  });

  it("whose names are another language's is taken: what is spoken counts", () => {
    const named = {
      ...plainScreenplay(2, 3),
      title: "渡船",
      logline: "她在等一艘不来的船，等了很久很久，一直等到天亮",
    };
    expect(checkScreenplay(named, wish)).toMatchObject({ screenplay: { title: "渡船" } });
  });

  it("in which nobody speaks is judged by what is seen", () => {
    const silent = (action: string) => {
      const answer = plainScreenplay(2, 3);
      for (const scene of answer.episodes.flatMap(({ scenes }) => scenes)) Object.assign(scene, { action, lines: [] });
      return answer;
    };
    expect(checkScreenplay(silent("She waits."), wish)).toHaveProperty("screenplay");
    expect(checkScreenplay(silent("她在等船。"), wish)).toHaveProperty("problems");
    expect(checkScreenplay(silent("她在等船。"), { ...wish, language: "zh" })).toHaveProperty("screenplay");
  });

  it("is held to a schema that names every count", () => {
    expect(jsonSchemaOf(wish)).toMatchObject({
      properties: {
        episodes: { minItems: 2, maxItems: 2, items: { properties: { scenes: { minItems: 3, maxItems: 3 } } } },
      },
    });
  });
});
