// Every node of a film, each behind all that it is made from.

import type { Snapshot } from "../plan.ts";
import type { Screenplay } from "../screenplay.ts";
import { cutDraft, episodeDraft, isSpoken, posterDraft, subtitlesDraft } from "./cutting.ts";
import type { Draft } from "./draft.ts";
import { type Film, type FilmedEpisode, filmOf } from "./film.ts";
import { offersFor, takesOf } from "./offered.ts";
import { clipDraft, portraitDraft, stillDraft } from "./pictures.ts";
import { screenplayDraft } from "./screenplay-draft.ts";
import { lineDraft, musicDraft } from "./sounds.ts";

/** Null: it is still to be written, and nothing else can be planned. */
export function draftsOf(snapshot: Snapshot, screenplay: Screenplay | null): Draft[] {
  const written = snapshot.screenplay === null ? [screenplayDraft(snapshot)] : [];
  if (!screenplay) return written;
  const film = filmed(snapshot, screenplay);
  const portraits = film.people
    .filter(({ hasPortrait }) => hasPortrait)
    .map((person) => portraitDraft(snapshot, film, person));
  return [...written, ...portraits, ...film.episodes.flatMap((episode) => episodeDrafts(snapshot, film, episode))];
}

/** Its shots as long as the wanted model makes them. */
export function filmed(snapshot: Snapshot, screenplay: Screenplay): Film {
  const [wanted] = offersFor(snapshot, "video");
  return filmOf(snapshot, screenplay, wanted ? takesOf(wanted).durations : []);
}

function episodeDrafts(snapshot: Snapshot, film: Film, episode: FilmedEpisode): Draft[] {
  const { ratios, subtitles } = snapshot.wish;
  const music = hasMusic(snapshot) ? [musicDraft(snapshot, film, episode)] : [];
  const isRead =
    subtitles !== "none" &&
    episode.scenes.some((scene) => scene.shots.some(({ lines }) => lines.some(({ text }) => /\S/.test(text))));
  const files = isRead ? (["srt", "vtt"] as const).map((format) => subtitlesDraft(snapshot, episode, format)) : [];
  return [
    ...episode.scenes.flatMap((scene) =>
      scene.shots
        .filter(({ id }) => !snapshot.clips[id])
        .flatMap((shot) => [stillDraft(snapshot, film, scene, shot), clipDraft(snapshot, film, scene, shot)]),
    ),
    ...linesOf(snapshot, episode).map((line) => lineDraft(snapshot, film, line)),
    ...music,
    ...ratios.flatMap((ratio) => episode.scenes.map((scene) => cutDraft(snapshot, scene, ratio))),
    ...ratios.map((ratio) => episodeDraft(snapshot, film, episode, ratio, music.length > 0)),
    ...files,
    posterDraft(snapshot, film, episode),
  ];
}

export function hasMusic(snapshot: Snapshot): boolean {
  return snapshot.wish.hasMusic && offersFor(snapshot, "audio", "music").length > 0;
}

function linesOf(snapshot: Snapshot, { scenes }: FilmedEpisode) {
  return isSpoken(snapshot) ? scenes.flatMap(({ shots }) => shots.flatMap(({ lines }) => lines)) : [];
}
