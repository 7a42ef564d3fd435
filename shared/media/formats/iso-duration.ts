// How long an MP4 or QuickTime file is: as long as its longest track, by the samples that there are. What headers say of fragments is written
// before these, or never. ISO/IEC 14496-12, 8.6 and 8.8.
import { checkDuration } from "./format.ts";
import type { Fragments, FragmentsOfTracks } from "./iso-fragments.ts";
import type { Movie } from "./iso-movie.ts";
import type { Track } from "./iso-track.ts";

/** In milliseconds of the movie. */
interface Span {
  start: number;
  end: number;
}

export function durationMs(movie: Movie, fragments: FragmentsOfTracks): number {
  const spans = movie.tracks.flatMap((track) => {
    const own = fragments.get(track.id);
    return own && own.samples > 0 ? [spanOfFragments(movie, track, own)] : spanOfTables(movie, track);
  });
  const start = spans.reduce((first, span) => Math.min(first, span.start), Number.POSITIVE_INFINITY);
  const end = spans.reduce((last, span) => Math.max(last, span.end), 0);
  return checkDuration(end - start);
}

function spanOfTables({ timescale }: Movie, track: Track): Span[] {
  const { samples, edits } = track;
  if (samples.chunks === 0 || track.timescale === 0) return [];
  const mediaMs = shownMs(track, samples.duration || track.duration, samples.firstDelay);
  const editedMs = (1000 * edits.duration) / timescale;
  const ms = editedMs > 0 && !(edits.isPlain && editedMs > mediaMs) ? editedMs : mediaMs;
  return [{ start: 0, end: (1000 * edits.pause) / timescale + ms }];
}

/** Edits are written before the fragments are: only where they begin counts. */
function spanOfFragments({ timescale }: Movie, track: Track, own: Fragments): Span {
  const { samples, edits } = track;
  const hasTables = samples.chunks > 0;
  const start = hasTables ? 0 : (own.start ?? 0);
  const firstDelay = hasTables ? samples.firstDelay : own.firstDelay;
  const pauseMs = (1000 * edits.pause) / timescale;
  const startMs = (1000 * start) / (track.timescale || 1);
  return { start: startMs, end: pauseMs + startMs + shownMs(track, own.end - start, firstDelay) };
}

/** Without what the first edit leaves out. What is decoded before it is shown is left out in name only. */
function shownMs({ edits, timescale }: Track, duration: number, firstDelay: number): number {
  return (1000 * (duration - Math.max(0, edits.start - Math.max(0, firstDelay)))) / (timescale || 1);
}
