// A film's plan: what it is made of, what it costs, and what an edit changes.
import { describe, expect, it } from "vitest";
import type { FilmWish, Plan, Snapshot } from "../../../shared/drama/plan.ts";
import { maxNodes } from "../../../shared/drama/plan.ts";
import { planner } from "../../../shared/drama/planning/planner.ts";
import type { Screenplay } from "../../../shared/drama/screenplay.ts";
import type { Assembly, Cut, Episode } from "../../../shared/ports/assembly.ts";
import type { InputFile, ProviderRequest } from "../../../shared/ports/provider.ts";
import { problemsOf } from "../../../shared/providers/assembly/rules.ts";
import { writeScreenplay } from "../../../shared/providers/sketch/writing/write.ts";
import {
  allVendors,
  countsOf,
  dearestOf,
  diceOf,
  fileOf,
  madeOf,
  oneOf,
  pricesBy,
  providersWith,
  screenplayBy,
  seedExample,
  snapshotOf,
  type Vendor,
  wishBy,
} from "./films.ts";

const written = (wish: FilmWish): Screenplay =>
  writeScreenplay({ prompt: wish.prompt, seed: wish.seed, index: 0, wish });

function asksOf(snapshot: Snapshot, plan: Plan): Map<string, string> {
  const made = madeOf(plan);
  return new Map(plan.nodes.map(({ id }, i) => [id, named(plan, planner.ask(snapshot, plan, i, 0, made))]));
}

/** Nodes by their names, as places may move. */
function named(plan: Plan, ask: ReturnType<typeof planner.ask>): string {
  const inputs = ask.inputs.map((input) => ("node" in input ? plan.nodes[input.node]?.id : input));
  return JSON.stringify({ request: ask.request, inputs });
}

describe("the seed's own example, 5 episodes of 3 scenes and 120 s, with nobody's key", () => {
  const snapshot = snapshotOf(seedExample);
  const quote = planner.quote(snapshot);
  const plan = planner.expand(snapshot, written(seedExample));

  it("fits: so many nodes of each kind", () => {
    expect(countsOf(plan)).toEqual({
      ...{ screenplay: 1, portrait: 3, still: 90, clip: 90, line: 46, music: 5 },
      ...{ cut: 15, episode: 5, subtitles: 10, poster: 5 },
    });
    expect(plan.nodes.length).toBe(270);
    expect(quote.nodes).toBe(443);
  });

  it("costs what was quoted at most", () => {
    expect(quote.stages).toEqual([
      { stage: "writing", nodes: 1, price: 1 },
      { stage: "pictures", nodes: 102, price: 102 },
      { stage: "voices", nodes: 210, price: 210 },
      { stage: "music", nodes: 5, price: 5 },
      { stage: "clips", nodes: 90, price: 0 },
      { stage: "cutting", nodes: 35, price: 0 },
    ]);
    expect(quote.price).toBe(318);
    expect(dearestOf(plan)).toBe(145);
  });

  it("lets its stills move, and that is no degradation", () => {
    const clips = plan.nodes.filter(({ kind }) => kind === "clip");
    expect(new Set(clips.map(({ rungs }) => JSON.stringify(rungs)))).toEqual(
      new Set([JSON.stringify([{ provider: "assembly", model: "pan", price: 0, lane: "assembly" }])]),
    );
  });

  it("is 10 minutes long", () => {
    expect(plannedSeconds(snapshot, plan)).toBe(600);
  });

  it("says every line that was written", () => {
    const lines = written(seedExample).episodes.flatMap(({ scenes }) => scenes.flatMap((scene) => scene.lines));
    expect(lines).toHaveLength(46);
    const given = { ...snapshot, screenplay: written(seedExample) };
    expect(planner.quote(given).unspoken).toEqual([]);
  });

  it("is planned and quoted in a moment", () => {
    const before = performance.now();
    planner.quote(snapshot);
    const again = planner.expand(snapshot, written(seedExample));
    asksOf(snapshot, again);
    expect(performance.now() - before).toBeLessThan(2000);
  });
});

/** By the cuts of the first format, as they are asked for. */
function plannedSeconds(snapshot: Snapshot, plan: Plan, lineMs?: number): number {
  const made = madeOf(plan, lineMs);
  const ratio = (snapshot.wish.ratios[0] ?? "").replace(":", "x");
  const cuts = plan.nodes.flatMap(({ id, kind }, i) =>
    kind === "cut" && id.endsWith(ratio) ? [assemblyOf<Cut>(planner.ask(snapshot, plan, i, 0, made))] : [],
  );
  return cuts.reduce((sum, { shots }) => sum + shots.reduce((ms, shot) => ms + shot.durationMs, 0), 0) / 1000;
}

/** Also where it is a text of its own. */
function assemblyOf<A extends Assembly>({ request, inputs }: ReturnType<typeof planner.ask>): A {
  const { assembly } = request;
  if (!assembly || !("list" in assembly)) return assembly as A;
  const list = inputs[assembly.list];
  return JSON.parse(list && "text" in list ? list.text : "null");
}

describe("whatever is wished, written and offered,", () => {
  const films = Array.from({ length: 240 }, (_, seed) => {
    const dice = diceOf(seed + 1);
    const keys = allVendors.filter(() => dice(2) === 0);
    const wish = wishBy(dice);
    const snapshot = snapshotOf(wish, keys, {}, pricesBy(dice));
    return { seed, keys, snapshot, screenplay: screenplayBy(dice, wish) };
  });

  it("a plan never costs more, nor has more nodes, than was quoted for each stage", () => {
    let used = 0;
    for (const { seed, snapshot, screenplay } of films) {
      const quote = planner.quote(snapshot);
      const plan = planner.expand(snapshot, screenplay);
      for (const { stage, nodes, price } of quote.stages) {
        const own = { ...plan, nodes: plan.nodes.filter((node) => node.stage === stage) };
        expect(own.nodes.length, `seed ${seed}, nodes of ${stage}`).toBeLessThanOrEqual(nodes);
        expect(dearestOf(own), `seed ${seed}, price of ${stage}`).toBeLessThanOrEqual(price);
      }
      expect(plan.nodes.every(({ stage }) => quote.stages.some((each) => each.stage === stage))).toBe(true);
      expect(quote.price).toBe(quote.stages.reduce((sum, { price }) => sum + price, 0));
      used += quote.price === 0 ? 1 : dearestOf(plan) / quote.price;
    }
    // A quote that held ten times too much would keep these rules as well.
    expect(used / films.length).toBeGreaterThan(0.5);
  });

  it("a film whose screenplay is there costs at most exactly what was quoted", () => {
    for (const { snapshot, screenplay } of films.slice(0, 60)) {
      const given = { ...snapshot, screenplay: planner.expand(snapshot, screenplay).screenplay ?? null };
      const plan = planner.plan(given);
      expect(planner.quote(given)).toMatchObject({ nodes: plan.nodes.length, price: dearestOf(plan) });
    }
  });

  it("the same film is planned again from a screenplay that was kept: nothing would be made twice", () => {
    for (const { snapshot, screenplay } of films.slice(0, 30)) {
      const first = planner.expand(snapshot, screenplay);
      const given: Snapshot = { ...snapshot, screenplay: JSON.parse(JSON.stringify(first.screenplay)) };
      const before = asksOf(snapshot, first);
      before.delete("screenplay");
      expect(asksOf(given, planner.plan(given))).toEqual(before);
    }
  });

  it("the first node is that of the plan before, and each stands behind all that it is made from", () => {
    for (const { snapshot, screenplay } of films.slice(0, 100)) {
      const { nodes } = planner.expand(snapshot, screenplay);
      const before = planner.plan(snapshot).nodes;
      expect(before).toEqual(nodes.slice(0, 1));
      expect(new Set(nodes.map(({ id }) => id)).size).toBe(nodes.length);
      const wrong = nodes.filter(({ from, rungs }, i) => {
        const isBehind = from.every(({ node }) => node >= 0 && node < i);
        const ways = rungs.map(({ degraded }) => degraded);
        const isOrdered = ways[0] === undefined && new Set(ways).size === ways.length;
        const most = snapshot.wish.onFailure === "stop" ? 1 : 6;
        return !isBehind || !isOrdered || rungs.length === 0 || rungs.length > most;
      });
      expect(wrong).toEqual([]);
    }
  });

  it("every rung asks for what its provider takes, is small, and gives no written word a meaning of its own", () => {
    const providers = providersWith(allVendors);
    for (const { seed, snapshot, screenplay } of films.slice(0, 40)) {
      const plan = planner.expand(snapshot, screenplay);
      const made = madeOf(plan);
      const problems = plan.nodes.flatMap(({ id, rungs, from, kind }, i) =>
        rungs.flatMap((rung, place) => {
          const { request, inputs } = planner.ask(snapshot, plan, i, place, made);
          const words = request.prompt + (request.instruction ?? "");
          const places = inputs.flatMap((input) => ("node" in input ? [input.node] : []));
          const rules: Record<string, boolean> = {
            "the model of the plan": request.model === rung.model && request.n === 1,
            "16 KB": Buffer.byteLength(JSON.stringify(request)) <= 16 * 1024,
            "8 KB of words": Buffer.byteLength(words) <= 8 * 1024,
            "48 inputs": inputs.length <= 48,
            "inputs that it is made from": places.every((each) => from.some(({ node }) => node === each)),
            "plain words": kind === "screenplay" || !/https?:\/\/|www\.|--|[<>{}@\\\0]/.test(words),
          };
          const files = inputs.flatMap((input): InputFile[] =>
            "node" in input ? [made.get(input.node) ?? fileOf("gone", "text")] : [fileOf("list", "text")],
          );
          const whole: ProviderRequest = files.length > 0 ? { ...request, inputs: files } : request;
          const details = [...(providers.get(rung.provider)?.validate(whole) ?? ["there is no such provider"])];
          if (request.assembly) details.push(...problemsOf(assemblyOf({ request, inputs }), files));
          const broken = Object.entries(rules).flatMap(([rule, holds]) => (holds ? [] : [rule]));
          return [...broken, ...details].map((problem) => ({ seed, id, rung, problem }));
        }),
      );
      expect(problems).toEqual([]);
    }
  });

  it("nobody needs what came to nothing, unless the plan says so", () => {
    for (const { snapshot, screenplay } of films.slice(0, 30)) {
      const plan = planner.expand(snapshot, screenplay);
      const all = madeOf(plan);
      plan.nodes.forEach(({ from, kind }, i) => {
        const needed = new Map(
          [...all].filter(([place]) => from.some(({ node, isNeeded }) => node === place && isNeeded)),
        );
        const askFor = () => planner.ask(snapshot, plan, i, 0, needed);
        if (kind === "cut" || kind === "poster") expect(askFor).toThrow(/no picture was made/);
        else expect(askFor).not.toThrow();
      });
    }
  });

  it("the film is as long as it was asked to be, by what it takes to say its lines", () => {
    for (const { seed, snapshot, screenplay } of films.slice(0, 80)) {
      const plan = planner.expand(snapshot, screenplay);
      const asked = snapshot.wish.episodes * snapshot.wish.durationSec;
      const silent = plan.nodes.flatMap((node) => (node.kind === "line" ? [] : [node.id]));
      const made = new Map([...madeOf(plan)].filter(([i]) => silent.includes(plan.nodes[i]?.id ?? "")));
      const ratio = (snapshot.wish.ratios[0] ?? "").replace(":", "x");
      const cuts = plan.nodes.flatMap(({ id, kind }, i) => (kind === "cut" && id.endsWith(ratio) ? [i] : []));
      const ms = cuts.flatMap((i) =>
        assemblyOf<Cut>(planner.ask(snapshot, plan, i, 0, made)).shots.map((shot) => shot.durationMs),
      );
      const seconds = ms.reduce((sum, each) => sum + each, 0) / 1000;
      expect(Math.abs(seconds - asked) / asked, `seed ${seed}`).toBeLessThanOrEqual(0.05);
    }
  });
});

describe("an edit", () => {
  const wish: FilmWish = { ...seedExample, ratios: ["16:9", "9:16"], episodes: 2 };

  function changedBy(edit: (screenplay: Screenplay) => unknown, snapshot: Snapshot, screenplay: Screenplay): string[] {
    const edited: Screenplay = JSON.parse(JSON.stringify(screenplay));
    edit(edited);
    const [before, after] = [screenplay, edited].map((each) => {
      const given = { ...snapshot, screenplay: each };
      return asksOf(given, planner.plan(given));
    }) as [Map<string, string>, Map<string, string>];
    expect([...after.keys()].sort()).toEqual([...before.keys()].sort());
    return [...after].flatMap(([id, ask]) => (ask === before.get(id) ? [] : [id])).sort();
  }

  it.each<[string, Vendor[]]>([
    ["nobody's key", []],
    ["models of everything", ["dashscope", "kling"]],
  ])("of a line changes the line, its cuts and its episode's files, with %s", (_, keys) => {
    const snapshot = snapshotOf(wish, keys);
    for (let seed = 1; seed <= 10; seed++) {
      const dice = diceOf(seed);
      const screenplay = writeScreenplay({ prompt: "灯塔", seed, index: 0, wish });
      const [e, s] = [dice(2), dice(3)];
      const lines = screenplay.episodes[e]?.scenes[s]?.lines ?? [];
      const l = dice(lines.length);
      const changed = changedBy(
        (edited) => {
          const line = edited.episodes[e]?.scenes[s]?.lines[l];
          if (line) line.text = oneOf(dice, ["船已经开走了。", "别等了，回家吧！", "真的吗？我不信，你再说一遍。"]);
        },
        snapshot,
        screenplay,
      );
      const scene = `e${e + 1}s${s + 1}`;
      const films = ["16x9", "9x16"].flatMap((ratio) => [`cut-${scene}-${ratio}`, `episode-e${e + 1}-${ratio}`]);
      const files = [
        ...films,
        `line-${scene}l${l + 1}`,
        ...["srt", "vtt"].map((format) => `subtitles-e${e + 1}-${format}`),
      ];
      // The times of a line follow from how long its sound turned out to be: here all of them are equally long.
      const isRight = (ids: readonly string[]) => files.filter((id) => !ids.includes(id));
      expect(changed.filter((id) => !files.includes(id))).toEqual([]);
      expect(isRight(changed)).toEqual([]);
    }
  });

  it.each<[string, Vendor[]]>([
    ["nobody's key", []],
    ["models of everything", ["dashscope", "kling"]],
  ])(
    "of the order of its scenes changes an episode's files and nothing else, however long scenes are, with %s",
    (_, keys) => {
      const snapshot = snapshotOf(wish, keys);
      for (let seed = 1; seed <= 10; seed++) {
        const dice = diceOf(seed);
        const screenplay = writeScreenplay({ prompt: "灯塔", seed, index: 0, wish });
        const scenes = screenplay.episodes[0]?.scenes ?? [];
        // The first is longer than models can film: the others, which are equally long, share what it cannot have.
        for (const [s, scene] of scenes.entries())
          Object.assign(scene, { id: `e1s${s + 1}`, durationSec: s === 0 ? 91 : 20, shots: undefined });
        const changed = changedBy(
          (edited) => edited.episodes[0]?.scenes.sort(() => dice(3) - 1).reverse(),
          snapshot,
          screenplay,
        );
        const files = ["episode-e1-16x9", "episode-e1-9x16", "subtitles-e1-srt", "subtitles-e1-vtt"];
        expect([seed, changed.filter((id) => !files.includes(id))]).toEqual([seed, []]);
      }
    },
  );

  it("of how somebody looks changes their portrait and the stills that they are on", () => {
    const snapshot = snapshotOf(wish, ["dashscope", "kling"]);
    const screenplay = written(wish);
    const changed = changedBy(
      (edited) => {
        for (const person of edited.characters) if (person.id === "c3") person.look = "穿红雨衣的老人";
      },
      snapshot,
      screenplay,
    );
    expect(changed).toContain("portrait-c3");
    expect(changed.every((id) => /^(portrait-c3|still-)/.test(id))).toBe(true);
    expect(changed.length).toBeLessThan(countsOf(planner.plan({ ...snapshot, screenplay })).still ?? 0);
  });

  it("that leaves a scene out changes no picture of the others, though their names move", () => {
    const snapshot = snapshotOf(wish, ["dashscope", "kling"]);
    const screenplay = written(wish);
    const shorter: Screenplay = {
      ...screenplay,
      episodes: screenplay.episodes.map((each) => ({ ...each, scenes: each.scenes.slice(1) })),
    };
    const contents = (given: Screenplay) => {
      const whole = { ...snapshot, screenplay: given };
      const plan = planner.plan(whole);
      return plan.nodes.flatMap(({ kind }, i) =>
        kind === "still" ? [JSON.stringify(planner.ask(whole, plan, i, 0, new Map()).request)] : [],
      );
    };
    const before = contents(screenplay);
    expect(contents(shorter).every((ask) => before.includes(ask))).toBe(true);
  });
});

describe("a rung", () => {
  const snapshot = snapshotOf(seedExample, ["dashscope", "ark"], {
    video: { provider: "ark", model: "doubao-seedance-1-0-pro-250528" },
  });
  const plan = planner.expand(snapshot, written(seedExample));
  const clip = plan.nodes.findIndex(({ kind }) => kind === "clip");
  const rungs = plan.nodes[clip]?.rungs ?? [];
  const asked = (i: number) => planner.ask(snapshot, plan, clip, i, madeOf(plan)).request;

  it("is each way that is allowed, in the order of the rule", () => {
    expect(rungs.map(({ degraded }) => degraded)).toEqual([
      ...[undefined, "other_seed", "softened_prompt", "other_model", "shorter", "moving_still"],
    ]);
  });

  it("differs from the wanted one in what it says", () => {
    const [wanted, otherSeed, softened, otherModel, shorter, moving] = rungs.map((_, i) => asked(i));
    expect({ ...otherSeed, seed: wanted?.seed }).toEqual(wanted);
    expect(otherSeed?.seed).not.toBe(wanted?.seed);
    expect(softened?.instruction?.length).toBeLessThan(wanted?.instruction?.length ?? 0);
    expect(otherModel?.model).not.toBe(wanted?.model);
    expect(shorter?.durationSec).toBeLessThan(wanted?.durationSec ?? 0);
    expect(moving?.assembly).toMatchObject({ make: "pan", picture: 0 });
  });

  it("of another model is never dearer where no fallback was named", () => {
    for (const node of plan.nodes) {
      const other = node.rungs.find(({ degraded }) => degraded === "other_model");
      if (other) expect(other.price).toBeLessThanOrEqual(node.rungs[0]?.price ?? 0);
    }
  });
});

describe("a film", () => {
  const wish: FilmWish = { ...seedExample, episodes: 1, durationSec: 60, ratios: ["16:9", "9:16", "1:1"] };

  it("is cut for every format from the same clips: small losses are cut off, large ones shown as a whole", () => {
    const snapshot = snapshotOf(wish);
    const plan = planner.expand(snapshot, written(wish));
    const fits = ["16x9", "9x16", "1x1"].map((ratio) => {
      const i = plan.nodes.findIndex(({ id }) => id === `cut-e1s1-${ratio}`);
      return assemblyOf<Cut>(planner.ask(snapshot, plan, i, 0, madeOf(plan))).fit;
    });
    expect(fits).toEqual(["cover", "contain", "cover"]);
    expect(countsOf(plan)).toMatchObject({ clip: 12, cut: 9, episode: 3 });
  });

  it("shows what is there of a shot whose clip came to nothing: its still, else what is before it", () => {
    const snapshot = snapshotOf(wish);
    const plan = planner.expand(snapshot, written(wish));
    const place = (id: string) => plan.nodes.findIndex((node) => node.id === id);
    const made = madeOf(plan);
    for (const id of ["clip-e1s1h2", "clip-e1s1h3", "still-e1s1h3"]) made.delete(place(id));
    const ask = planner.ask(snapshot, plan, place("cut-e1s1-16x9"), 0, made);
    const { shots } = assemblyOf<Cut>(ask);
    const seen = shots.map(({ picture }) => {
      const input = ask.inputs[picture];
      return input && "node" in input ? plan.nodes[input.node]?.id : null;
    });
    expect(seen).toEqual(["clip-e1s1h1", "still-e1s1h2", "still-e1s1h2", "clip-e1s1h4"]);
  });

  it("lets a line that came to nothing be read, and music be missing", () => {
    const snapshot = snapshotOf({ ...wish, subtitles: "soft" });
    const plan = planner.expand(snapshot, written(wish));
    const made = new Map([...madeOf(plan)].filter(([i]) => !["line", "music"].includes(plan.nodes[i]?.kind ?? "")));
    const cut = assemblyOf<Cut>(
      planner.ask(
        snapshot,
        plan,
        plan.nodes.findIndex(({ kind }) => kind === "cut"),
        0,
        made,
      ),
    );
    expect(cut.lines.length).toBeGreaterThan(0);
    expect(cut.lines.every(({ sound, toMs, fromMs }) => sound === null && toMs > fromMs)).toBe(true);
    expect(cut.isSubtitled).toBe(false);
    const at = plan.nodes.findIndex(({ kind }) => kind === "episode");
    expect(assemblyOf<Episode>(planner.ask(snapshot, plan, at, 0, made))).toMatchObject({
      music: null,
      subtitles: "soft",
    });
  });

  it("uses the project's own portraits and pinned clips, and makes none for them", () => {
    const screenplay = written(wish);
    const base = { ...snapshotOf(wish, ["dashscope", "kling"]), screenplay };
    const portrait = fileOf("mine", "image");
    const pinned = fileOf("take", "video", 5000);
    const snapshot = { ...base, portraits: { c1: portrait }, clips: { e1s1h1: pinned } };
    const plan = planner.plan(snapshot);
    const ids = plan.nodes.map(({ id }) => id);
    expect(ids).not.toContain("portrait-c1");
    expect(ids.filter((id) => id.endsWith("e1s1h1"))).toEqual([]);
    expect(planner.quote(snapshot).price).toBeLessThan(planner.quote(base).price);
    const asks = [...asksOf(snapshot, plan)];
    expect(asks.find(([id]) => id === "cut-e1s1-16x9")?.[1]).toContain('"users/u/take"');
    expect(asks.some(([id, ask]) => id.startsWith("still") && ask.includes('"users/u/mine"'))).toBe(true);
  });

  it("gives a still the portraits of who is in it, leads first, and no more than the model takes", () => {
    const snapshot = snapshotOf(wish, ["dashscope", "runway"], { image: { provider: "runway", model: "gen4_image" } });
    const plan = planner.expand(snapshot, written(wish));
    const takes = snapshot.offers.image[0]?.takes?.pictures;
    expect(takes).toBe(3);
    const stills = plan.nodes.flatMap(({ kind, from }, i) => (kind === "still" ? [{ i, from }] : []));
    for (const { i, from } of stills) {
      const { inputs, request } = planner.ask(snapshot, plan, i, 0, madeOf(plan));
      expect(inputs).toEqual(from.slice(0, 3).map(({ node }) => ({ node })));
      if (inputs.length > 0) expect(request.instruction).toContain("参考图依次是");
    }
    expect(stills.some(({ from }) => from.length > 1)).toBe(true);
  });

  it("has its length also where lines take longer than they were thought to", () => {
    const snapshot = snapshotOf(wish);
    const plan = planner.expand(snapshot, written(wish));
    expect(plannedSeconds(snapshot, plan, 1000)).toBe(60);
    expect(plannedSeconds(snapshot, plan, 3000)).toBe(60);
  });

  it("keeps a user's own shots, as long as they are whole", () => {
    const screenplay = written(wish);
    const scene = screenplay.episodes[0]?.scenes[0];
    if (!scene) throw new Error("there is a scene");
    scene.shots = [
      { seen: "海面", characters: [], durationSec: 4, lines: 0 },
      { seen: "码头", characters: ["c1"], durationSec: 16, lines: scene.lines.length },
    ];
    const snapshot = { ...snapshotOf(wish, ["kling"]), screenplay };
    const plan = planner.plan(snapshot);
    const clips = plan.nodes.flatMap(({ id }, i) =>
      id.startsWith("clip-e1s1") ? [planner.ask(snapshot, plan, i, 0, new Map()).request] : [],
    );
    expect(clips.map(({ prompt, durationSec }) => [prompt, durationSec])).toEqual([
      ["海面", 5],
      ["码头", 10],
    ]);
  });
});

describe("what cannot be planned is refused with what to do:", () => {
  const refusal = (wish: Partial<FilmWish>, snapshot: Partial<Snapshot> = {}) => {
    const whole = { ...seedExample, ...wish };
    return () => planner.quote({ ...snapshotOf(whole), ...snapshot });
  };

  it("more nodes than there may be, with their number", () => {
    expect(refusal({ episodes: 20, scenesPerEpisode: 10, durationSec: 600 })).toThrow(
      /^This film would have \d{4,} parts/,
    );
    try {
      refusal({ episodes: 9 })();
    } catch (error) {
      const [, count] = /have (\d+) parts/.exec(String(error)) ?? [];
      expect(Number(count)).toBeGreaterThan(maxNodes);
      expect(error).toMatchObject({ type: "invalid_request", details: [{ path: "episodes" }] });
    }
    expect.assertions(3);
  });

  it.each<[string, () => unknown, RegExp]>([
    ["no format", refusal({ ratios: [] }), /^ratios: /],
    ["the same format twice", refusal({ ratios: ["16:9", "16:9"] }), /^ratios: /],
    [
      "scenes that are too long",
      refusal({ scenesPerEpisode: 1, durationSec: 600 }),
      /^durationSec: a scene may have 80 seconds/,
    ],
    [
      "no words to write from",
      () => planner.quote({ ...snapshotOf(seedExample), wish: { ...seedExample, prompt: " " } }),
      /^prompt: /,
    ],
    ["words that are too many", refusal({ prompt: "字".repeat(3000) }), /^prompt: must not be larger than 8192 bytes/],
    ["nobody who draws", refusal({}, { offers: { text: [], image: [], video: [], audio: [] } }), /^models: /],
  ])("%s", (_, refused, words) => {
    expect(refused).toThrow(words);
  });

  it("scenes that are too long for the model of videos, by its name", () => {
    const wish = { ...seedExample, scenesPerEpisode: 1, durationSec: 70 };
    expect(() => planner.quote(snapshotOf(wish, ["kling"]))).toThrow(/60 seconds here by kling-v2-6/);
    expect(planner.quote(snapshotOf(wish)).nodes).toBeGreaterThan(0);
  });
});
