// Who may be asked for the parts of a film: chosen and refused as for a single picture, video or sound.
import { describe, expect, it } from "vitest";
import type { Offer, Snapshot } from "../../shared/drama/plan.ts";
import { chooseModel } from "../../shared/jobs/asking/choose-model.ts";
import { type ModelWishes, offersOf } from "../../shared/jobs/asking/film-offers.ts";
import { libraryOffer } from "../../shared/providers/library/offer.ts";
import { offering, seedExample, type Vendor } from "../drama/planning/films.ts";

const unwritten = { prompt: "一艘晚点的船", screenplay: seedExample };

function offers(keys: readonly Vendor[], models: ModelWishes = {}): Snapshot["offers"] {
  return offersOf(offering(keys), models, unwritten);
}

/** Without what joins them. */
const asked = (all: readonly Offer[]) => all.filter(({ provider }) => provider !== "assembly");

const names = (all: readonly Offer[]) => asked(all).map(({ provider, model }) => `${provider}/${model.id}`);

describe("Without anybody's key", () => {
  it("sketch writes, draws and is heard, and the stills move", () => {
    const { text, image, video, audio } = offers([]);
    expect([text, image, video, audio].map(names)).toEqual([
      ["sketch/sketch"],
      ["sketch/sketch"],
      [],
      ["sketch/sketch", "sketch/sketch"],
    ]);
    expect(audio.map(({ model }) => model.sounds)).toEqual([["speech"], ["music"]]);
  });

  it("sketch also films, for whoever names it", () => {
    expect(names(offers([], { video: { provider: "sketch" } }).video)).toEqual(["sketch/sketch"]);
    expect(offers([], { video: { provider: "sketch" } }).video[0]?.takes?.durations).toHaveLength(30);
  });

  it("portraits are not put on the stills that sketch draws", () => {
    expect(offers([]).image[0]?.takes?.pictures).toBe(0);
  });
});

describe("With keys", () => {
  it("the model of pictures is one that knows faces, and that of videos begins with the still", () => {
    const { image, video } = offers(["dashscope"]);
    expect(image[0]).toMatchObject({ model: { id: "wan2.7-image" }, takes: { pictures: 5, hasSeed: true } });
    expect(video[0]).toMatchObject({
      model: { id: "wan2.6-i2v" },
      takes: { pictures: 1, durations: expect.arrayContaining([2, 15]) },
    });
    expect(video[0]?.takes?.shapesByPictures["9:16"]).toEqual({ resolution: "720p" });
  });

  it("a named model is taken, also one that films from words alone", () => {
    const { image, video } = offers(["dashscope"], {
      image: { model: "wan2.2-t2i-flash" },
      video: { provider: "dashscope", model: "wan2.6-t2v" },
    });
    expect([image[0]?.model.id, video[0]?.model.id, video[0]?.takes?.pictures]).toEqual([
      "wan2.2-t2i-flash",
      "wan2.6-t2v",
      0,
    ]);
    expect(video[0]?.takes?.shapes["9:16"]).toEqual({ ratio: "9:16", resolution: "720p" });
  });

  it("who speaks need not make music", () => {
    const { audio } = offers(["openai"], { audio: { provider: "openai" } });
    expect(names(audio)).toEqual(["openai/gpt-4o-mini-tts", "openai/tts-1", "sketch/sketch"]);
  });

  it("another model costs no more, unless the operator has named it", () => {
    const deps = offering(["dashscope", "kling", "runway"]);
    const wishes = { video: { provider: "kling" } };
    expect(names(offersOf(deps, wishes, null).video)).toEqual(["kling/kling-v2-6", "kling/kling-v2-5-turbo"]);
    const fallbacks = { "kling/kling-v2-6": "runway/gen4.5" };
    const named = { ...deps, generation: { ...deps.generation, fallbacks } };
    expect(names(offersOf(named, wishes, null).video)).toEqual(["kling/kling-v2-6", "runway/gen4.5"]);
  });

  it("nobody is asked to write what is written", () => {
    expect(asked(offersOf(offering(["cloud_qwen"]), {}, null).text)).toEqual([]);
  });

  it("the operator's prices count", () => {
    const price = { unit: "second", amount: 7 } as const;
    const { video } = offersOf(offering(["kling"], { "kling/kling-v2-6": price }), {}, null);
    expect(video[0]?.price).toEqual(price);
  });
});

describe("Where the operator has music of their own", () => {
  const withLibrary = (deps: ReturnType<typeof offering>) => ({
    ...deps,
    providers: new Map([...deps.providers, [libraryOffer.id, libraryOffer]]),
  });

  it.each([
    [{}, ["openai/gpt-4o-mini-tts", "openai/tts-1", "library/library"]],
    [{ provider: "openai", model: "tts-1" }, ["openai/tts-1", "openai/gpt-4o-mini-tts", "library/library"]],
    [{ provider: "sketch" }, ["sketch/sketch", "library/library"]],
  ])("that is what is played, for nothing, whoever speaks: %o", (wish, heard) => {
    const { audio } = offersOf(withLibrary(offering(["openai"])), { audio: wish }, null);
    expect(names(audio)).toEqual(heard);
    const price = { unit: "output", amount: 0 };
    expect(asked(audio).at(-1)).toMatchObject({ model: { sounds: ["music"] }, price, takes: { hasSeed: true } });
  });

  it("the operator may have named who plays when there is none of a mood", () => {
    const { generation, ...deps } = withLibrary(offering([]));
    const paid = {
      id: "paid",
      isConfigured: true,
      models: libraryOffer.models.map((model) => ({ ...model, id: "song", price: 9 })),
    };
    const providers = new Map([...deps.providers, ["paid", { ...libraryOffer, ...paid }]]);
    const playing = (fallbacks: Record<string, string>) =>
      names(offersOf({ ...deps, providers, generation: { ...generation, fallbacks } }, {}, null).audio).slice(1);
    expect(playing({})).toEqual(["library/library"]);
    expect(playing({ "library/library": "paid/song" })).toEqual(["library/library", "paid/song"]);
  });

  it("a dry run is heard by sketch all the same", () => {
    const { audio } = offersOf(withLibrary(offering([], {}, true)), {}, null);
    expect(names(audio)).toEqual(["sketch/sketch", "sketch/sketch"]);
  });
});

describe("In a dry run", () => {
  it("everything is drawn by sketch, for nothing", () => {
    const all = offersOf(offering(["dashscope", "kling"], {}, true), { video: { provider: "kling" } }, unwritten);
    const offered = Object.values(all).flat();
    expect(new Set(asked(offered).map(({ provider }) => provider))).toEqual(new Set(["sketch"]));
    expect(offered.every(({ price }) => price.amount === 0)).toBe(true);
    expect(asked(all.video)).toEqual([]);
  });
});

describe("What joins the parts", () => {
  it("is offered by its price, and is nobody's choice", () => {
    const deps = offering([], { "assembly/cut": 2 });
    const { video } = offersOf(deps, { video: { provider: "assembly" } }, null);
    expect(asked(video)).toEqual([]);
    const cut = video.find(({ model }) => model.id === "cut");
    expect(cut).toMatchObject({ provider: "assembly", price: { unit: "output", amount: 2 } });
  });
});

describe("Refused as generate-video refuses it:", () => {
  const still = [{}];
  it.each<[string, Vendor[], ModelWishes["video"]]>([
    ["a provider that nobody knows", ["kling"], { provider: "nobody" }],
    ["one without a key", [], { provider: "kling" }],
    ["a model that it does not have", ["kling"], { provider: "kling", model: "kling-v9" }],
  ])("%s", (_, keys, video = {}) => {
    const deps = offering(keys);
    const errorOf = (act: () => unknown) => {
      try {
        return act();
      } catch (error) {
        return error;
      }
    };
    const refused = errorOf(() => offersOf(deps, { video }, null));
    expect(refused).toMatchObject({ type: "invalid_request", details: [expect.anything()] });
    const alone = errorOf(() => chooseModel(deps, { type: "video", operation: "generate", inputs: still, ...video }));
    expect(String(refused)).toBe(String(alone));
  });

  it("more scenes than the writer's one answer holds", () => {
    const screenplay = { ...seedExample, episodes: 11 };
    expect(() => offersOf(offering(["cloud_qwen"]), {}, { prompt: "x", screenplay })).toThrow(/^episodes: .*30 scenes/);
  });
});
