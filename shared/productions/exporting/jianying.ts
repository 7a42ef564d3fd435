// A draft of JianYing Pro (CapCut's elder sister): the folder that the program keeps for each of its projects. Nobody publishes its form; this is what
// drafts of version 5.9 hold, as programs that write such drafts have found. Times are microseconds. Paths are relative to the draft's folder, by the
// placeholder that the program itself writes: the files that are shown come with it.
import { createHash } from "node:crypto";
import { FRAMES_PER_SECOND } from "../../ports/assembly.ts";
import type { InputFile } from "../../ports/provider.ts";
import type { JsonObject } from "../../ports/table.ts";
import { emptyMaterials, emptyMeta, fixedOfDraft, fixedOfSegment } from "./jianying-defaults.ts";
import { framesAt, type Placed, type Timeline } from "./timeline.ts";

export interface Draft {
  content: string;
  meta: string;
  /** What has to lie in the draft's folder. */
  files: readonly { name: string; file: InputFile }[];
}

/** What stands for the draft's folder, wherever it lies. */
const FOLDER = "##_draftpath_placeholder_0E685133-18CE-45ED-8CB8-2904A212EC80_##";
const MATERIALS = "materials";
/** A still has no end: three hours, as the program writes. */
const STILL_US = 10_800_000_000;
/** What is drawn above what. */
const render = { video: 0, audio: 0, text: 15_000 } as const;

/** `at`: epoch milliseconds. The same timeline gives the same draft. */
export function draftOf(timeline: Timeline, { id, at }: { id: string; at: number }): Draft {
  const { title, episode, size, shots, lines, music, frames } = timeline;
  const spoken = lines.flatMap((line) => (line.sound ? [{ ...line, ...line.sound }] : []));
  const heard = [...spoken, ...(music ? [music] : [])];
  const files = new Map([...shots, ...heard].map(({ file }) => [file.key, { name: nameOf(file), file }]));
  const name = `${title} – ${episode}`;
  const draftId = idOf(`${id} ${episode}`);
  const tracks = [
    track(
      "video",
      shots.map((shot) => segment(shot, "video", { isStill: shot.isStill })),
    ),
    ...(spoken.length > 0
      ? [
          track(
            "audio",
            spoken.map((line) => segment(line, "audio")),
            "lines",
          ),
        ]
      : []),
    ...(music ? [track("audio", [segment(music, "audio", { volume: MUSIC_VOLUME })], "music")] : []),
    ...(lines.length > 0
      ? [
          track(
            "text",
            lines.map((line, i) => caption(line, i)),
          ),
        ]
      : []),
  ];
  const used = [...shots, ...heard];
  const content = {
    ...fixedOfDraft,
    ...{ id: draftId, name, duration: us(frames), fps: FRAMES_PER_SECOND },
    create_time: Math.floor(at / 1000),
    update_time: Math.floor(at / 1000),
    canvas_config: { width: size.width, height: size.height, ratio: "original" },
    materials: {
      ...emptyMaterials,
      videos: [...new Map(shots.map((shot) => [shot.file.key, picture(shot.file)])).values()],
      audios: [...new Map(heard.map(({ file }) => [file.key, sound(file)])).values()],
      texts: lines.map(({ text }, i) => words(text, i)),
      speeds: used.map((placed) => ({ curve_speed: null, id: speedOf(placed), mode: 0, speed: 1, type: "speed" })),
    },
    tracks,
  };
  const meta = {
    ...emptyMeta,
    ...{ draft_id: draftId, draft_name: name, draft_fold_path: "", draft_root_path: "", tm_duration: us(frames) },
    ...{ tm_draft_create: at * 1000, tm_draft_modified: at * 1000 },
  };
  return { content: JSON.stringify(content), meta: JSON.stringify(meta), files: [...files.values()] };
}

/** Low, below what is said. */
const MUSIC_VOLUME = 0.25;

function track(type: keyof typeof render, segments: JsonObject[], name = ""): JsonObject {
  const id = idOf(`track ${type} ${name}`);
  return { attribute: 0, flag: 0, id, is_default_name: name === "", name, segments, type };
}

/** What is shorter than its place is shown for as long as it has. */
function segment(
  placed: Placed,
  type: "video" | "audio",
  { isStill = false, volume = 1 }: { isStill?: boolean; volume?: number } = {},
): JsonObject {
  const { file, from, frames } = placed;
  const length = isStill || file.durationMs === null ? frames : Math.min(frames, framesAt(file.durationMs));
  const seen = {
    clip: unmoved,
    hdr_settings: { intensity: 1, mode: 1, nits: 1000 },
    uniform_scale: { on: true, value: 1 },
  };
  return {
    ...fixedOfSegment,
    id: idOf(`segment ${placed.name} ${from}`),
    material_id: materialOf(file),
    render_index: render[type],
    source_timerange: { start: 0, duration: us(length) },
    target_timerange: { start: us(from), duration: us(length) },
    ...{ speed: 1, volume, extra_material_refs: [speedOf(placed)] },
    ...(type === "video" ? seen : { clip: null, hdr_settings: null }),
  };
}

function caption({ from, frames }: { from: number; frames: number }, index: number): JsonObject {
  return {
    ...fixedOfSegment,
    id: idOf(`caption ${index}`),
    material_id: idOf(`text ${index}`),
    render_index: render.text,
    source_timerange: null,
    target_timerange: { start: us(from), duration: us(Math.max(1, frames)) },
    ...{ speed: 1, volume: 1, extra_material_refs: [] },
    // Where the program puts subtitles that it imports.
    clip: { ...unmoved, transform: { x: 0, y: -0.8 } },
  };
}

const unmoved = {
  alpha: 1,
  flip: { horizontal: false, vertical: false },
  rotation: 0,
  scale: { x: 1, y: 1 },
  transform: { x: 0, y: 0 },
} as const;

function picture(file: InputFile): JsonObject {
  const isStill = file.type === "image";
  const corner = { upper_left_x: 0, upper_left_y: 0, upper_right_x: 1, upper_right_y: 0 };
  return {
    ...localFile(file),
    crop: { ...corner, lower_left_x: 0, lower_left_y: 1, lower_right_x: 1, lower_right_y: 1 },
    ...{ crop_ratio: "free", crop_scale: 1, has_audio: false, type: isStill ? "photo" : "video" },
    ...{ width: file.width ?? 0, height: file.height ?? 0, duration: isStill ? STILL_US : usOf(file) },
    ...{ material_name: nameOf(file), check_flag: 63487 },
  };
}

function sound(file: InputFile): JsonObject {
  const id = materialOf(file);
  return {
    ...localFile(file),
    ...{ name: nameOf(file), type: "extract_music", duration: usOf(file), check_flag: 1 },
    ...{ app_id: 0, copyright_limit_type: "none", music_id: id, local_material_id: id, wave_points: [] },
  };
}

function localFile(file: InputFile): JsonObject {
  const id = materialOf(file);
  const path = `${FOLDER}/${MATERIALS}/${nameOf(file)}`;
  return { id, material_id: id, path, category_id: "", category_name: "local", source_platform: 0, team_id: "" };
}

/** The words stand in a text that is JSON itself; ranges count UTF-16 units. */
function words(text: string, index: number): JsonObject {
  const white = { render_type: "solid", solid: { alpha: 1, color: [1, 1, 1] } };
  const style = { fill: { alpha: 1, content: white }, range: [0, text.length], size: 8, strokes: [] };
  return {
    ...{ id: idOf(`text ${index}`), type: "subtitle", alignment: 1, check_flag: 7, typesetting: 0 },
    content: JSON.stringify({ styles: [style], text }),
    ...{ line_max_width: 0.82, line_spacing: 0.02, letter_spacing: 0, initial_scale: 1, words: noWords },
  };
}

const noWords = { end_time: [], start_time: [], text: [] };

/** By its content, which says enough: two of one content are one file. */
function nameOf({ key, sha256 }: InputFile): string {
  return `${sha256.slice(0, 16) || idOf(key)}.${key.slice(key.lastIndexOf(".") + 1)}`;
}

function materialOf(file: InputFile): string {
  return idOf(`material ${nameOf(file)}`);
}

function speedOf({ name, from }: Pick<Placed, "name" | "from">): string {
  return idOf(`speed ${name} ${from}`);
}

function us(frames: number): number {
  return Math.round((frames * 1_000_000) / FRAMES_PER_SECOND);
}

function usOf({ durationMs }: InputFile): number {
  return (durationMs ?? 0) * 1000;
}

/** Such as the program makes, and the same for the same. */
function idOf(text: string): string {
  const hex = createHash("sha256").update(text).digest("hex").toUpperCase();
  return [hex.slice(0, 8), hex.slice(8, 12), `4${hex.slice(13, 16)}`, `A${hex.slice(17, 20)}`, hex.slice(20, 32)].join(
    "-",
  );
}
