// The inspection is held against programs that know media files: what it says of well over 150 generated ones is what they say.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pLimit from "p-limit";
import sharp from "sharp";
import { afterAll, expect, test } from "vitest";
import { checkAndDecode } from "../../shared/media/decode.ts";
import type { Inspection } from "../../shared/media/inspect.ts";
import { images } from "./generated/images.ts";
import type { Row } from "./generated/row.ts";
import { missingPrograms, type Tools, toolsIn } from "./generated/tools.ts";
import { videos } from "./generated/videos.ts";
import { pieces } from "./inspecting.ts";

const folder = mkdtempSync(join(tmpdir(), "dream-factory-generated-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const tools = toolsIn(folder);

/** Some 25 s of one processor, which may have others to serve. */
const timeout = 900_000;

test("ffprobe, ImageMagick and sharp say the same of every generated file", { timeout }, async ({ skip }) => {
  const missing = await missingPrograms();
  // Where the checks of every change run, they are installed: there it must not be left out.
  if (missing !== null && process.env.MEDIA_TOOLS === "required") throw new Error(missing);
  if (missing !== null) skip(missing);
  const rows = [...(await images(tools)), ...(await videos(tools))];
  expect(rows.length).toBeGreaterThanOrEqual(150);
  expect(new Set(rows.map(({ kind, name }) => `${kind} ${name}`)).size).toBe(rows.length);
  const limit = pLimit(3);
  const found = rows.map((row, at) =>
    limit(async () => (await complaintsAbout(row, `row-${at}`)).map((each) => `${row.name}: ${each}`)),
  );
  expect((await Promise.all(found)).flat()).toEqual([]);
});

async function complaintsAbout(row: Row, file: string): Promise<string[]> {
  const found = await inspected(row);
  if (typeof found === "string") return row.expect === "kept" ? [found] : [];
  if (row.expect === "refused") return ["is kept"];
  const path = await tools.put(file, row.bytes);
  const told = row.kind === "image" ? await toldOfImage(row, path, tools) : [await toldOfVideo(path, tools)];
  return [...told, { by: "the table", ...row.want }].flatMap((each) => differences(found, each));
}

/** A sentence when it is refused. */
async function inspected({ kind, bytes }: Row): Promise<Inspection | string> {
  try {
    const { body, result } = checkAndDecode(
      pieces(bytes, () => 65_536),
      { expect: kind, maxBytes: 2 ** 30 },
    );
    for await (const _ of body);
    return result();
  } catch (error) {
    return error instanceof Error ? error.message : "unknown";
  }
}

/** What a program tells, as far as it does. */
interface Told {
  by: string;
  width?: number;
  height?: number;
  durationMs?: number | null;
}

/** Containers round times to their ticks, and sound ends in the middle of a frame. */
const MAX_DIFFERENCE = 0.005;

function differences(found: Inspection, { by, width, height, durationMs }: Told): string[] {
  const sides = width === undefined || (found.width === width && found.height === height);
  const most = Math.max(2, MAX_DIFFERENCE * (durationMs ?? 0));
  const lasts =
    durationMs === undefined ||
    (durationMs === null ? found.durationMs === null : Math.abs((found.durationMs ?? -1e9) - durationMs) <= most);
  return [
    ...(sides ? [] : [`${found.width} by ${found.height}, but ${by} says ${width} by ${height}`]),
    ...(lasts ? [] : [`${found.durationMs} ms, but ${by} says ${durationMs}`]),
  ];
}

async function toldOfImage({ name, bytes }: Row, path: string, { run }: Tools): Promise<Told[]> {
  const { format, autoOrient, pages = 1, pageHeight, delay } = await sharp(bytes).metadata();
  const height = pages > 1 ? (pageHeight ?? autoOrient.height) : autoOrient.height;
  const isPerhapsAnimated = format !== "png";
  const shown = delay?.reduce((sum, each) => sum + (each <= 10 ? 100 : each), 0);
  const bySharp = { by: "sharp", width: autoOrient.width, height };
  const [first = ""] = (await run("identify", "-format", "%W %H\n", path)).split("\n");
  const stored = first
    .split(" ")
    .map(Number)
    .toSorted((a, b) => a - b);
  const [small, large] = [bySharp.width, bySharp.height].toSorted((a, b) => a - b);
  const agree = stored[0] === small && stored[1] === large;
  return [
    { ...bySharp, ...(isPerhapsAnimated ? { durationMs: pages > 1 ? (shown ?? null) : null } : {}) },
    // It tells the sides before they are turned.
    agree ? { by: "identify" } : { by: `identify (of ${name})`, width: stored[0] ?? 0, height: stored[1] ?? 0 },
    ...(format === "gif" && pages > 1 ? [{ by: "ffprobe", durationMs: await lengthOf(path, run) }] : []),
  ];
}

async function lengthOf(path: string, run: Tools["run"]): Promise<number> {
  const seconds = await run(
    "ffprobe",
    "-v",
    "quiet",
    "-f",
    "gif",
    "-show_entries",
    "format=duration",
    "-of",
    "csv=p=0",
    path,
  );
  return 1000 * Number(seconds);
}

interface Probed {
  streams: {
    codec_type: string;
    width: number;
    height: number;
    sample_aspect_ratio?: string;
    side_data_list?: { rotation?: number }[];
  }[];
  format: { duration?: string };
}

async function toldOfVideo(path: string, { run }: Tools): Promise<Told> {
  const json = await run("ffprobe", "-v", "quiet", "-of", "json", "-show_streams", "-show_format", path);
  const { streams, format }: Probed = JSON.parse(json);
  const video = streams.find(({ codec_type }) => codec_type === "video");
  if (!video) throw new Error("ffprobe sees no video.");
  const [across = 1, down = 1] = (video.sample_aspect_ratio ?? "1:1").split(":").map(Number);
  const width = across > 0 && down > 0 ? Math.round((video.width * across) / down) : video.width;
  const rotation = video.side_data_list?.find((each) => each.rotation !== undefined)?.rotation ?? 0;
  const sides =
    Math.abs(rotation) % 180 === 90 ? { width: video.height, height: width } : { width, height: video.height };
  const durationMs = 1000 * Number(format.duration);
  return { by: "ffprobe", ...sides, ...(durationMs > 0 ? { durationMs } : {}) };
}
