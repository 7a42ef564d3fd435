// Where WebM says at which byte of its segment something stands: RFC 9559, 5.1.1 (SeekHead), 5.1.5 (Cues) and 5.1.3.2 (Position).
import {
  CRC,
  element,
  elementsIn,
  type FlatElement,
  headerIn,
  unsigned,
  unsignedIn,
  VOID,
  voidOf,
  withChildren,
} from "./webm-elements.ts";

export const SEEK_HEAD = 0x114d9b74;
const SEEK = 0x4dbb;
const SEEK_ID = 0x53ab;
const SEEK_POSITION = 0x53ac;

export const CUES = 0x1c53bb6b;
/** CuePoint, CueTrackPositions, CueReference. */
const holders = [0xbb, 0xb7, 0xdb];
/** CueClusterPosition, CueCodecState, CueRefCluster, CueRefCodecState. */
const positions = [0xf1, 0xea, 0x97, 0xeb];

export const POSITION = 0xa7;
/** What may stand in a cluster in front of its blocks: timestamp, position, the size of the one before it. */
const beforeBlocks = [0xe7, POSITION, 0xab, VOID, CRC];

/** New positions for old ones. Null: what stood there is gone. */
export type Move = (position: number) => number | null;

export interface Entry {
  id: number;
  position: number;
}

export function entriesOf(seekHead: FlatElement): Entry[] {
  return elementsIn(seekHead.contents).flatMap((each) => (each.id === SEEK ? [entryOf(each)] : []));
}

/** `added`: an entry that has to be there. No two entries say the same. */
export function movedSeekHead(seekHead: FlatElement, move: Move, added: Entry | null): Buffer {
  const seen = new Set<string>();
  const children = elementsIn(seekHead.contents).flatMap((each): Buffer[] => {
    if (each.id !== SEEK) return [each.bytes];
    const { id, position } = entryOf(each);
    const moved = move(position);
    const name = `${id} ${moved}`;
    if (moved === null || seen.has(name)) return [];
    seen.add(name);
    return [withPosition(each, moved)];
  });
  if (added && !seen.has(`${added.id} ${added.position}`)) children.push(newEntry(added));
  return withChildren(seekHead, children);
}

/** A number takes more room when it grows: so may all that holds it. */
export function movedCues(cues: FlatElement, move: Move): Buffer {
  const children = elementsIn(cues.contents).map((each) => {
    if (holders.includes(each.id)) return movedCues(each, move);
    if (!positions.includes(each.id)) return each.bytes;
    const position = unsignedIn(each.contents);
    // No codec state: the initial one.
    if (position === 0 && each.id !== 0xf1) return each.bytes;
    return element(each.id, unsigned(move(position) ?? position, each.contents.length), each.sizeBytes);
  });
  return withChildren(cues, children);
}

/** The beginning of a cluster, up to its first block at most: with its header, or that of one which has no size. Of the same length. */
export function movedClusterHead(head: Buffer, move: Move): Buffer {
  const moved = Buffer.from(head);
  const header = headerIn(head, 0);
  let checksumAt: number | null = null;
  for (let at = header?.headerBytes ?? head.length; at < head.length; ) {
    const each = headerIn(head, at);
    const end = each ? at + each.headerBytes + each.size : Number.POSITIVE_INFINITY;
    if (!each || end > head.length || !beforeBlocks.includes(each.id)) break;
    if (each.id === CRC) checksumAt = at;
    const [own] = elementsIn(head.subarray(at, end));
    const place = own?.id === POSITION ? movedPosition(own, move) : null;
    if (place && !place.equals(head.subarray(at, end))) {
      place.copy(moved, at);
      // It is that of the whole cluster.
      if (checksumAt !== null) voidOf(6).copy(moved, checksumAt);
    }
    at = end;
  }
  return moved;
}

/** Where it would have to grow it is taken out: it only helps to repair broken files. */
export function movedPosition({ bytes, contents, sizeBytes }: FlatElement, move: Move): Buffer {
  const old = unsignedIn(contents);
  // What was recorded live does not know it.
  if (old === 0) return bytes;
  const moved = element(POSITION, unsigned(move(old) ?? old, contents.length), sizeBytes);
  return moved.length === bytes.length ? moved : voidOf(bytes.length);
}

function entryOf({ contents }: FlatElement): Entry {
  const children = elementsIn(contents);
  const [id, position] = [SEEK_ID, SEEK_POSITION].map(
    (wanted) => children.find((each) => each.id === wanted)?.contents,
  );
  return { id: unsignedIn(id ?? Buffer.alloc(0)), position: unsignedIn(position ?? Buffer.alloc(0)) };
}

function withPosition(seek: FlatElement, position: number): Buffer {
  const children = elementsIn(seek.contents).map((each) =>
    each.id === SEEK_POSITION ? element(each.id, unsigned(position, each.contents.length), each.sizeBytes) : each.bytes,
  );
  return withChildren(seek, children);
}

function newEntry({ id, position }: Entry): Buffer {
  return element(SEEK, Buffer.concat([element(SEEK_ID, unsigned(id)), element(SEEK_POSITION, unsigned(position))]));
}
