// OpenTimelineIO: https://opentimelineio.readthedocs.io/en/latest/tutorials/otio-serialized-schema.html. In the oldest version of each schema that
// says what is to be said (`Clip.1`): every reader since 2017 understands it, and the newer ones bring it up to date by themselves.
import { FRAMES_PER_SECOND } from "../../ports/assembly.ts";
import type { InputFile } from "../../ports/provider.ts";
import type { JsonObject, JsonValue } from "../../ports/table.ts";
import { framesAt, type Placed, type PlacedLine, type Timeline } from "./timeline.ts";

/** `urlOf`: where a file is to be had. */
export function otioOf(timeline: Timeline, urlOf: (key: string) => string): string {
  const { title, episode, shots, lines, music } = timeline;
  const video = track(
    "Video",
    "Video",
    shots.map((shot) => clip(shot, urlOf, shot.isStill ? null : shot.file)),
  );
  const spoken = track("Dialogue", "Audio", spread(timeline, lines, urlOf));
  const below = music ? [track("Music", "Audio", [clip(music, urlOf, music.file)])] : [];
  const stack = composition("Stack.1", "tracks", [video, spoken, ...below], lines.map(marker));
  return JSON.stringify(
    {
      ...named("Timeline.1", `${title} – ${episode}`),
      global_start_time: time(0),
      tracks: stack,
    },
    null,
    2,
  );
}

function named(schema: string, name: string, metadata: JsonObject = {}): JsonObject {
  return { OTIO_SCHEMA: schema, name, metadata };
}

function composition(schema: string, name: string, children: JsonValue[], markers: JsonValue[] = []): JsonObject {
  return { ...named(schema, name), children, source_range: null, effects: [], markers };
}

function track(name: string, kind: "Video" | "Audio", children: JsonValue[]): JsonObject {
  return { ...composition("Track.1", name, children), kind };
}

/** What is shorter than its place, as music that is repeated below a film, is shown for as long as it has. */
function clip(
  { name, file, from: _, frames }: Placed,
  urlOf: (key: string) => string,
  timed: InputFile | null,
): JsonObject {
  const length = timed?.durationMs ? framesAt(timed.durationMs) : null;
  const reference = {
    ...named("ExternalReference.1", name, { dream_factory: { key: file.key, sha256: file.sha256 } }),
    target_url: urlOf(file.key),
    available_range: length === null ? null : range(0, length),
  };
  return {
    ...named("Clip.1", name),
    media_reference: reference,
    source_range: range(0, length === null ? frames : Math.min(frames, length)),
    effects: [],
    markers: [],
  };
}

/** Who speaks when, with silence between. */
function spread({ frames }: Timeline, lines: readonly PlacedLine[], urlOf: (key: string) => string): JsonValue[] {
  const children: JsonValue[] = [];
  let at = 0;
  for (const { from, frames: most, sound } of lines) {
    if (!sound || from < at) continue;
    if (from > at) children.push(gap(from - at));
    const heard = Math.min(most, framesAt(sound.file.durationMs ?? 0) || most);
    children.push(clip({ ...sound, from, frames: heard }, urlOf, sound.file));
    at = from + heard;
  }
  if (at < frames) children.push(gap(frames - at));
  return children;
}

function gap(frames: number): JsonObject {
  return { ...named("Gap.1", ""), source_range: range(0, frames), effects: [], markers: [] };
}

function marker({ from, frames, text }: PlacedLine): JsonObject {
  return { ...named("Marker.2", text), color: "WHITE", marked_range: range(from, frames) };
}

function range(from: number, frames: number): JsonObject {
  return { OTIO_SCHEMA: "TimeRange.1", start_time: time(from), duration: time(frames) };
}

function time(frames: number): JsonObject {
  return { OTIO_SCHEMA: "RationalTime.1", rate: FRAMES_PER_SECOND, value: frames };
}
