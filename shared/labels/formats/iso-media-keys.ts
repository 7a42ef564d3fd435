// The `meta` box of a movie, as a list of names with values: QuickTime File Format, "Metadata", and as iTunes has it.
import { damagedVideo } from "../../media/formats/iso-boxes.ts";
import { box, boxesIn, contentsOf, type FlatBox } from "./iso-media-boxes.ts";

export interface Item {
  /** A key's whole name; what has only a code of four characters is given the name that ffmpeg shows for it. */
  name: string;
  /** `data` boxes, as they stand. */
  data: Buffer;
}

const LABEL = "aigc";
const UTF8 = 1;
const NO_LOCALE = 0;

/** What stands in the list of iTunes, by the name under which the same is known as a key. */
const names: Readonly<Record<string, string>> = {
  "\xa9nam": "title",
  "\xa9ART": "artist",
  aART: "album_artist",
  "\xa9wrt": "composer",
  "\xa9alb": "album",
  "\xa9day": "date",
  "\xa9too": "encoder",
  "\xa9cmt": "comment",
  "\xa9gen": "genre",
  "\xa9grp": "grouping",
  "\xa9lyr": "lyrics",
  cprt: "copyright",
  desc: "description",
  ldes: "synopsis",
  keyw: "keywords",
  tvsh: "show",
  tven: "episode_id",
  tvnn: "network",
  trkn: "track",
  disk: "disc",
  covr: "com.apple.quicktime.artwork",
};

/** The items of a `meta` box; null when it is of another kind. */
export function itemsOf(meta: Buffer): Item[] | null {
  const boxes = childrenOf(meta);
  const handler = contentsOf(boxes, "hdlr")?.toString("latin1", 8, 12);
  const list = boxesIn(contentsOf(boxes, "ilst") ?? Buffer.alloc(0)).boxes;
  if (handler === "mdir") return list.map(itemOfDirectory);
  if (handler !== "mdta") return null;
  const keys = keysOf(contentsOf(boxes, "keys") ?? Buffer.alloc(8));
  // An item without a key means nothing to anybody.
  return list.flatMap(({ index, contents }) => {
    const name = keys[index - 1];
    return name === undefined ? [] : [{ name, data: contents }];
  });
}

export function metaOf(items: readonly Item[], isVersioned = true): Buffer {
  const handler = Buffer.alloc(25);
  handler.write("mdta", 8, "latin1");
  const count = Buffer.alloc(8);
  count.writeUInt32BE(items.length, 4);
  const keys = items.map(({ name }) => box("mdta", Buffer.from(name)));
  const list = items.map(({ data }, at) => box(at + 1, data));
  return box(
    "meta",
    Buffer.alloc(isVersioned ? 4 : 0),
    box("hdlr", handler),
    box("keys", count, ...keys),
    box("ilst", ...list),
  );
}

export function labelItem(text: string): Item {
  return { name: "AIGC", data: textData(text) };
}

/** However a program spells it, and with whatever domain in front. */
export function isLabel({ name }: Pick<Item, "name">): boolean {
  return name.toLowerCase().split(/[.:]/).at(-1) === LABEL;
}

export function textsOf({ data }: Item): string[] {
  return boxesIn(data)
    .boxes.filter(({ type }) => type === "data")
    .map(({ contents }) => contents.toString("utf8", 8).replace(/\0+$/, ""));
}

/** ISO's `meta` has a version in front of its boxes, QuickTime's has none. */
export function childrenOf(meta: Buffer): FlatBox[] {
  return boxesIn(hasVersion(meta) ? meta.subarray(4) : meta).boxes;
}

export function hasVersion(meta: Buffer): boolean {
  return meta.toString("latin1", 4, 8) !== "hdlr";
}

function keysOf(contents: Buffer): string[] {
  if (contents.length < 8) throw damagedVideo("its list of keys is cut short");
  return boxesIn(contents.subarray(8)).boxes.map((key) => key.contents.toString("utf8"));
}

function itemOfDirectory({ type, contents }: FlatBox): Item {
  if (type === "trkn" || type === "disk") return { name: names[type] ?? type, data: countedData(contents) };
  if (type !== "----") return { name: names[type] ?? type.replace("\xa9", ""), data: contents };
  const { boxes } = boxesIn(contents);
  const data = boxes.filter((each) => each.type === "data").map(({ bytes }) => bytes);
  return { name: contentsOf(boxes, "name")?.toString("utf8", 4) ?? type, data: Buffer.concat(data) };
}

/** Which one of how many, in two numbers; under a key it is text. */
function countedData(contents: Buffer): Buffer {
  const value = contentsOf(boxesIn(contents).boxes, "data")?.subarray(8);
  if (!value || value.length < 6) return contents;
  const [at, of] = [value.readUInt16BE(2), value.readUInt16BE(4)];
  return textData(of === 0 ? `${at}` : `${at}/${of}`);
}

function textData(text: string): Buffer {
  const header = Buffer.alloc(8);
  header.writeUInt32BE(UTF8);
  header.writeUInt32BE(NO_LOCALE, 4);
  return box("data", header, Buffer.from(text));
}
