// What the parts of a production show of its shots and characters.
import type { Character, ProductionNode, Scene } from "dream-factory-client";
import type { Person, ShotPicture } from "../components/storyboard.tsx";
import { whyOf } from "../texts/failures.ts";
import type { Texts } from "../texts/texts.ts";

type Parts = ReadonlyMap<string, ProductionNode>;

export function peopleOf(characters: readonly Character[], parts: Parts): ReadonlyMap<string, Person> {
  return new Map(characters.map((each) => [each.id, { name: each.name, picture: portraitOf(each, parts) }]));
}

/** The user's own picture, else the one that was drawn. */
export function portraitOf({ id, portrait }: Character, parts: Parts): string | null {
  return portrait?.url ?? smallOf(parts.get(`portrait-${id}`)) ?? null;
}

export function picturesOf(t: Texts, scenes: readonly Scene[], parts: Parts): ReadonlyMap<string, ShotPicture> {
  const ids = scenes.flatMap(({ id, shots }) => shots.map((_, index) => `${id}h${index + 1}`));
  return new Map(ids.map((id) => [id, pictureOf(t, id, parts)]));
}

function pictureOf(t: Texts, shotId: string, parts: Parts): ShotPicture {
  const [still, clip] = [parts.get(`still-${shotId}`), parts.get(`clip-${shotId}`)];
  // A clip that was left out says nothing of why.
  const isDecided = clip && clip.state !== "waiting" && !(clip.state === "skipped" && still?.state === "failed");
  const last = isDecided ? clip : still;
  return {
    picture: smallOf(still) ?? smallOf(clip) ?? null,
    state: still?.output && clip?.state === "waiting" ? "making" : (last?.state ?? "waiting"),
    degraded: clip?.degraded ?? still?.degraded ?? null,
    why: (last && whyOf(t, last)) ?? null,
  };
}

function smallOf(part: ProductionNode | undefined): string | null | undefined {
  return part?.output?.thumbnailUrl ?? (part?.output?.type === "image" ? part.output.url : null);
}
