// Tags of WebM, RFC 9559, 5.1.8: label and XMP as two of them, for the whole of the file.
import { aigcText } from "../aigc-text.ts";
import type { Mark } from "../mark.ts";
import { hasXmp, xmpPacket } from "../xmp.ts";
import { CRC, element, elementsIn, type FlatElement, voidOf, withChildren } from "./webm-elements.ts";

export const TAGS = 0x1254c367;
const TAG = 0x7373;
const TARGETS = 0x63c0;
const SIMPLE_TAG = 0x67c8;
const NAME = 0x45a3;
const TEXT = 0x4487;

const LABEL = "AIGC";
/** No standard names one; programs that look for a packet anywhere in a file find it. */
const XMP = "XMP";

export interface TagMarks {
  aigc: string[];
  xmp: string[];
}

/** Empty where the mark says nothing. */
export function tagsOf(mark: Mark): Buffer {
  const tags = [
    ...(mark.aigc ? [simpleTag(LABEL, aigcText(mark.aigc))] : []),
    ...(hasXmp(mark, { withAigc: false }) ? [simpleTag(XMP, xmpPacket(mark, { withAigc: false }))] : []),
  ];
  if (tags.length === 0) return Buffer.alloc(0);
  return element(TAGS, element(TAG, Buffer.concat([element(TARGETS, Buffer.alloc(0)), ...tags])));
}

/** `contents` of a Tags element. */
export function marksOfTags(contents: Buffer): TagMarks {
  const marks: TagMarks = { aigc: [], xmp: [] };
  for (const tag of elementsIn(contents).filter(({ id }) => id === TAG)) {
    for (const each of elementsIn(tag.contents).filter(isMark)) {
      const text = textIn(each, TEXT);
      if (nameOf(each) === LABEL) marks.aigc.push(text);
      else marks.xmp.push(text);
    }
  }
  return marks;
}

/** Without the marks; null when nothing is left. What has none stays as it is. */
export function tagsWithoutMarks(tags: FlatElement): Buffer | null {
  if (!hasMarks(tags)) return tags.bytes;
  const kept = elementsIn(tags.contents).flatMap((each): { id: number; bytes: Buffer }[] => {
    if (each.id !== TAG || !hasMarksOfTag(each)) return [each];
    const others = elementsIn(each.contents).filter((child) => !isMark(child));
    if (!others.some(({ id }) => id === SIMPLE_TAG)) return [];
    return [
      {
        id: TAG,
        bytes: withChildren(
          each,
          others.map(({ bytes }) => bytes),
        ),
      },
    ];
  });
  if (!kept.some(({ id }) => id === TAG)) return null;
  return withChildren(
    tags,
    kept.map(({ bytes }) => bytes),
  );
}

/** The same, of the same length: for what stands where nothing can be moved any more. */
export function tagsWithVoids(tags: FlatElement): Buffer {
  if (!hasMarks(tags)) return tags.bytes;
  const kept = elementsIn(tags.contents);
  if (!kept.some((each) => each.id === TAG && keepsSome(each))) return voidOf(tags.bytes.length);
  const children = kept.map((each) => {
    if (each.id === CRC) return voidOf(each.bytes.length);
    if (each.id !== TAG || !hasMarksOfTag(each)) return each.bytes;
    return keepsSome(each) ? tagWithVoids(each) : voidOf(each.bytes.length);
  });
  return withChildren(tags, children);
}

function tagWithVoids(tag: FlatElement): Buffer {
  const children = elementsIn(tag.contents);
  return withChildren(
    tag,
    children.map((each) => (isMark(each) || each.id === CRC ? voidOf(each.bytes.length) : each.bytes)),
  );
}

function keepsSome(tag: FlatElement): boolean {
  return elementsIn(tag.contents).some((each) => each.id === SIMPLE_TAG && !isMark(each));
}

function hasMarks({ contents }: FlatElement): boolean {
  return elementsIn(contents).some((each) => each.id === TAG && hasMarksOfTag(each));
}

function hasMarksOfTag({ contents }: FlatElement): boolean {
  return elementsIn(contents).some(isMark);
}

function isMark(each: FlatElement): boolean {
  return each.id === SIMPLE_TAG && [LABEL, XMP].includes(nameOf(each));
}

function nameOf(tag: FlatElement): string {
  return textIn(tag, NAME).toUpperCase();
}

function textIn({ contents }: FlatElement, id: number): string {
  const found = elementsIn(contents).find((each) => each.id === id);
  return found?.contents.toString("utf8").replace(/\0+$/, "") ?? "";
}

function simpleTag(name: string, text: string): Buffer {
  return element(SIMPLE_TAG, Buffer.concat([element(NAME, Buffer.from(name)), element(TEXT, Buffer.from(text))]));
}
