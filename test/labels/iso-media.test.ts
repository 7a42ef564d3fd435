// Labels in MP4 and QuickTime files: offsets, and what stood there before.
import { buffer } from "node:stream/consumers";
import { describe, expect, test } from "vitest";
import { aigcText } from "../../shared/labels/aigc-text.ts";
import { writeIsoMedia } from "../../shared/labels/formats/iso-media.ts";
import { boxesIn, contentsOf, box as innerBox, xmpBox } from "../../shared/labels/formats/iso-media-boxes.ts";
import { itemsOf, labelItem, metaOf, textsOf } from "../../shared/labels/formats/iso-media-keys.ts";
import { xmpPacket } from "../../shared/labels/xmp.ts";
import {
  box,
  freeInsteadOfType,
  joinFreeAndMediaData,
  mediaDataWithoutSize,
  pick,
  rewrite,
  topLevelBoxes,
} from "../media/iso-surgery.ts";
import { examined, fixture, isTaken, label, mark, marked } from "./film-marking.ts";

const tables = ["moov", "trak", "mdia", "minf", "stbl"];
const front = fixture("faststart.mp4");
const theirs = { ...label, ContentProducer: "picwish", ProduceID: "theirs", ReservedCode1: "3045" };
const theirText = aigcText(theirs);
const carried = aigcText({ ...theirs, ReservedCode2: "code" });
const c2paId = Buffer.from("d8fec3d61b0e483c92975828877ec481", "hex");

describe("offsets", () => {
  test.each([
    ["with the movie header in front", front],
    ["with it at the end", fixture("moov-at-end.mp4")],
    ["whose media data have a size of 64 bits", joinFreeAndMediaData(fixture("moov-at-end.mp4"))],
    ["whose media data go on to the end of the file", mediaDataWithoutSize(front)],
    ["without a file type box", freeInsteadOfType(fixture("quicktime.mov"))],
  ])("of a file %s lead to the same samples", async (_, bytes) => {
    const after = await marked(bytes);
    const samples = (film: Buffer) => offsetsIn(film).map((at) => film.toString("hex", at, at + 32));
    expect(samples(after)).toEqual(samples(bytes));
    expect(samples(after).length).toBeGreaterThan(0);
  });

  test("past 4 GiB get 64 bits, and what that adds is added to them", async () => {
    const far = rewrite(front, [...tables, "stco"], (contents) => {
      const table = Buffer.from(contents);
      table.writeUInt32BE(0xffff_fff0, table.length - 4);
      return table;
    });
    const after = await marked(far);
    const growth = after.length - far.length;
    expect(offsetsIn(after)).toEqual(offsetsIn(far).map((at) => at + growth));
    expect(boxesAt(after, tables).map(({ type }) => type)).toContain("co64");
    expect((await marked(after)).equals(after)).toBe(true);
  });

  test("stay as they are where the data are in another file", async () => {
    const elsewhere = rewrite(front, ["moov", "trak", "mdia", "minf", "dinf", "dref"], (contents) => {
      const references = Buffer.from(contents);
      references.writeUInt8(0, 19);
      return references;
    });
    expect(offsetsIn(await marked(elsewhere))[0]).toBe(offsetsIn(elsewhere)[0]);
  });

  test("of fragments from the file's beginning on, and of the list of fragments, lead to the same bytes", async () => {
    const bytes = withAbsoluteOffsets(fixture("fragmented.mp4"));
    const after = await marked(bytes);
    const types = (film: Buffer) => absoluteOffsetsIn(film).map((at) => film.toString("latin1", at + 4, at + 8));
    expect(types(bytes)).toEqual(["moof", "moof", "moof", "moof"]);
    expect(types(after)).toEqual(types(bytes));
    const index = topLevelBoxes(after).at(-1);
    expect(after.readUInt32BE(after.length - 4)).toBe(after.length - (index?.start ?? 0));
  });
});

describe("what stood there before", () => {
  test("a label in the movie's own list goes, and its producer is carried", async () => {
    const bytes = rewrite(front, ["moov"], (movie) => Buffer.concat([movie, metaOf([labelItem(theirText)], false)]));
    expect((await examined(bytes)).aigc).toEqual([theirText]);
    const after = await marked(bytes);
    expect((await examined(after)).aigc).toEqual([carried]);
    expect(boxesAt(after, ["moov"]).map(({ type }) => type)).not.toContain("meta");
  });

  test.each([
    ["of a track", ["moov", "trak"], box("udta", metaOf([labelItem(theirText)]))],
    ["as XMP in user data", ["moov", "udta"], box("XMP_", Buffer.from(packetOf()))],
    ["as user data", ["moov", "udta"], box("AIGC", Buffer.from(theirText))],
  ])("a label %s goes, and its producer is carried", async (_, path, added) => {
    const before = rewrite(front, ["moov"], (movie) => Buffer.concat([movie, box("udta")]));
    const bytes = rewrite(before, path, (contents) => Buffer.concat([contents, added]));
    expect((await examined(bytes)).aigc).toEqual([theirText]);
    expect((await examined(await marked(bytes))).aigc).toEqual([carried]);
  });

  test.each([
    ["in front of the movie header", insertedAt(fixture("moov-at-end.mp4"), "moov", xmpBox(packetOf())), carried],
    ["behind the media data", Buffer.concat([front, xmpBox(packetOf())]), aigcText(label)],
  ])("XMP %s becomes room, so that nothing else moves", async (_, bytes, expected) => {
    const after = await marked(bytes);
    expect((await examined(after)).aigc).toEqual([expected]);
    expect(after.toString("latin1").split("<x:xmpmeta")).toHaveLength(2);
    expect((await marked(after)).equals(after)).toBe(true);
  });

  test("a manifest of C2PA becomes room: what it vouches for is not the same any more", async () => {
    const manifest = box("uuid", c2paId, Buffer.from("manifest"));
    const bytes = insertedAt(fixture("moov-at-end.mp4"), "moov", manifest);
    expect((await examined(bytes)).hasC2pa).toBe(true);
    const after = await marked(bytes);
    expect((await examined(after)).hasC2pa).toBe(false);
    expect(after.includes("manifest")).toBe(false);
  });

  test("a list of iTunes is carried into keys", async () => {
    const data = (kind: number, value: Buffer) => {
      const head = Buffer.alloc(8);
      head.writeUInt32BE(kind);
      return innerBox("data", head, value);
    };
    const list = innerBox(
      "ilst",
      innerBox("\xa9nam", data(1, Buffer.from("A song"))),
      innerBox("trkn", data(0, Buffer.from([0, 0, 0, 3, 0, 9, 0, 0]))),
      innerBox("covr", data(13, Buffer.from([0xff, 0xd8]))),
      innerBox(
        "----",
        innerBox("mean", Buffer.alloc(4)),
        innerBox("name", Buffer.from("\0\0\0\0Mood")),
        data(1, Buffer.from("calm")),
      ),
    );
    const handler = Buffer.alloc(25);
    handler.write("mdir", 8);
    const meta = innerBox("meta", Buffer.alloc(4), innerBox("hdlr", handler), list);
    const bytes = rewrite(front, ["moov", "udta"], () => meta);
    const user = contentsOf(
      boxesIn(contentsOf(boxesAt(await marked(bytes), ["moov"]), "udta") ?? Buffer.alloc(0)).boxes,
      "meta",
    );
    const items = itemsOf(user ?? Buffer.alloc(0)) ?? [];
    expect(items.map(({ name }) => name)).toEqual(["title", "track", "com.apple.quicktime.artwork", "Mood", "AIGC"]);
    expect(items.filter(({ name }) => name !== "com.apple.quicktime.artwork").flatMap(textsOf)).toEqual([
      "A song",
      "3/9",
      "calm",
      aigcText(label),
    ]);
  });
});

describe("what cannot be labelled is refused", () => {
  test("before it is held: a movie header of more than 64 MiB", async () => {
    let taken = 0;
    async function* endless() {
      const head = Buffer.alloc(8);
      head.writeUInt32BE(0x7fff_ffff);
      head.write("moov", 4);
      yield Buffer.concat([pick(front, "ftyp"), head]);
      for (; ; taken++) yield Buffer.alloc(65_536);
    }
    expect(await isTaken(buffer(writeIsoMedia(endless(), mark)))).toBe(false);
    expect(taken).toBe(0);
  });

  test.each([
    ["a compressed movie header", rewrite(front, ["moov"], () => box("cmov"))],
    ["two movie headers", Buffer.concat([front, pick(front, "moov")])],
    ["no movie header", pick(front, "ftyp", "mdat")],
    ["no media data", pick(front, "ftyp", "moov")],
    [
      "a table longer than its box",
      rewrite(front, [...tables, "stco"], (table) =>
        Buffer.concat([table.subarray(0, 4), Buffer.from([0x7f, 0, 0, 0])]),
      ),
    ],
    ["items that are named by their place", Buffer.concat([front, box("meta", Buffer.alloc(4), box("iloc"))])],
  ])("%s", async (_, bytes) => {
    expect(await isTaken(marked(bytes))).toBe(false);
  });
});

function packetOf(): string {
  return xmpPacket({ aigc: theirs, digitalSourceType: null, system: null }, { withAigc: true });
}

function boxesAt(bytes: Buffer, path: readonly string[]) {
  let { boxes } = boxesIn(bytes);
  for (const type of path) boxes = boxesIn(contentsOf(boxes, type) ?? Buffer.alloc(0)).boxes;
  return boxes;
}

/** Of all tracks. */
function offsetsIn(film: Buffer): number[] {
  const movie = contentsOf(boxesOfFile(film), "moov") ?? Buffer.alloc(0);
  return boxesIn(movie)
    .boxes.filter(({ type }) => type === "trak")
    .flatMap((track) => boxesAt(track.contents, tables.slice(2)))
    .flatMap(({ type, contents }) => {
      if (type !== "stco" && type !== "co64") return [];
      return Array.from({ length: contents.readUInt32BE(4) }, (_, at) =>
        type === "stco" ? contents.readUInt32BE(8 + 4 * at) : Number(contents.readBigUInt64BE(8 + 8 * at)),
      );
    });
}

/** Up to a box without a size, which is the last. */
function boxesOfFile(film: Buffer) {
  return boxesIn(film).boxes;
}

function insertedAt(film: Buffer, type: string, added: Buffer): Buffer {
  const at = topLevelBoxes(film).find((each) => each.type === type)?.start ?? 0;
  return Buffer.concat([film.subarray(0, at), added, film.subarray(at)]);
}

/** As ffmpeg writes fragments without `default_base_moof`: each track's header tells where its fragment begins; and a list of them at the end. */
function withAbsoluteOffsets(film: Buffer): Buffer {
  const parts: Buffer[] = [];
  const starts: number[] = [];
  let at = 0;
  for (const { type, start, end } of topLevelBoxes(film)) {
    const bytes = film.subarray(start, end);
    const part = type === "moof" ? withBase(bytes, at) : type === "mfra" ? Buffer.alloc(0) : bytes;
    if (type === "moof") starts.push(at);
    parts.push(part);
    at += part.length;
  }
  const table = Buffer.alloc(16 + starts.length * 11);
  table.writeUInt32BE(starts.length, 12);
  for (const [row, start] of starts.entries()) table.writeUInt32BE(start, 16 + row * 11 + 4);
  const index = box("mfra", box("tfra", table), box("mfro", Buffer.alloc(8)));
  index.writeUInt32BE(index.length, index.length - 4);
  return Buffer.concat([...parts, index]);
}

function withBase(fragment: Buffer, start: number): Buffer {
  return rewrite(fragment, ["moof", "traf", "tfhd"], (header) => {
    const base = Buffer.alloc(8);
    base.writeBigUInt64BE(BigInt(start));
    const flags = Buffer.from(header.subarray(0, 4));
    flags.writeUIntBE((header.readUIntBE(1, 3) | 1) & ~0x20000, 1, 3);
    return Buffer.concat([flags, header.subarray(4, 8), base, header.subarray(8)]);
  });
}

function absoluteOffsetsIn(film: Buffer): number[] {
  const { boxes } = boxesIn(film);
  const bases = boxes
    .filter(({ type }) => type === "moof")
    .map((each) => Number(contentsOf(boxesAt(each.contents, ["traf"]), "tfhd")?.readBigUInt64BE(8)));
  const table = contentsOf(boxesIn(contentsOf(boxes, "mfra") ?? Buffer.alloc(0)).boxes, "tfra") ?? Buffer.alloc(0);
  const listed = Array.from({ length: table.readUInt32BE(12) }, (_, row) => table.readUInt32BE(16 + row * 11 + 4));
  return [...bases, ...listed];
}
