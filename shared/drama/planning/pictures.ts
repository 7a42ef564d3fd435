// Portraits, stills and clips: what is seen.

import type { Motion, Pan } from "../../ports/assembly.ts";
import type { InputFile, ProviderRequest } from "../../ports/provider.ts";
import type { Offer, Rung, Snapshot } from "../plan.ts";
import type { Draft, DraftedInput, MadeOf, Make } from "./draft.ts";
import type { Film, FilmedScene, FilmedShot, Person } from "./film.ts";
import { frames } from "./frames.ts";
import { madeLength, shorterLength } from "./lengths.ts";
import { ASSEMBLY, assemblyPrice, offersFor, priced, shapeOf, takesOf } from "./offered.ts";
import { seedOf } from "./seed.ts";
import { clipWords, portraitWords, stillWords, type Told, type Words } from "./words.ts";

/** One way to ask: by whom, with what changed. */
interface Way {
  offer: Offer;
  degraded?: Exclude<Rung["degraded"], undefined>;
  isSoft: boolean;
}

/** The wanted way, another seed, milder words, another model. */
export function waysOf({ wish }: Pick<Snapshot, "wish">, offers: readonly Offer[]): Way[] {
  const [wanted, other] = offers;
  if (!wanted) return [];
  const first: Way = { offer: wanted, isSoft: false };
  if (wish.onFailure === "stop") return [first];
  return [
    first,
    ...(takesOf(wanted).hasSeed ? [{ ...first, degraded: "other_seed" as const }] : []),
    { offer: wanted, degraded: "softened_prompt", isSoft: true },
    ...(other ? [{ offer: other, degraded: "other_model" as const, isSoft: false }] : []),
  ];
}

export function portraitDraft(snapshot: Snapshot, film: Film, person: Person): Draft {
  const offers = offersFor(snapshot, "image");
  const ratio = portraitRatio(snapshot, offers[0]);
  const makes = waysOf(snapshot, offers).map(({ offer, degraded, isSoft }): Make => {
    const told = portraitWords(person, wordsFor(snapshot, film, offer, isSoft));
    const asked = {
      ...base("image", told),
      ...seeded(snapshot, offer, told, degraded),
      ...shapeOf(offer, ratio, false),
    };
    return paid(offer, asked, degraded, () => []);
  });
  return { id: portraitId(person), kind: "portrait", stage: "pictures", type: "image", from: [], makes };
}

/** A model that gives its picture the shape of what it goes by needs portraits of the film's own. */
function portraitRatio({ wish }: Snapshot, offer: Offer | undefined) {
  const ratio = wish.ratios[0] ?? "16:9";
  const keepsShape =
    offer !== undefined && takesOf(offer).pictures > 0 && Object.keys(shapeOf(offer, ratio, true)).length === 0;
  return keepsShape ? ratio : "1:1";
}

export function stillDraft(snapshot: Snapshot, film: Film, scene: FilmedScene, shot: FilmedShot): Draft {
  const offers = offersFor(snapshot, "image");
  const people = peopleIn(film, shot);
  const goesByPictures = offers.some((offer) => takesOf(offer).pictures > 0);
  const from = goesByPictures
    ? people.filter((each) => each.hasPortrait).map((each) => ({ id: portraitId(each), isNeeded: false }))
    : [];
  const makes = waysOf(snapshot, offers).map((way) => stillMake(snapshot, film, scene, shot, people, way));
  return { id: stillId(shot), kind: "still", stage: "pictures", type: "image", from, makes };
}

/** What it costs does not depend on which of the portraits are there. */
function stillMake(
  snapshot: Snapshot,
  film: Film,
  scene: FilmedScene,
  shot: FilmedShot,
  people: readonly Person[],
  { offer, degraded, isSoft }: Way,
): Make {
  const most = takesOf(offer).pictures;
  const words = wordsFor(snapshot, film, offer, isSoft);
  const unpictured = stillWords(shot, scene, people, [], words);
  const askedBy = (pictured: readonly Person[]) => {
    const told = pictured.length > 0 ? stillWords(shot, scene, people, pictured, words) : unpictured;
    const shape = shapeOf(offer, snapshot.wish.ratios[0] ?? "16:9", pictured.length > 0);
    return {
      ...base("image", told),
      ...seeded(snapshot, offer, unpictured, degraded),
      ...shape,
    };
  };
  const dearest = Math.max(priced(offer, askedBy([])).price, priced(offer, askedBy(people.slice(0, most))).price);
  return {
    ...rungOf(offer, degraded),
    price: dearest,
    ask(made) {
      const pictured = people.filter((each) => pictureOf(each, made) !== null).slice(0, most);
      const inputs = pictured.flatMap((each) => pictureOf(each, made) ?? []);
      return { request: priced(offer, askedBy(pictured)).request, inputs };
    },
  };
}

export function clipDraft(snapshot: Snapshot, film: Film, scene: FilmedScene, shot: FilmedShot): Draft {
  const makes = [...filmedMakes(snapshot, film, scene, shot), ...panMakes(snapshot, scene, shot)];
  const from = [{ id: stillId(shot), isNeeded: true }];
  return { id: clipId(shot), kind: "clip", stage: "clips", type: "video", from, makes };
}

/** By a model of videos. */
function filmedMakes(snapshot: Snapshot, film: Film, scene: FilmedScene, shot: FilmedShot): Make[] {
  const ratio = snapshot.wish.ratios[0] ?? "16:9";
  return clipWaysOf(snapshot, shot.durationSec).map(({ offer, degraded, isSoft, durationSec }) => {
    const told = clipWords(shot, scene, wordsFor(snapshot, film, offer, isSoft));
    const goesByPictures = takesOf(offer).pictures > 0;
    const asked = {
      ...{
        ...base("video", told),
        ...seeded(snapshot, offer, told, degraded),
        ...shapeOf(offer, ratio, goesByPictures),
      },
      ...(durationSec !== null && { durationSec }),
    };
    return paid(offer, asked, degraded, () => (goesByPictures ? [{ id: stillId(shot) }] : []));
  });
}

/** With how long the clip is to be; null where the model is not told. */
export function clipWaysOf(
  snapshot: Pick<Snapshot, "wish" | "offers">,
  shotSec: number,
): (Way & { durationSec: number | null })[] {
  const offers = offersFor(snapshot, "video");
  const secondsOf = (offer: Offer) => {
    const { durations } = takesOf(offer);
    return durations.length === 0 ? null : madeLength(shotSec, durations);
  };
  const ways = waysOf(snapshot, offers).map((way) => ({ ...way, durationSec: secondsOf(way.offer) }));
  const [wanted] = ways;
  const seconds = wanted?.durationSec ?? null;
  const shorter = wanted && seconds !== null ? shorterLength(seconds, takesOf(wanted.offer).durations) : null;
  if (!wanted || shorter === null || snapshot.wish.onFailure === "stop") return ways;
  return [...ways, { ...wanted, degraded: "shorter", isSoft: true, durationSec: shorter }];
}

/** The still moves: what is wanted where nobody films, else the last way. */
function panMakes(snapshot: Snapshot, scene: FilmedScene, shot: FilmedShot): Make[] {
  const isWanted = offersFor(snapshot, "video").length === 0;
  if (!isWanted && snapshot.wish.onFailure === "stop") return [];
  const pan: Pan = {
    ...{ make: "pan", picture: 0, fit: "cover", motion: motionOf(scene, shot) },
    ...{ size: frames[snapshot.wish.ratios[0] ?? "16:9"], durationMs: panMs(shot) },
  };
  const rung = {
    provider: ASSEMBLY,
    model: pan.make,
    lane: "assembly" as const,
    price: assemblyPrice(snapshot, "video", pan.make),
  };
  const request: ProviderRequest = {
    type: "video",
    operation: "generate",
    model: pan.make,
    prompt: "",
    n: 1,
    assembly: pan,
  };
  const inputs = [{ id: stillId(shot) }];
  return [{ ...rung, ...(!isWanted && { degraded: "moving_still" as const }), ask: () => ({ request, inputs }) }];
}

/** What is spoken may take longer than was planned: then it still moves. */
const SPARE = 1.25;
const LONGEST_PAN_MS = 60_000;

function panMs({ durationSec, lines }: FilmedShot): number {
  return Math.min(LONGEST_PAN_MS, Math.max(1000, Math.round(durationSec * 1000 * (lines.length > 0 ? SPARE : 1))));
}

const movements = ["in", "left", "out", "right"] as const satisfies readonly Motion[];

export function motionOf({ shots }: FilmedScene, shot: FilmedShot): Motion {
  return movements[shots.indexOf(shot) % movements.length] ?? "in";
}

/** Who is in it, the most important first. */
export function peopleIn({ people }: Film, { characters }: FilmedShot): Person[] {
  return people.filter(({ id }) => characters.includes(id));
}

export function portraitId({ id }: Pick<Person, "id">): string {
  return `portrait-${id}`;
}

export function stillId({ id }: Pick<FilmedShot, "id">): string {
  return `still-${id}`;
}

export function clipId({ id }: Pick<FilmedShot, "id">): string {
  return `clip-${id}`;
}

function pictureOf(person: Person, made: MadeOf): DraftedInput | null {
  const file: InputFile | null = person.picture;
  if (file) return { file };
  return person.hasPortrait && made(portraitId(person)) ? { id: portraitId(person) } : null;
}

function wordsFor({ wish }: Snapshot, { language }: Film, offer: Offer, isSoft: boolean): Words {
  return { language, style: wish.style, most: takesOf(offer).promptLength, isSoft };
}

function base(type: "image" | "video", { prompt, instruction }: Told) {
  return { type, operation: "generate" as const, prompt, instruction, n: 1 };
}

/** By what is wanted, so that it stays the same wherever in the film it stands; milder words and others come with another one. */
function seeded(
  { wish }: Snapshot,
  offer: Offer,
  { instruction }: Told,
  degraded: Rung["degraded"],
): { seed?: number } {
  return takesOf(offer).hasSeed ? { seed: seedOf(wish.seed, instruction, degraded !== undefined) } : {};
}

function rungOf({ provider, model }: Offer, degraded: Rung["degraded"]): Omit<Rung, "price"> {
  return { provider, model: model.id, lane: "job", ...(degraded && { degraded }) };
}

function paid(
  offer: Offer,
  asked: Omit<ProviderRequest, "model">,
  degraded: Rung["degraded"],
  inputs: (made: MadeOf) => DraftedInput[],
): Make {
  const { request, price } = priced(offer, asked);
  return { ...rungOf(offer, degraded), price, ask: (made) => ({ request, inputs: inputs(made) }) };
}
