// Labelled films are held against programs that know media files: they find the label, and play the same frames as before, from any place.
import { mkdtempSync, rmSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { aigcText } from "../../shared/labels/aigc-text.ts";
import { missingPrograms, toolsIn } from "../media/generated/tools.ts";
import { examined, generated, label, marked } from "./film-marking.ts";

const folder = mkdtempSync(join(tmpdir(), "dream-factory-films-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const { run, make, put } = toolsIn(folder);

const picture = ["-f", "lavfi", "-i", "testsrc2=size=64x48:rate=10:duration=3"];
const tone = ["-f", "lavfi", "-i", "sine=duration=3"];
const h264 = ["-c:v", "libx264", "-preset", "ultrafast", "-g", "5", "-pix_fmt", "yuv420p"];
const vp8 = ["-c:v", "libvpx", "-deadline", "realtime", "-g", "5", "-c:a", "libopus"];
const title = ["-metadata", "title=A film", "-metadata", "artist=Somebody"];
const fragments = "frag_keyframe+empty_moov";

const films: Readonly<Record<string, readonly string[]>> = {
  "end.mp4": [...picture, ...tone, ...h264, ...title],
  "front.mp4": [...picture, ...tone, ...h264, ...title, "-movflags", "+faststart"],
  "keys.mp4": [...picture, ...h264, ...title, "-metadata", "AIGC={}", "-movflags", "+faststart+use_metadata_tags"],
  "absolute.mp4": [...picture, ...tone, ...h264, ...title, "-movflags", fragments],
  "relative.mp4": [...picture, ...tone, ...h264, ...title, "-movflags", `${fragments}+default_base_moof`],
  "dash.mp4": [...picture, ...h264, ...title, "-movflags", `${fragments}+dash+global_sidx`],
  "film.mov": [...picture, ...tone, ...h264, ...title, "-movflags", "+faststart"],
  "song.m4a": [...tone, "-c:a", "aac", ...title, "-metadata", "track=3/9", "-movflags", "+faststart"],
  "film.webm": [...picture, ...tone, ...vp8, ...title],
  "cues.webm": [...picture, ...tone, ...vp8, ...title, "-cues_to_front", "1", "-cluster_time_limit", "500"],
  "clusters.webm": [...picture, ...tone, ...vp8, ...title, "-cluster_time_limit", "200"],
  "live.webm": [...picture, ...tone, ...vp8, ...title, "-live", "1", "-cluster_time_limit", "500"],
};

test("programs find the label, and the frames, packets and places are those of before", { timeout: 600_000 }, async ({
  skip,
}) => {
  const missing = await missingPrograms();
  // Where the checks of every change run, they are installed: there it must not be left out.
  if (missing !== null && process.env.MEDIA_TOOLS === "required") throw new Error(missing);
  if (missing !== null) skip(missing);
  for (const [name, options] of Object.entries(films)) {
    const bytes = await make("ffmpeg", name, ...options);
    const after = await marked(bytes);
    await put(`labelled-${name}`, after);
    expect(await probed(`labelled-${name}`), name).toEqual({ label: aigcText(label), title: "A film" });
    expect(await playedOf(`labelled-${name}`), name).toEqual(await playedOf(name));
    expect((await examined(after)).aigc, name).toEqual([aigcText(label)]);
    expect((await marked(after)).equals(after), name).toBe(true);
  }
  const names = Object.keys(films);
  expect(await foundIn(names.map((name) => `labelled-${name}`))).toEqual(names.map(wanted));
});

/** QuickTime has its own places for titles, which stay where they are. */
async function probed(name: string) {
  const told: { format: { tags: Record<string, string> } } = JSON.parse(
    await run("ffprobe", "-v", "error", "-of", "json", "-show_entries", "format_tags", name),
  );
  const tags = new Map(Object.entries(told.format.tags).map(([key, value]) => [key.toLowerCase(), value]));
  return { label: tags.get("aigc"), title: tags.get("title") };
}

/** What exiftool is to find. XMP has no place in WebM in which it would look for it. */
function wanted(name: string) {
  return { name: `labelled-${name}`, label: aigcText(label), source: name.endsWith(".webm") ? null : generated };
}

/** In all of them in one go: it takes longer to start than to read a file. */
async function foundIn(names: readonly string[]) {
  const all: Record<string, string>[] = JSON.parse(
    await run("exiftool", "-json", "-G1", "-AIGC", "-XMP:DigitalSourceType", ...names),
  );
  return all.map((found) => {
    const values = Object.entries(found);
    const labels = values.filter(([key]) => key.toLowerCase().endsWith(":aigc")).map(([, value]) => value);
    return {
      name: found.SourceFile,
      // It reads JSON in a value as what it says.
      label: typeof labels[0] === "string" ? labels[0] : JSON.stringify(labels[0]),
      source: values.find(([key]) => key.endsWith(":DigitalSourceType"))?.[1] ?? null,
    };
  });
}

/** Packets as they are; all frames; and the first one behind each of four places. In one run, which takes as long to start as to play. */
async function playedOf(name: string): Promise<string[]> {
  const indexed = name.endsWith(".mp4") ? ["-use_mfra_for", "pts"] : [];
  const reads = [[], [...indexed, "-ss", "2.2"], ...["0.3", "1.25", "2.6"].map((at) => ["-ss", at])];
  const first = ["-frames:v", "1"];
  const writes = [
    ...[["0", "-c", "copy"], ["0"], ["1", "-frames:a", "1"]],
    ...[
      ["2", ...first],
      ["3", ...first],
      ["4", ...first],
    ],
  ];
  const played = writes.map((_, i) => `played-${i}.md5`);
  await run(
    "ffmpeg",
    ...["-v", "error", "-y"],
    ...reads.flatMap((options) => [...options, "-i", name]),
    ...writes.flatMap((options, i) => ["-map", ...options, "-f", "framemd5", played[i] ?? ""]),
  );
  return Promise.all(played.map((each) => readFile(join(folder, each), "utf8")));
}
