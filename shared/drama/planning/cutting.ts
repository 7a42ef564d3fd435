// Cuts, episodes, subtitles and posters: what is put together of what was made.
import { AppError } from "../../errors/app-error.ts";
import type { Assembly, CutLine, CutShot, TimedLine } from "../../ports/assembly.ts";
import type { MadeKind } from "../../ports/provider.ts";
import type { NodeKind, Ratio, Snapshot } from "../plan.ts";
import { inOneFilm, type TimedScene, timesOf } from "../times.ts";
import { limits } from "../wish.ts";
import type { Draft, DraftedAsk, DraftedInput, MadeOf } from "./draft.ts";
import { asWritten, type Film, type FilmedEpisode, type FilmedScene, type FilmedShot } from "./film.ts";
import { fitOf, frames, ratioName } from "./frames.ts";
import { ASSEMBLY, assemblyPrice, offersFor } from "./offered.ts";
import { clipId, motionOf, stillId } from "./pictures.ts";
import { plain } from "./plain.ts";
import { lineId, musicId } from "./sounds.ts";

/** What is longer as JSON is a text beside the request. */
const LONGEST_IN_REQUEST = 6000;

export function cutDraft(snapshot: Snapshot, scene: FilmedScene, ratio: Ratio): Draft {
  const lines = scene.shots.flatMap((shot) => shot.lines);
  const spoken = isSpoken(snapshot) ? lines.map(lineId) : [];
  const shown = scene.shots.filter((shot) => !snapshot.clips[shot.id]);
  const from = [...shown.flatMap((shot) => [clipId(shot), stillId(shot)]), ...spoken];
  return assembled(
    snapshot,
    { id: cutId(scene, ratio), kind: "cut", type: "video", make: "cut" },
    loose(from),
    (made) => {
      const inputs: DraftedInput[] = [];
      const placeOf = (input: DraftedInput) => inputs.push(input) - 1;
      const times = timesIn(scene, made);
      const pictures = picturesOf(snapshot, scene, made);
      const places = new Map(
        pictures.map((input) => [nameOf(input), input] as const).map(([name, input]) => [name, placeOf(input)]),
      );
      const shots = scene.shots.map((shot, i): CutShot => {
        const picture = places.get(nameOf(pictures[i])) ?? 0;
        return { picture, durationMs: times.shots[i]?.durationMs ?? 0, motion: motionOf(scene, shot) };
      });
      const timed = times.shots.flatMap((shot) => shot.lines);
      const heard = lines.map((line, i): CutLine[] => {
        const at = timed[i];
        const id = lineId(line);
        return at ? [{ ...at, sound: made(id) ? placeOf({ id }) : null }] : [];
      });
      const first = snapshot.wish.ratios[0] ?? ratio;
      const isSubtitled = snapshot.wish.subtitles === "burnt";
      const cut = {
        make: "cut" as const,
        size: frames[ratio],
        fit: fitOf(first, ratio),
        shots,
        lines: heard.flat(),
        isSubtitled,
      };
      return asked("video", cut, inputs);
    },
  );
}

export function episodeDraft(
  snapshot: Snapshot,
  film: Film,
  episode: FilmedEpisode,
  ratio: Ratio,
  hasMusic: boolean,
): Draft {
  const cuts = episode.scenes.map((scene) => cutId(scene, ratio));
  const music = hasMusic ? [musicId(episode)] : [];
  const from = [...cuts.map((id) => ({ id, isNeeded: true })), ...loose([...music, ...spokenIn(snapshot, episode)])];
  const id = `episode-${episode.id}-${ratioName(ratio)}`;
  return assembled(snapshot, { id, kind: "episode", type: "video", make: "episode" }, from, (made) => {
    const heard = music.filter((each) => made(each));
    return asked(
      "video",
      {
        ...{ make: "episode", cuts: cuts.map((_, i) => i), music: heard.length > 0 ? cuts.length : null },
        ...{ lines: linesOf(episode, made), subtitles: snapshot.wish.subtitles === "soft" ? "soft" : "none" },
        language: film.language,
      },
      [...cuts, ...heard].map((each) => ({ id: each })),
    );
  });
}

export function subtitlesDraft(snapshot: Snapshot, episode: FilmedEpisode, format: "srt" | "vtt"): Draft {
  const node = { id: `subtitles-${episode.id}-${format}`, kind: "subtitles", type: "text", make: "subtitles" } as const;
  return assembled(snapshot, node, loose(spokenIn(snapshot, episode)), (made) => {
    const size = frames[snapshot.wish.ratios[0] ?? "16:9"];
    return asked("text", { make: "subtitles", format, lines: linesOf(episode, made), size }, []);
  });
}

/** The picture with the most people on it that there is. */
export function posterDraft(snapshot: Snapshot, film: Film, episode: FilmedEpisode): Draft {
  const shots = asWritten(episode.scenes).flatMap((scene) => scene.shots);
  const best = [...shots].sort((a, b) => b.characters.length - a.characters.length).slice(0, MOST_CANDIDATES);
  const stills = best.filter((shot) => !snapshot.clips[shot.id]).map(stillId);
  const node = { id: `poster-${episode.id}`, kind: "poster", type: "image", make: "poster" } as const;
  return assembled(snapshot, node, loose(stills), (made) => {
    const [still] = stills.filter((id) => made(id));
    const pinned = best.flatMap((shot) => snapshot.clips[shot.id] ?? [])[0];
    const input: DraftedInput | undefined = still === undefined ? pinned && { file: pinned } : { id: still };
    if (!input) throw nothingMade(node.id);
    const title = plain(film.title, limits.title);
    return asked(
      "image",
      {
        ...{ make: "poster", picture: 0, size: frames[snapshot.wish.ratios[0] ?? "16:9"] },
        ...{ title: title || film.genre, line: plain(episode.title, limits.title) },
      },
      [input],
    );
  });
}

const MOST_CANDIDATES = 6;

/** Whether there is anybody to speak the lines; else they are only read. */
export function isSpoken(snapshot: Pick<Snapshot, "offers">): boolean {
  return offersFor(snapshot, "audio", "speech").length > 0;
}

function cutId({ id }: FilmedScene, ratio: Ratio): string {
  return `cut-${id}-${ratioName(ratio)}`;
}

/** It is made without those that came to nothing. */
function loose(ids: readonly string[]): Draft["from"] {
  return ids.map((id) => ({ id, isNeeded: false }));
}

function assembled(
  snapshot: Snapshot,
  { make, ...node }: { id: string; kind: NodeKind; type: MadeKind; make: Assembly["make"] },
  from: Draft["from"],
  ask: (made: MadeOf) => DraftedAsk,
): Draft {
  const price = assemblyPrice(snapshot, node.type, make);
  return {
    ...node,
    stage: "cutting",
    from,
    makes: [{ provider: ASSEMBLY, model: make, lane: "assembly", price, ask }],
  };
}

function asked(type: MadeKind, assembly: Assembly, inputs: readonly DraftedInput[]): DraftedAsk {
  const request = { type, operation: "generate", model: assembly.make, prompt: "", n: 1 } as const;
  const text = JSON.stringify(assembly);
  if (Buffer.byteLength(text) <= LONGEST_IN_REQUEST) return { request: { ...request, assembly }, inputs };
  return {
    request: { ...request, assembly: { make: assembly.make, list: inputs.length } },
    inputs: [...inputs, { text }],
  };
}

/** The clip; else the still that it was to be made of; else what is seen before or after it. */
function picturesOf({ clips }: Snapshot, { id, shots }: FilmedScene, made: MadeOf): DraftedInput[] {
  const own = shots.map((shot): DraftedInput | null => {
    const pinned = clips[shot.id];
    if (pinned) return { file: pinned };
    const there = [clipId(shot), stillId(shot)].find((each) => made(each));
    return there === undefined ? null : { id: there };
  });
  const [first] = own.filter((input) => input !== null);
  if (!first) throw nothingMade(id);
  let last = first;
  return own.map((input) => {
    last = input ?? last;
    return last;
  });
}

function nothingMade(id: string): AppError {
  return new AppError("invalid_request", {
    message: `Of ${id} no picture was made: there is nothing to be put together.`,
  });
}

function nameOf(input: DraftedInput | undefined): string {
  return JSON.stringify(input);
}

function timesIn({ shots }: FilmedScene, made: MadeOf): TimedScene {
  return timesOf(
    shots.map(({ durationSec, lines }: FilmedShot) => ({
      durationMs: Math.round(durationSec * 1000),
      lines: lines.map((line) => ({ text: line.text, spokenMs: made(lineId(line))?.durationMs ?? null })),
    })),
  );
}

function linesOf({ scenes }: FilmedEpisode, made: MadeOf): TimedLine[] {
  return inOneFilm(scenes.map((scene) => timesIn(scene, made))).lines;
}

function spokenIn(snapshot: Snapshot, { scenes }: FilmedEpisode): string[] {
  if (!isSpoken(snapshot)) return [];
  return scenes.flatMap(({ shots }) => shots.flatMap(({ lines }) => lines.map(lineId)));
}
