// MP4 and QuickTime files: ISO/IEC 14496-12, and Apple's QuickTime File Format from which it came.
import type { ByteReader, Parser } from "../byte-reader.ts";
import { OtherKind, refusal } from "../refusal.ts";
import { checkSides, type Facts, type Format, MAX_TRAILER_BYTES } from "./format.ts";
import { type Box, damagedVideo, leave, readBox } from "./iso-boxes.ts";
import { isMp4, isQuickTime, isQuickTimeBrand, nameOfBrand } from "./iso-brands.ts";
import { durationMs } from "./iso-duration.ts";
import { type FragmentsOfTracks, readFragment, readIndex } from "./iso-fragments.ts";
import { type Movie, readMovie, shownSides } from "./iso-movie.ts";
import type { Track } from "./iso-track.ts";
import { beginsTrailer, isKnownBox } from "./iso-trailer.ts";

export const mp4: Format = { name: "an MP4 video", kind: "video", extension: "mp4", matches: isMp4, parse };
export const mov: Format = { name: "a QuickTime video", kind: "video", extension: "mov", matches: isQuickTime, parse };

interface File {
  /** The first one that the file says it is of; null when it does not say. */
  brand: string | null;
  movie: Movie | null;
  fragments: FragmentsOfTracks;
  /** How far it has to reach for the samples that its tables and fragments name. */
  needs: number;
  /** Whether any media data came. */
  hasMedia: boolean;
  /** Whether a fragment's media data are still to come. */
  awaitsMedia: boolean;
}

function* parse(reader: ByteReader): Parser<Facts> {
  const file: File = {
    ...{ brand: null, movie: null, fragments: new Map(), needs: 0, hasMedia: false, awaitsMedia: false },
  };
  while (!(yield* reader.atEnd())) {
    const mayEnd = isWhole(file, reader.position);
    if (mayEnd && (yield* beginsTrailer(reader, file.movie?.isFragmented ?? false))) {
      yield* reader.skipRest(MAX_TRAILER_BYTES);
      break;
    }
    yield* readTopLevel(reader, file, mayEnd);
  }
  return judge(file);
}

/** Whether it would be a whole file if it ended here. */
function isWhole({ movie, needs, hasMedia, awaitsMedia }: File, position: number): boolean {
  return movie !== null && hasMedia && !awaitsMedia && needs <= position;
}

function* readTopLevel(reader: ByteReader, file: File, mayEnd: boolean): Parser<void> {
  const start = reader.position;
  const header = yield* reader.peek(8);
  if (mayEnd && !isKnownBox(header)) {
    // A box that nobody knows, or a text that looks like one: then it need not be whole.
    const lacks = yield* reader.skipUpTo(header.readUInt32BE());
    if (lacks > 0 && reader.position - start > MAX_TRAILER_BYTES) throw tooMuchBehind();
    return;
  }
  const box = yield* readBox(reader);
  yield* readBody(reader, { ...box, start }, file);
  yield* leave(reader, box);
}

function* readBody(reader: ByteReader, box: Box & { start: number }, file: File): Parser<void> {
  if (box.type === "mdat") {
    file.hasMedia ||= box.end > reader.position && !(yield* reader.atEnd());
    file.awaitsMedia = false;
  } else if (box.end === Number.POSITIVE_INFINITY) {
    throw damagedVideo("a box has no size");
  } else if (box.type === "ftyp" && box.end - reader.position >= 4) {
    const brand = (yield* reader.take(4)).toString("latin1");
    file.brand ??= brand;
  } else if (box.type === "moov") {
    if (file.movie) throw damagedVideo("it has two movie headers");
    file.movie = yield* readMovie(reader, box);
    requireVideo(file.movie, file.brand);
    for (const track of file.movie.tracks) if (!track.isElsewhere) reachesTo(reader, file, track.samples.end);
  } else if (box.type === "moof") {
    if (!file.movie) throw damagedVideo("a fragment comes before the movie header");
    reachesTo(reader, file, yield* readFragment(reader, box, file.movie, file.fragments));
    file.awaitsMedia = true;
  } else if (box.type === "sidx") {
    yield* readIndex(reader, box);
  }
}

/** The file has to reach so far, wherever it says what its boxes are. */
function reachesTo(reader: ByteReader, file: File, end: number): void {
  file.needs = Math.max(file.needs, end);
  reader.promise(file.needs);
}

/** Canon's raw photos call themselves a video. */
const RAW_PHOTO = "CRAW";

function requireVideo(movie: Movie, brand: string | null): Track {
  const { video } = movie;
  if (!video || video.samples.coding.type === RAW_PHOTO) {
    const found = video ? "a raw photo" : nameOfBrand(brand);
    throw found === null ? refusal("The file has no video track.") : new OtherKind(found);
  }
  if (video.isElsewhere) throw refusal("The video is only a reference to another file.");
  const { width, height } = shownSides(movie, video);
  checkSides(width, height);
  return video;
}

function judge({ movie, fragments, hasMedia, awaitsMedia, brand }: File): Facts {
  if (!movie) {
    const found = nameOfBrand(brand);
    throw found === null ? refusal("The video is cut short: its movie header is missing.") : new OtherKind(found);
  }
  const video = requireVideo(movie, brand);
  if (awaitsMedia) throw refusal("The video is cut short: its last fragment has no media data.");
  const samples = video.samples.chunks + (fragments.get(video.id)?.samples ?? 0);
  if (!hasMedia || samples === 0) throw refusal("The video has no media data.");
  const kept = brand === null ? {} : ({ extension: isQuickTimeBrand(brand) ? "mov" : "mp4" } as const);
  return { ...shownSides(movie, video), durationMs: durationMs(movie, fragments), ...kept };
}

function tooMuchBehind() {
  return refusal(`More than ${MAX_TRAILER_BYTES} bytes follow behind the file's own end.`);
}
