// A scene's shots with the lines that are said in them: what is moved and edited together.
import type { Scene, UpdateSceneRequest } from "dream-factory-client";

export interface Shot {
  /** `e1s2h3`. */
  id: string;
  seen: string;
  characters: string[];
  durationSec: number;
  lines: Scene["lines"];
}

export function shotsOf(scene: Pick<Scene, "id" | "shots" | "lines">): Shot[] {
  let said = 0;
  return scene.shots.map(({ seen, characters, durationSec, lines }, index) => {
    const from = said;
    said += lines;
    return { id: `${scene.id}h${index + 1}`, seen, characters, durationSec, lines: scene.lines.slice(from, said) };
  });
}

/** As a scene takes them: its length is theirs, and so are its lines. */
export function sceneOf(shots: readonly Shot[]): Pick<UpdateSceneRequest, "shots" | "lines" | "durationSec"> {
  return {
    shots: shots.map(({ seen, characters, durationSec, lines }) => ({
      seen,
      characters,
      durationSec,
      lines: lines.length,
    })),
    lines: shots.flatMap(({ lines }) => lines),
    durationSec: shots.reduce((sum, { durationSec }) => sum + durationSec, 0),
  };
}

export function moved<Item>(items: readonly Item[], from: number, to: number): Item[] {
  const next = items.toSpliced(from, 1);
  const [item] = items.slice(from, from + 1);
  return item === undefined ? next : next.toSpliced(to, 0, item);
}
