// Final Cut Pro XML 1.10: https://developer.apple.com/documentation/professional-video-applications/fcpxml-reference. Times are rational seconds, in
// whole frames of the sequence.
import { FRAMES_PER_SECOND, SAMPLES_PER_SECOND } from "../../ports/assembly.ts";
import type { InputFile } from "../../ports/provider.ts";
import { framesAt, type Placed, type PlacedLine, type PlacedShot, type Timeline } from "./timeline.ts";

/** `urlOf`: where a file is to be had. */
export function fcpxmlOf(timeline: Timeline, urlOf: (key: string) => string): string {
  const { title, episode, size, shots, lines, music, frames } = timeline;
  const assets = assetsOf([...shots, ...lines.flatMap(({ sound }) => sound ?? []), ...(music ? [music] : [])]);
  const resources = [
    `<format id="r1" name="FFVideoFormatRateUndefined" frameDuration="1/${FRAMES_PER_SECOND}s"${sides(size)}/>`,
    ...[...assets.values()].map(({ id, name, file }) => resource(id, name, file, urlOf(file.key))),
  ];
  const name = xml(`${title} – ${episode}`);
  const story = shots.flatMap((shot, i) => shotElements(shot, assets, anchoredIn(timeline, i, assets)));
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    "<!DOCTYPE fcpxml>",
    '<fcpxml version="1.10">',
    "<resources>",
    ...resources,
    "</resources>",
    "<library>",
    `<event name=${name}>`,
    `<project name=${name}>`,
    `<sequence format="r1" duration="${time(frames)}" tcStart="0s" tcFormat="NDF" audioLayout="stereo" audioRate="48k">`,
    "<spine>",
    ...story,
    "</spine>",
    "</sequence>",
    "</project>",
    "</event>",
    "</library>",
    "</fcpxml>",
    "",
  ].join("\n");
}

interface Asset {
  id: string;
  name: string;
  file: InputFile;
}

/** By key: what is shown twice is one. */
function assetsOf(all: readonly { name: string; file: InputFile }[]): ReadonlyMap<string, Asset> {
  const assets = new Map<string, Asset>();
  for (const { name, file } of all)
    if (!assets.has(file.key)) assets.set(file.key, { id: `r${assets.size + 2}`, name, file });
  return assets;
}

function resource(id: string, name: string, file: InputFile, url: string): string {
  const { type, durationMs } = file;
  const format = `${id}f`;
  const isSeen = type !== "audio";
  const heard = ` hasAudio="1" audioSources="1" audioChannels="1" audioRate="${SAMPLES_PER_SECOND}"`;
  const seen = ` hasVideo="1" format="${format}"`;
  // A still has none.
  const length = type === "image" || durationMs === null ? "0s" : time(framesAt(durationMs));
  const asset = `<asset id="${id}" name=${xml(name)} start="0s" duration="${length}"${isSeen ? seen : heard}>`;
  const rate = type === "image" ? "" : ` frameDuration="1/${FRAMES_PER_SECOND}s"`;
  const own = `<format id="${format}" name="FFVideoFormatRateUndefined"${rate}${sides(file)}/>`;
  return `${isSeen ? `${own}\n` : ""}${asset}<media-rep kind="original-media" src=${xml(url)}/></asset>`;
}

function sides({ width, height }: { width: number | null; height: number | null }): string {
  return width === null || height === null ? "" : ` width="${width}" height="${height}"`;
}

/** A clip that is shorter than its place is followed by nothing for the rest: an editor shows no frames that are not there. */
function shotElements(shot: PlacedShot, assets: ReadonlyMap<string, Asset>, anchored: string[]): string[] {
  const { file, from, frames, isStill } = shot;
  const there = isStill || file.durationMs === null ? frames : Math.min(frames, framesAt(file.durationMs));
  const tag = isStill ? "video" : "asset-clip";
  const element = [
    `<${tag} ref="${refOf(assets, file)}" name=${xml(shot.name)} offset="${time(from)}" start="0s" duration="${time(there)}">`,
    ...anchored,
    `</${tag}>`,
  ];
  if (there === frames) return element;
  return [...element, `<gap name="Gap" offset="${time(from + there)}" start="0s" duration="${time(frames - there)}"/>`];
}

/** What is heard from within a shot hangs on it, one lane below; its offset is in the shot's own time. Anchored items come before markers. */
function anchoredIn({ shots, lines, music }: Timeline, index: number, assets: ReadonlyMap<string, Asset>): string[] {
  const shot = shots[index];
  if (!shot) return [];
  const end = index === shots.length - 1 ? Number.POSITIVE_INFINITY : shot.from + shot.frames;
  const mine = lines.filter(({ from }) => from >= shot.from && from < end);
  const spoken = mine.flatMap((line) =>
    line.sound ? [heard({ ...line, ...line.sound }, shot, assets, -1, "dialogue")] : [],
  );
  const below = music && index === 0 ? [heard(music, shot, assets, -2, "music")] : [];
  return [...spoken, ...below, ...mine.map((line) => said(line, shot))];
}

function heard(
  { name, file, from, frames }: Placed,
  shot: Placed,
  assets: ReadonlyMap<string, Asset>,
  lane: number,
  role: string,
): string {
  const length = Math.min(frames, framesAt(file.durationMs ?? 0) || frames);
  const place = `offset="${time(from - shot.from)}" start="0s" duration="${time(length)}"`;
  return `<asset-clip ref="${refOf(assets, file)}" lane="${lane}" name=${xml(name)} ${place} audioRole="${role}"/>`;
}

function said({ from, frames, text }: PlacedLine, shot: Placed): string {
  return `<marker start="${time(from - shot.from)}" duration="${time(Math.max(1, frames))}" value=${xml(text)}/>`;
}

function refOf(assets: ReadonlyMap<string, Asset>, { key }: InputFile): string {
  return assets.get(key)?.id ?? "";
}

/** Rational, as Final Cut Pro demands: never a broken decimal. */
function time(frames: number): string {
  return frames === 0 ? "0s" : `${frames}/${FRAMES_PER_SECOND}s`;
}

/** A quoted attribute. Characters that XML cannot say are left out. */
function xml(text: string): string {
  const sayable = text.replaceAll(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, "");
  const escaped = sayable.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
  return `"${escaped.replaceAll(/[\t\n\r]+/g, " ")}"`;
}
