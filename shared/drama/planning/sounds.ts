// Lines and music: what is heard.
import type { ProviderRequest } from "../../ports/provider.ts";
import { type Mood, moods } from "../../ports/wishes.ts";
import type { Offer, Snapshot } from "../plan.ts";
import type { SaidLine } from "./dialogue.ts";
import type { Draft, Make } from "./draft.ts";
import type { Film, FilmedEpisode } from "./film.ts";
import { offersFor, priced, takesOf } from "./offered.ts";
import { seedOf } from "./seed.ts";
import { musicWords } from "./words.ts";

/** It is repeated as often as the episode takes. */
const MUSIC_SEC = 60;

export function lineDraft(snapshot: Snapshot, film: Film, line: SaidLine): Draft {
  const voice = film.cast.find(({ id }) => id === line.character)?.voice ?? "woman";
  const makes = heardWays(snapshot, offersFor(snapshot, "audio", "speech")).map(([offer, degraded]) =>
    heard(offer, { ...base(line.text), sound: { kind: "speech", voice } }, degraded),
  );
  return { id: lineId(line), kind: "line", stage: "voices", type: "audio", from: [], makes };
}

export function musicDraft(snapshot: Snapshot, film: Film, episode: FilmedEpisode): Draft {
  const mood = moodOf(episode);
  const offers = offersFor(snapshot, "audio", "music");
  const again: (readonly [Offer, "other_seed"])[] = offers
    .slice(0, 1)
    .filter((offer) => snapshot.wish.onFailure === "degrade" && takesOf(offer).hasSeed)
    .map((offer) => [offer, "other_seed"]);
  const [wanted, ...others] = heardWays(snapshot, offers);
  const makes = [...(wanted ? [wanted] : []), ...again, ...others].map(([offer, degraded]) => {
    const { hasSeed, promptLength } = takesOf(offer);
    const prompt = musicWords(`${film.title}: ${episode.title}`, mood, film.language, promptLength);
    const seconds = musicSeconds(snapshot, offer);
    return heard(
      offer,
      {
        ...{ ...base(prompt), sound: { kind: "music", mood } },
        ...(seconds !== undefined && { durationSec: seconds }),
        ...(hasSeed && { seed: seedOf(snapshot.wish.seed, prompt, degraded === "other_seed") }),
      },
      degraded,
    );
  });
  return { id: musicId(episode), kind: "music", stage: "music", type: "audio", from: [], makes };
}

/** Undefined: it is not told. */
export function musicSeconds({ wish }: Pick<Snapshot, "wish">, offer: Offer): number | undefined {
  const { durations } = takesOf(offer);
  return durations.filter((sec) => sec <= Math.min(MUSIC_SEC, wish.durationSec)).at(-1) ?? durations[0];
}

/** The one that most of its time has. */
export function moodOf({ scenes }: FilmedEpisode): Mood {
  const seconds = (mood: Mood) =>
    scenes.filter((scene) => scene.mood === mood).reduce((sum, scene) => sum + scene.durationSec, 0);
  return moods.reduce((best, mood) => (seconds(mood) > seconds(best) ? mood : best), moods[0]);
}

export function lineId({ id }: Pick<SaidLine, "id">): string {
  return `line-${id}`;
}

export function musicId({ id }: Pick<FilmedEpisode, "id">): string {
  return `music-${id}`;
}

/** Milder words would be other words: there is only another model. */
export function heardWays(
  { wish }: Pick<Snapshot, "wish">,
  [wanted, other]: readonly Offer[],
): (readonly [Offer, ("other_model" | "other_seed")?])[] {
  if (!wanted) return [];
  return other && wish.onFailure === "degrade" ? [[wanted], [other, "other_model"]] : [[wanted]];
}

function base(prompt: string) {
  return { type: "audio" as const, operation: "generate" as const, prompt, n: 1 };
}

function heard(offer: Offer, asked: Omit<ProviderRequest, "model">, degraded?: Make["degraded"]): Make {
  const { request, price } = priced(offer, asked);
  const { provider, model } = offer;
  return {
    provider,
    model: model.id,
    lane: "job",
    price,
    ...(degraded && { degraded }),
    ask: () => ({ request, inputs: [] }),
  };
}
