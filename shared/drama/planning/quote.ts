// What a film costs at most. Where its screenplay is there, its own plan says it. Else every way in which a writer could share the time among the
// scenes is counted, and the dearest of each kind is what is quoted: no plan of the same snapshot can cost more.
import type { Offer, Quote, Snapshot, Stage } from "../plan.ts";
import { stages } from "../plan.ts";
import { planShots } from "../shots.ts";
import { SHORTEST_SCENE_SEC } from "../wish.ts";
import { mostLetters, mostLines, mostPortraits } from "./bounds.ts";
import { isSpoken } from "./cutting.ts";
import type { Draft } from "./draft.ts";
import { draftsOf, filmed, hasMusic } from "./graph.ts";
import { type Durations, longestScene, shotLengths } from "./lengths.ts";
import { assemblyPrice, offersFor, priceFor, shapeOf, takesOf } from "./offered.ts";
import { clipWaysOf } from "./pictures.ts";
import { heardWays, musicSeconds } from "./sounds.ts";

export function quoteOf(snapshot: Snapshot): Quote {
  const { screenplay } = snapshot;
  if (!screenplay) return quoted(boundsOf(snapshot));
  const drafts = draftsOf(snapshot, screenplay);
  const { unspoken } = filmed(snapshot, screenplay);
  return { ...quoted(drafts.map(({ stage, makes }) => ({ stage, nodes: 1, price: dearest({ makes }) }))), unspoken };
}

export function dearest({ makes }: Pick<Draft, "makes">): number {
  return Math.max(0, ...makes.map(({ price }) => price));
}

interface Counted {
  stage: Stage;
  nodes: number;
  price: number;
}

function quoted(counted: readonly Counted[]): Quote {
  const byStage = stages.map((stage) => {
    const own = counted.filter((each) => each.stage === stage);
    return { stage, nodes: sumOf(own.map(({ nodes }) => nodes)), price: sumOf(own.map(({ price }) => price)) };
  });
  const shown = byStage.filter(({ nodes }) => nodes > 0);
  return {
    nodes: sumOf(shown.map(({ nodes }) => nodes)),
    stages: shown,
    price: sumOf(shown.map(({ price }) => price)),
  };
}

/** Whatever the writer makes of it. */
function boundsOf(snapshot: Snapshot): Counted[] {
  const { wish } = snapshot;
  const { episodes, scenesPerEpisode, ratios } = wish;
  const [wanted] = offersFor(snapshot, "video");
  const durations = wanted ? takesOf(wanted).durations : [];
  const longest = Math.min(longestScene(durations), wish.durationSec - SHORTEST_SCENE_SEC * (scenesPerEpisode - 1));
  const lengths = Array.from(
    { length: Math.max(0, longest - SHORTEST_SCENE_SEC + 1) },
    (_, i) => SHORTEST_SCENE_SEC + i,
  );
  const planned = new Map(lengths.map((sec) => [sec, shotsOf(sec, durations)]));
  const clipLengths = [...new Set([...planned.values()].flat())];
  const prices = new Map(clipLengths.map((sec) => [sec, clipPrice(snapshot, sec)]));
  const priceOfClip = (sec: number) => prices.get(sec) ?? 0;
  const most = (of: (shots: readonly number[], sceneSec: number) => number) =>
    episodes *
    mostOfEpisode(
      wish,
      lengths,
      lengths.map((sec) => of(planned.get(sec) ?? [], sec)),
    );
  const shots = most((each) => each.length);
  const lines = isSpoken(snapshot) ? most((_, sec) => mostLines(sec)) : 0;
  const clips = most((each) => sumOf(each.map(priceOfClip)));
  const cuts = episodes * scenesPerEpisode * ratios.length;
  const subtitles = wish.subtitles === "none" ? 0 : 2 * episodes;
  const music = hasMusic(snapshot) ? episodes : 0;
  const assembly = (nodes: number, type: "video" | "text" | "image", make: string): Counted => ({
    ...{ stage: "cutting", nodes, price: nodes * assemblyPrice(snapshot, type, make) },
  });
  return [
    ...draftsOf(snapshot, null).map((draft): Counted => ({ stage: draft.stage, nodes: 1, price: dearest(draft) })),
    {
      stage: "pictures",
      nodes: mostPortraits(wish) + shots,
      price: (mostPortraits(wish) + shots) * imagePrice(snapshot),
    },
    { stage: "clips", nodes: shots, price: clips },
    { stage: "voices", nodes: lines, price: lines === 0 ? 0 : speechPrice(snapshot, lines) },
    { stage: "music", nodes: music, price: music * musicPrice(snapshot) },
    ...[assembly(cuts, "video", "cut"), assembly(episodes * ratios.length, "video", "episode")],
    ...[assembly(subtitles, "text", "subtitles"), assembly(episodes, "image", "poster")],
  ];
}

/** The most that any sharing of an episode's time among its scenes comes to; `amounts`: of a scene of each of the lengths. */
function mostOfEpisode(
  { scenesPerEpisode, durationSec }: Pick<Snapshot["wish"], "scenesPerEpisode" | "durationSec">,
  lengths: readonly number[],
  amounts: readonly number[],
): number {
  // By how many seconds are used up.
  let best: (number | undefined)[] = [0];
  for (let scene = 0; scene < scenesPerEpisode; scene++) {
    const next: (number | undefined)[] = [];
    best.forEach((amount, used) => {
      lengths.forEach((sec, i) => {
        if (amount === undefined || used + sec > durationSec) return;
        next[used + sec] = Math.max(next[used + sec] ?? 0, amount + (amounts[i] ?? 0));
      });
    });
    best = next;
  }
  return best[durationSec] ?? 0;
}

/** By rule: how many lines are said in it does not matter as long as they are no more than may be. */
function shotsOf(sceneSec: number, durations: Durations): number[] {
  const shots = planShots({ action: "", characters: [], lines: [], durationSec: sceneSec });
  return shotLengths(sceneSec, shots.length, durations) ?? shots.map(({ durationSec }) => durationSec);
}

function clipPrice(snapshot: Snapshot, shotSec: number): number {
  const ratio = snapshot.wish.ratios[0] ?? "16:9";
  const filmedPrices = clipWaysOf(snapshot, shotSec).map(({ offer, durationSec }) =>
    priceFor(offer, {
      ...shapeOf(offer, ratio, takesOf(offer).pictures > 0),
      ...(durationSec !== null && { durationSec }),
    }),
  );
  const pan =
    filmedPrices.length === 0 || snapshot.wish.onFailure === "degrade" ? assemblyPrice(snapshot, "video", "pan") : 0;
  return Math.max(pan, ...filmedPrices);
}

function imagePrice(snapshot: Snapshot): number {
  const prices = offersFor(snapshot, "image").flatMap((offer) =>
    [...snapshot.wish.ratios.slice(0, 1), "1:1" as const].flatMap((ratio) =>
      [false, true].map((goesByPictures) => priceFor(offer, shapeOf(offer, ratio, goesByPictures))),
    ),
  );
  return Math.max(0, ...prices);
}

/** By the letter and rounded up for each line, or so much for each line. */
function speechPrice(snapshot: Snapshot, lines: number): number {
  const { wish } = snapshot;
  const letters = wish.episodes * wish.scenesPerEpisode + wish.episodes * mostLetters(wish.durationSec, wish.language);
  const rules = heardWays(snapshot, offersFor(snapshot, "audio", "speech")).map(([offer]) => offer);
  const perLetter = Math.max(0, ...rules.map((offer) => (offer.price.unit === "character" ? offer.price.amount : 0)));
  const perLine = Math.max(0, ...rules.map((offer) => (offer.price.unit === "character" ? 1 : priceFor(offer, {}))));
  return Math.ceil(perLetter * letters) + lines * perLine;
}

function musicPrice(snapshot: Snapshot): number {
  const ways: readonly Offer[] = heardWays(snapshot, offersFor(snapshot, "audio", "music")).map(([offer]) => offer);
  return Math.max(
    0,
    ...ways.map((offer) => {
      const durationSec = musicSeconds(snapshot, offer);
      return priceFor(offer, durationSec === undefined ? {} : { durationSec });
    }),
  );
}

function sumOf(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0);
}
