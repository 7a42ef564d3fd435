// What stands in a WebM file's segment in front of its first cluster, put together anew with other tags: every position in it moves by its growth.
import { refusal } from "../../media/refusal.ts";
import { elementsIn, type FlatElement } from "./webm-elements.ts";
import { CUES, entriesOf, type Move, movedCues, movedSeekHead, SEEK_HEAD } from "./webm-positions.ts";
import { TAGS, tagsWithoutMarks } from "./webm-tags.ts";

/** For cues whose numbers grow by a byte when they move over a power of 256: hundreds may point to the one cluster that does. */
const SPARE_BYTES = 512;
/** Each round only makes numbers wider, of which none has more than eight bytes. */
const MAX_ROUNDS = 100;

export interface Front {
  bytes: Buffer;
  move: Move;
  /** By how much all that follows moves. */
  growth: number;
  /** Cues behind the clusters, by their position in the original, that are given `spareBytes` more room. */
  cuesAt: number | null;
  spareBytes: number;
}

/** `tags` come last; empty: none. */
export function newFront(old: Buffer, tags: Buffer): Front {
  const elements = elementsIn(old);
  const cuesAt = placeOfCues(elements, old.length);
  let front = withMove(elements, tags, (position) => position, 0);
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const { starts, bytes } = front;
    const growth = bytes.length - old.length;
    const spareBytes = cuesAt === null || growth === 0 ? 0 : SPARE_BYTES;
    const move: Move = (position) => {
      if (position < old.length) return starts.get(position) ?? null;
      return position + growth + (cuesAt !== null && position > cuesAt ? spareBytes : 0);
    };
    const next = withMove(elements, tags, move, bytes.length - tags.length);
    if (next.bytes.equals(bytes)) return { bytes, move, growth, cuesAt, spareBytes };
    front = next;
  }
  throw refusal("The video's places cannot be settled.");
}

interface Draft {
  bytes: Buffer;
  /** New positions of elements by their old ones. */
  starts: Map<number, number>;
}

function withMove(elements: readonly FlatElement[], tags: Buffer, move: Move, tagsAt: number): Draft {
  const parts: Buffer[] = [];
  const starts = new Map<number, number>();
  const dropped: number[] = [];
  let at = 0;
  let isFirst = true;
  for (const each of elements) {
    const bytes = moved(each, move, isFirst && tags.length > 0 ? { id: TAGS, position: tagsAt } : null);
    if (each.id === SEEK_HEAD) isFirst = false;
    if (bytes === null) dropped.push(each.start);
    else {
      starts.set(each.start, at);
      parts.push(bytes);
      at += bytes.length;
    }
  }
  // Whoever pointed to the old ones points to the new.
  if (tags.length > 0) for (const start of dropped) starts.set(start, at);
  return { bytes: Buffer.concat([...parts, tags]), starts };
}

function moved(each: FlatElement, move: Move, added: { id: number; position: number } | null): Buffer | null {
  if (each.id === SEEK_HEAD) return movedSeekHead(each, move, added);
  if (each.id === CUES) return movedCues(each, move);
  return each.id === TAGS ? tagsWithoutMarks(each) : each.bytes;
}

function placeOfCues(elements: readonly FlatElement[], frontBytes: number): number | null {
  const entries = elements.filter(({ id }) => id === SEEK_HEAD).flatMap(entriesOf);
  return entries.find(({ id, position }) => id === CUES && position >= frontBytes)?.position ?? null;
}
