// What cannot be planned, said before anything is: with the numbers, and what to do.
import { AppError } from "../../errors/app-error.ts";
import type { Snapshot } from "../plan.ts";
import { SHORTEST_SCENE_SEC } from "../wish.ts";
import { longestScene } from "./lengths.ts";
import { offersFor, takesOf } from "./offered.ts";

/** Of UTF-8; what a request may hold of words. */
const MOST_PROMPT_BYTES = 8 * 1024;

export function requirePlannable(snapshot: Snapshot): void {
  const { wish, screenplay } = snapshot;
  if (wish.ratios.length === 0) throw refused("ratios", "names no format: name at least one, such as 16:9");
  if (new Set(wish.ratios).size < wish.ratios.length) throw refused("ratios", "names a format twice");
  if (offersFor(snapshot, "image").length === 0) throw refused("models", "there is nobody here who makes pictures");
  if (screenplay) {
    const lengths = screenplay.episodes.map(({ scenes }) => scenes.map(({ durationSec }) => durationSec));
    requireTime(snapshot, lengths);
  } else {
    requireWritable(snapshot);
  }
}

function requireWritable(snapshot: Snapshot): void {
  const { wish } = snapshot;
  if (offersFor(snapshot, "text").length === 0) throw refused("models", "there is nobody here who writes screenplays");
  if (wish.prompt.trim() === "") throw refused("prompt", "is required for a screenplay that is still to be written");
  if (Buffer.byteLength(wish.prompt) > MOST_PROMPT_BYTES) {
    throw refused("prompt", `must not be larger than ${MOST_PROMPT_BYTES} bytes`);
  }
  if (wish.durationSec < SHORTEST_SCENE_SEC * wish.scenesPerEpisode) {
    const message = `is too short for ${wish.scenesPerEpisode} scenes of at least ${SHORTEST_SCENE_SEC} seconds`;
    throw refused("durationSec", message);
  }
  const even = wish.durationSec / wish.scenesPerEpisode;
  requireTime(snapshot, [Array.from({ length: wish.scenesPerEpisode }, () => even)]);
}

/** A scene has six shots at most, and a shot is no longer than a clip. */
function requireTime(snapshot: Snapshot, episodes: readonly (readonly number[])[]): void {
  const [wanted] = offersFor(snapshot, "video");
  const most = longestScene(wanted ? takesOf(wanted).durations : []);
  episodes.forEach((scenes, i) => {
    if (scenes.length === 0) throw refused("episodes", `episode ${i + 1} has no scenes`);
    const seconds = scenes.reduce((sum, each) => sum + each, 0);
    if (seconds <= scenes.length * most) return;
    const by = wanted ? ` by ${wanted.model.id}` : "";
    throw refused(
      "durationSec",
      `a scene may have ${most} seconds here${by}: ${Math.round(seconds)} need more than ${scenes.length} scenes`,
    );
  });
  if (episodes.length === 0) throw refused("episodes", "there is none");
}

function refused(path: string, message: string): AppError {
  return new AppError("invalid_request", { message: `${path}: ${message}`, details: [{ path, message }] });
}
