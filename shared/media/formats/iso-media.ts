// MP4 and QuickTime files: ISO/IEC 14496-12, and Apple's QuickTime File Format from which it came.
import type { ByteReader, Parser } from "../byte-reader.ts";
import { refusal } from "../refusal.ts";
import { checkDuration, checkSides, type Facts, type Format } from "./format.ts";
import { type Box, damagedVideo, leave, readBox } from "./iso-boxes.ts";
import { isMp4, isQuickTime } from "./iso-brands.ts";
import { type Fragments, readFragment, readIndex } from "./iso-fragments.ts";
import { type Movie, readMovie } from "./iso-movie.ts";
import type { Track } from "./iso-track.ts";

export const mp4: Format = { name: "an MP4 video", kind: "video", extension: "mp4", matches: isMp4, parse };
export const mov: Format = { name: "a QuickTime video", kind: "video", extension: "mov", matches: isQuickTime, parse };

interface File {
  movie: Movie | null;
  fragments: Fragments;
  /** Whether any media data came. */
  hasMedia: boolean;
  /** Whether a fragment's media data are still to come. */
  awaitsMedia: boolean;
  /** Whether the last media data had no size but went on to the end of the file. */
  isOpenEnded: boolean;
}

function* parse(reader: ByteReader): Parser<Facts> {
  const fragments = { samples: 0, start: null, end: 0 };
  const file: File = { movie: null, fragments, hasMedia: false, awaitsMedia: false, isOpenEnded: false };
  while (!(yield* reader.atEnd())) {
    const box = yield* readBox(reader);
    yield* readTopLevel(reader, box, file);
    yield* leave(reader, box);
  }
  return judge(file, reader.position);
}

function* readTopLevel(reader: ByteReader, box: Box, file: File): Parser<void> {
  if (box.type === "mdat") {
    file.isOpenEnded = box.end === Number.POSITIVE_INFINITY;
    file.hasMedia ||= box.end > reader.position && !(yield* reader.atEnd());
    file.awaitsMedia = false;
  } else if (box.end === Number.POSITIVE_INFINITY) {
    throw damagedVideo("a box has no size");
  } else if (box.type === "moov") {
    if (file.movie) throw damagedVideo("it has two movie headers");
    file.movie = yield* readMovie(reader, box);
    requireVideo(file.movie);
  } else if (box.type === "moof") {
    if (!file.movie) throw damagedVideo("a fragment comes before the movie header");
    yield* readFragment(reader, box, file.movie, file.fragments);
    file.awaitsMedia = true;
  } else if (box.type === "sidx") {
    yield* readIndex(reader, box);
  }
}

function requireVideo({ video }: Movie): Track {
  if (!video) throw refusal("The file has no video track.");
  checkSides(video.width, video.height);
  return video;
}

function judge({ movie, fragments, hasMedia, awaitsMedia, isOpenEnded }: File, size: number): Facts {
  if (!movie) throw refusal("The video is cut short: its movie header is missing.");
  const video = requireVideo(movie);
  if (awaitsMedia) throw refusal("The video is cut short: its last fragment has no media data.");
  if (isOpenEnded && lacksSamples(movie, size)) throw refusal("The video is cut short: media data are missing.");
  if (!hasMedia || video.samples.chunks + fragments.samples === 0) throw refusal("The video has no media data.");
  return { width: video.width, height: video.height, durationMs: durationMs(movie, video, fragments) };
}

/** Media data without a size end where the file ends, so that only their samples tell how long they should be. */
function lacksSamples({ samplesAt, sampleBytes }: Movie, size: number): boolean {
  return sampleBytes > 0 && samplesAt + sampleBytes > size;
}

/** What the movie header says; but where fragments follow, it may speak only of what comes before them. */
function durationMs(movie: Movie, { timescale, duration }: Track, fragments: Fragments): number {
  const stated = movie.durationMs || (1000 * duration) / timescale;
  if (fragments.samples === 0) return checkDuration(stated);
  const start = stated > 0 ? 0 : (fragments.start ?? 0);
  const measured = (1000 * (fragments.end - start)) / timescale;
  return checkDuration(movie.fragmentedMs || Math.max(stated, measured));
}
