// The movie header: what it says of the file is read, taken out and put in; all else stays, but for offsets. ISO/IEC 14496-12, 8.2.
import { damagedVideo } from "../../media/formats/iso-boxes.ts";
import { refusal } from "../../media/refusal.ts";
import { boxesIn, contentsOf, type FlatBox } from "./iso-media-boxes.ts";
import { hasVersion, type Item, isLabel, itemsOf, labelItem, metaOf, textsOf } from "./iso-media-keys.ts";
import { type Container, offsetsOf, type Part } from "./iso-media-offsets.ts";

const USER_DATA = "udta";
const META = "meta";
/** QuickTime's places in user data: a label that has no other, and Adobe's XMP. */
const LABEL = "AIGC";
const XMP = "XMP_";
/** QuickTime: a movie header that is compressed as a whole. */
const COMPRESSED = "cmov";

const SELF_CONTAINED = 1;

const MAX_TRACKS = 256;
const MAX_DEPTH = 3;

export interface MovieMarks {
  aigc: string[];
  xmp: string[];
}

/** `contents` of the `moov` box. */
export function marksOfMovie(contents: Buffer): MovieMarks {
  const marks: MovieMarks = { aigc: [], xmp: [] };
  const { boxes } = boxesIn(contents);
  const tracks = boxes.filter(({ type }) => type === "trak");
  if (tracks.length > MAX_TRACKS) throw damagedVideo("it has more tracks than any");
  for (const track of tracks) readMarks(boxesIn(track.contents).boxes, marks, MAX_DEPTH);
  readMarks(boxes, marks, MAX_DEPTH);
  return marks;
}

/** `depth`: so many boxes of user data may stand in one another. */
function readMarks(boxes: readonly FlatBox[], marks: MovieMarks, depth: number): void {
  for (const { type, contents } of boxes) {
    if (type === USER_DATA && depth > 0) {
      const data = boxesIn(contents).boxes;
      readMarks(data, marks, depth - 1);
      marks.aigc.push(...data.filter(isLabelBox).map((each) => userText(each.contents)));
      marks.xmp.push(...data.filter((each) => each.type === XMP).map((each) => each.contents.toString("utf8")));
    }
    if (type === META) marks.aigc.push(...(itemsOf(contents) ?? []).filter(isLabel).flatMap(textsOf));
  }
}

/** Without its old marks; `label` is put into the user data's list of keys. Null: none is. */
export function movieWith(contents: Buffer, label: string | null): Container {
  const { boxes, tail } = boxesIn(contents);
  if (boxes.some(({ type }) => type === COMPRESSED))
    throw refusal("The movie header is compressed: no label can be put in.");
  if (!boxes.some(({ type }) => type === "mvhd")) throw damagedVideo("its movie header is empty");
  const first = boxes.findIndex(({ type }) => type === USER_DATA);
  const parts = boxes.flatMap((each, at): Part[] => {
    if (each.type === "trak") return [trackWithoutMarks(each.contents)];
    if (each.type === USER_DATA) return [userData(each.contents, at === first ? label : null)];
    return each.type === META ? withoutLabel(each) : [each.bytes];
  });
  const added = first < 0 && label !== null ? [userData(Buffer.alloc(0), label)] : [];
  return { type: "moov", parts: [...parts, ...added, tail] };
}

function trackWithoutMarks(contents: Buffer): Container {
  return inner("trak", contents, (each) => {
    if (each.type === USER_DATA) return [userData(each.contents, null)];
    if (each.type === META) return withoutLabel(each);
    return each.type === "mdia" ? [media(each.contents)] : [each.bytes];
  });
}

function media(contents: Buffer): Container {
  return inner("mdia", contents, (each) => (each.type === "minf" ? [mediaInformation(each.contents)] : [each.bytes]));
}

/** Offsets into another file stay as they are. */
function mediaInformation(contents: Buffer): Container {
  const isHere = hasOwnData(boxesIn(contents).boxes);
  return inner("minf", contents, (each) => {
    if (each.type !== "stbl") return [each.bytes];
    return [inner("stbl", each.contents, (table): Part[] => [(isHere ? offsetsOf(table) : null) ?? table.bytes])];
  });
}

/** ISO/IEC 14496-12, 8.7.2. Without any reference the data are in the file. */
function hasOwnData(boxes: readonly FlatBox[]): boolean {
  const references = contentsOf(boxesIn(contentsOf(boxes, "dinf") ?? Buffer.alloc(0)).boxes, "dref");
  if (!references) return true;
  const places = boxesIn(references.subarray(8)).boxes.map((each) => ((each.contents[3] ?? 0) & SELF_CONTAINED) === 1);
  if (places.every((isHere) => isHere)) return true;
  if (places.some((isHere) => isHere)) throw refusal("A track of the video is only partly in the file.");
  return false;
}

function inner(type: string, contents: Buffer, edit: (each: FlatBox) => Part[]): Container {
  const { boxes, tail } = boxesIn(contents);
  return { type, parts: [...boxes.flatMap(edit), tail] };
}

/** It may hold one `meta` only: with a label it is a list of keys, into which what stood there before is carried. */
function userData(contents: Buffer, label: string | null): Container {
  const { boxes, tail } = boxesIn(contents);
  const others = boxes.filter((each) => each.type !== XMP && !isLabelBox(each));
  if (label === null) {
    return {
      type: USER_DATA,
      parts: [...others.flatMap((each) => (each.type === META ? withoutLabel(each) : [each.bytes])), tail],
    };
  }
  const metas = others.filter(({ type }) => type === META);
  const items = metas.flatMap((meta): Item[] => {
    const found = itemsOf(meta.contents);
    if (!found) throw refusal("The video's user data are of a kind to which no label can be added.");
    return found.filter((item) => !isLabel(item));
  });
  const kept = others.filter(({ type }) => type !== META).map(({ bytes }) => bytes);
  return { type: USER_DATA, parts: [...kept, metaOf([...items, labelItem(label)]), tail] };
}

/** A list that held nothing else goes with it. */
function withoutLabel({ bytes, contents }: FlatBox): Buffer[] {
  const items = itemsOf(contents);
  if (!items?.some(isLabel)) return [bytes];
  const others = items.filter((item) => !isLabel(item));
  return others.length === 0 ? [] : [metaOf(others, hasVersion(contents))];
}

function isLabelBox({ type }: FlatBox): boolean {
  return type === LABEL;
}

/** With or without a version in front. */
function userText(contents: Buffer): string {
  return (contents[0] === 0 ? contents.subarray(4) : contents).toString("utf8").replace(/\0+$/, "");
}
