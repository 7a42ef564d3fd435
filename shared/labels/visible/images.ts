// The label on a picture, and on each picture of an animation. What is not below it stays as it is: not a bit of it is computed anew.
import type { Metadata, Sharp, SharpOptions } from "sharp";
import { MAX_IMAGE_PIXELS } from "../../media/formats/format.ts";
import { blend } from "./blend.ts";
import { encodingOf } from "./image-encoding.ts";
import { type Box, inkHeightFor, placeOf, type Size, storedBox } from "./place.ts";
import { withColours } from "./png-chunks.ts";
import { type Tag, tagOf } from "./tag.ts";

/** Far more than the largest image takes. */
const TIMEOUT_SECONDS = 120;
/** Of all pictures of an animation together, which are decoded one behind the other. */
const MAX_ANIMATION_PIXELS = 8 * MAX_IMAGE_PIXELS;
/** What of the pictures is held at once, beside what their decoder and encoder hold. */
const MAX_PARTS_BYTES = 128 * 1024 * 1024;
/** Those of which each sample can be written as it was read. */
const spaces: readonly string[] = ["srgb", "rgb16", "b-w", "grey16"];

/** Reads one file and writes another one: of the same format, depth, profile, orientation and times. Throws when that cannot be done. */
export async function drawOnImage(from: string, to: string, text: string): Promise<void> {
  const { default: sharp } = await import("sharp");
  sharp.cache(false);
  const picture = await pictureOf(sharp, from);
  const tag = await tagOf(text, inkHeightFor(picture.shown));
  const mask = await maskOf(sharp, picture, tag);
  const changed = asItWas(sharp(from, picture.options), picture).boolean(mask, "eor");
  const whole = picture.metadata.exif ? changed.keepExif() : changed;
  const encoded = await encodingOf(whole.timeout({ seconds: TIMEOUT_SECONDS }), picture.metadata, from);
  await encoded.toFile(to);
  if (picture.metadata.format === "png") await withColours(from, to);
  requireSame(picture, await pictureOf(sharp, to));
}

interface Picture {
  from: string;
  options: SharpOptions;
  metadata: Metadata;
  /** Of one picture, turned as it is seen. */
  shown: Size;
  orientation: number;
}

type SharpModule = typeof import("sharp")["default"];

async function pictureOf(sharp: SharpModule, from: string): Promise<Picture> {
  const pages = (await sharp(from, { limitInputPixels: MAX_IMAGE_PIXELS }).metadata()).pages ?? 1;
  const options: SharpOptions =
    pages > 1
      ? { animated: true, limitInputPixels: MAX_ANIMATION_PIXELS }
      : { limitInputPixels: MAX_IMAGE_PIXELS, sequentialRead: true };
  const metadata = await sharp(from, options).metadata();
  if (!spaces.includes(metadata.space)) throw new Error(`its colours are ${metadata.space}`);
  const { width, pageHeight: height = metadata.height, orientation = 1 } = metadata;
  const shown = orientation >= 5 ? { width: height, height: width } : { width, height };
  return { from, options, metadata, shown, orientation };
}

/** Neither colours nor depth are converted: the samples are those of the file. */
function asItWas(image: Sharp, { metadata: { space } }: Pick<Picture, "metadata">): Sharp {
  return image.keepIccProfile().toColourspace(space);
}

/** A picture as large as all of the file, to be combined by exclusive or: zero everywhere but below the label. */
async function maskOf(sharp: SharpModule, picture: Picture, tag: Tag): Promise<Buffer> {
  const { shown, orientation, metadata } = picture;
  const place = placeOf(shown, tag);
  if (!place) throw new Error(`a picture of ${shown.width} by ${shown.height} pixels is smaller than the label`);
  const box = storedBox(orientation, shown, place);
  const pages = metadata.pages ?? 1;
  const { samples, channels } = await samplesOf(sharp, picture, box, pages);
  const before = samples.slice();
  const length = box.width * box.height * channels;
  for (let page = 0; page < pages; page++) {
    const part = { ...box, channels, samples: samples.subarray(page * length, (page + 1) * length) };
    blend(part, tag, place, shown, orientation);
  }
  for (let i = 0; i < samples.length; i++) samples[i] = (samples[i] ?? 0) ^ (before[i] ?? 0);
  const kept = metadata.channels < 3 ? firstAndAlpha(samples, channels) : samples;
  const bands = metadata.channels < 3 ? channels - 2 : channels;
  const raw = {
    ...{ width: box.width, height: box.height * pages, channels: bands as 1 | 2 | 3 | 4 },
    ...(pages > 1 ? { pageHeight: box.height } : {}),
  };
  return asItWas(sharp(kept, { raw, animated: pages > 1, limitInputPixels: MAX_ANIMATION_PIXELS }), picture)
    .extend({ ...around(box, metadata), background: { r: 0, g: 0, b: 0, alpha: metadata.hasAlpha ? 0 : 1 } })
    .png({ compressionLevel: 1 })
    .toBuffer();
}

/** Red, green and blue, also of a grey picture, of the same part of all pages, one below the other. */
async function samplesOf(sharp: SharpModule, { from, options, metadata }: Picture, box: Box, pages: number) {
  const is16 = metadata.depth === "ushort";
  const bytes = box.width * box.height * pages * 4 * (is16 ? 2 : 1);
  if (bytes > MAX_PARTS_BYTES) throw new Error(`its ${pages} pictures are too large`);
  const { data, info } = await sharp(from, options)
    .timeout({ seconds: TIMEOUT_SECONDS })
    .keepIccProfile()
    .extract({ left: box.left, top: box.top, width: box.width, height: box.height })
    .toColourspace(is16 ? "rgb16" : "srgb")
    .raw(is16 ? { depth: "ushort" } : {})
    .toBuffer({ resolveWithObject: true });
  const samples = is16
    ? new Uint16Array(data.buffer, data.byteOffset, data.length / 2)
    : new Uint8Array(data.buffer, data.byteOffset, data.length);
  return { samples, channels: info.channels };
}

function firstAndAlpha<T extends Uint8Array | Uint16Array>(samples: T, channels: number): T {
  return samples.filter((_, i) => i % channels === 0 || i % channels === 3) as T;
}

function around({ left, top, width, height }: Box, metadata: Metadata) {
  const { width: whole, pageHeight = metadata.height } = metadata;
  return { left, top, right: whole - left - width, bottom: pageHeight - top - height };
}

/** Whatever an encoder has made of it. */
function requireSame(before: Picture, after: Picture): void {
  const facts = ({ shown, metadata: { format, channels, depth, pages, delay, loop, hasProfile } }: Picture) =>
    JSON.stringify({ shown, format, channels, depth, pages, delay, loop, hasProfile });
  if (facts(before) !== facts(after)) throw new Error(`it would be another picture: ${facts(before)}, ${facts(after)}`);
}
