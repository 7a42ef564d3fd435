// What a file is, found from its bytes alone while they pass from the network into the store.
import { createHash } from "node:crypto";
import { AppError } from "../errors/app-error.ts";
import type { MediaKind } from "../ports/provider.ts";
import { type Aside, ByteReader, type Parser } from "./byte-reader.ts";
import { describeForeign } from "./formats/foreign.ts";
import { type Facts, type Format, HEAD_BYTES } from "./formats/format.ts";
import { gif } from "./formats/gif.ts";
import { brandOf, nameOfBrand } from "./formats/iso-brands.ts";
import { mov, mp4 } from "./formats/iso-media.ts";
import { jpeg } from "./formats/jpeg.ts";
import { jsonText } from "./formats/json-text.ts";
import { mp3 } from "./formats/mp3.ts";
import { png } from "./formats/png.ts";
import { srt, vtt } from "./formats/subtitles.ts";
import { wav } from "./formats/wav.ts";
import { webm } from "./formats/webm.ts";
import { webp } from "./formats/webp.ts";
import { zip } from "./formats/zip.ts";
import { type ContentType, contentTypes, type Extension } from "./keys.ts";
import { anotherKind, OtherKind, refusal, tooLarge } from "./refusal.ts";

export interface Inspection {
  /** Bytes. */
  size: number;
  /** Hex, lower case; empty where it was not wanted. */
  sha256: string;
  kind: MediaKind;
  extension: Extension;
  contentType: ContentType;
  /** Pixels as shown, 1 to 65,535: turned as EXIF or the video says, with the shape of the video's pixels. Null for texts and sounds. */
  width: number | null;
  height: number | null;
  /** Milliseconds, at least 1: of a sound, of a video's longest track, or of one pass of an animated GIF, PNG or WebP. Null for still images and texts. */
  durationMs: number | null;
}

export interface InspectOptions {
  expect: MediaKind;
  /** Only these of the kind's formats; by default all of them. */
  extensions?: readonly Extension[];
  maxBytes: number;
  /** The Content-Length, if there was one. */
  expectedBytes?: number | undefined;
  /** Of what becomes another file before it is kept, nobody asks for the sha256: of a film that is nearly all that it costs. */
  withoutSha256?: boolean;
}

const formats: readonly Format[] = [jpeg, png, webp, gif, mp4, mov, webm, jsonText, srt, vtt, wav, mp3, zip];

/**
 * Passes the bytes through. `body` can be read once; it throws as soon as the file is known to be bad, at the latest at its
 * end, so that a put which consumes it fails and keeps nothing:
 * - `invalid_output`: empty, cut, damaged, too large, or not of the kind that was expected; the message says which.
 * - `fetch_failed`: not as many bytes came as `expectedBytes` says.
 * - whatever `source` throws.
 *
 * `result` throws until the body has ended well. A body that is never read does not touch the source. `asides` tells of what the body has passed on
 * so far: where the file only tells of its picture.
 */
export function inspectMedia(
  source: AsyncIterable<Uint8Array>,
  options: InspectOptions,
): { body: AsyncIterable<Uint8Array>; result(): Inspection; asides: Aside[] } {
  let inspection: Inspection | null = null;
  const asides: Aside[] = [];
  async function* inspected() {
    const inspector = createInspector(options, asides);
    for await (const chunk of source) {
      if (chunk.byteLength === 0) continue;
      inspector.add(chunk);
      yield chunk;
    }
    inspection = inspector.end();
  }
  return {
    body: inspected(),
    asides,
    result() {
      if (!inspection) throw new Error("The result was asked for before the body had ended well.");
      return inspection;
    },
  };
}

function createInspector(
  { expect, extensions, maxBytes, expectedBytes, withoutSha256 = false }: InspectOptions,
  asides: Aside[],
) {
  const reader = new ByteReader(Math.min(maxBytes, expectedBytes ?? maxBytes), asides);
  const parser = parseFile(reader, expect, wantedFormats(expect, extensions));
  const hash = withoutSha256 ? null : createHash("sha256");
  let size = 0;
  return {
    add(chunk: Uint8Array): void {
      size += chunk.byteLength;
      if (Math.max(size, expectedBytes ?? 0) > maxBytes) throw tooLarge(maxBytes);
      if (expectedBytes !== undefined && size > expectedBytes) throw wrongLength(expectedBytes);
      hash?.update(chunk);
      reader.feed(chunk);
      parser.next();
    },
    end(): Inspection {
      if (expectedBytes !== undefined && size !== expectedBytes) throw wrongLength(expectedBytes);
      reader.end();
      const last = parser.next();
      if (!last.done) throw new Error("A parser waits for more behind the end of the file.");
      return { size, sha256: hash?.digest("hex") ?? "", ...last.value };
    },
  };
}

/** Reads the whole file: it never returns before the end, so that what follows behind an image is looked at, too. */
function* parseFile(
  reader: ByteReader,
  expect: MediaKind,
  wanted: readonly Format[],
): Parser<Omit<Inspection, "size" | "sha256">> {
  const head = yield* reader.peek(HEAD_BYTES);
  const format = formats.find((candidate) => candidate.matches(head));
  if (!format || !wanted.includes(format)) {
    const message = unexpected(expect, wanted, nameOfBrand(brandOf(head)) ?? format?.name ?? describeForeign(head));
    throw head.length === 0 ? refusal(message) : anotherKind(message);
  }
  try {
    const { extension = format.extension, ...facts }: Facts = yield* format.parse(reader);
    return { kind: format.kind, extension, contentType: contentTypes[extension], ...facts };
  } catch (error) {
    throw error instanceof OtherKind ? anotherKind(unexpected(expect, wanted, error.found)) : error;
  }
}

function unexpected(expect: MediaKind, wanted: readonly Format[], found: string): string {
  return `Expected ${kinds[expect]} (${namesOf(wanted)}), but found ${found}.`;
}

const kinds: Readonly<Record<MediaKind, string>> = {
  image: "an image",
  video: "a video",
  text: "a text",
  audio: "a sound",
  archive: "an archive",
};

function wantedFormats(expect: MediaKind, extensions: readonly Extension[] | undefined): readonly Format[] {
  return formats.filter(({ kind, extension }) => kind === expect && (extensions?.includes(extension) ?? true));
}

/** "JPEG, PNG, WebP or GIF" */
function namesOf(wanted: readonly Format[]): string {
  const names = wanted.map((format) => format.name.split(" ")[1]);
  return names.join(", ").replace(/, ([^,]*)$/, " or $1");
}

function wrongLength(expectedBytes: number): AppError {
  return new AppError("fetch_failed", { message: `The transfer broke off: ${expectedBytes} bytes were announced.` });
}
