// Labels in WebM files: positions, and what stood there before.
import { describe, expect, test } from "vitest";
import { aigcText } from "../../shared/labels/aigc-text.ts";
import {
  element,
  elementsIn,
  type FlatElement,
  headerIn,
  unsigned,
  unsignedIn,
  voidOf,
} from "../../shared/labels/formats/webm-elements.ts";
import { TAGS, tagsOf } from "../../shared/labels/formats/webm-tags.ts";
import { examined, fixture, isTaken, label, marked } from "./film-marking.ts";

const SEEK_HEAD = 0x114d9b74;
const CUES = 0x1c53bb6b;
const CLUSTER = 0x1f43b675;
const theirs = { ...label, ContentProducer: "picwish", ProduceID: "theirs", ReservedCode1: "3045" };
const theirTags = tagsOf({ aigc: theirs, digitalSourceType: null, system: null });
const header = element(0x1a45dfa3, element(0x4282, Buffer.from("webm")));

describe("positions", () => {
  test.each(["known-sizes.webm", "sound-only.webm", "matroska.mkv"])(
    "of clusters, and of what else %s lists, lead to the same",
    async (name) => {
      const bytes = fixture(name);
      const after = await marked(bytes);
      expect(cuesOf(after).length).toBeGreaterThan(0);
      expect(cuesOf(after)).toEqual(cuesOf(bytes));
      expect(listedIn(after).every(({ id, found }) => id === found)).toBe(true);
      expect(listedIn(after).map(({ id }) => id)).toEqual(
        expect.arrayContaining([...listedIn(bytes).map(({ id }) => id), TAGS]),
      );
    },
  );

  test.each([
    ["of one byte", 200],
    ["of two bytes", 65_000],
  ])("%s that need one more get it, and the cues fit into the segment that was told of", async (_, at) => {
    const bytes = film({ firstCluster: at, cues: "behind" });
    const after = await marked(bytes);
    expect(cuesOf(after)).toEqual(cuesOf(bytes));
    expect(listedIn(after).every(({ id, found }) => id === found)).toBe(true);
    expect((await marked(after)).equals(after)).toBe(true);
    expect((await examined(after)).aigc).toHaveLength(1);
  });

  test("in cues that stand in front of the clusters move, too, and the cues with them", async () => {
    const bytes = film({ firstCluster: 65_000, cues: "in front" });
    const after = await marked(bytes);
    expect(cuesOf(after)).toEqual(cuesOf(bytes));
    expect(listedIn(after).every(({ id, found }) => id === found)).toBe(true);
    expect((await marked(after)).equals(after)).toBe(true);
  });

  test.each([
    ["stay true", 1000, [0xe7, 0xa7, 0xa3]],
    ["are taken out where they would have to grow", 65_000, [0xe7, 0xec, 0xa3]],
  ])("that clusters tell of themselves %s", async (_, firstCluster, expected) => {
    const after = await marked(film({ firstCluster, cues: "behind" }));
    for (const cluster of childrenOf(after).filter(({ id }) => id === CLUSTER)) {
      const children = elementsIn(cluster.contents);
      expect(children.map(({ id }) => id)).toEqual(expected);
      const places = children.filter(({ id }) => id === 0xa7).map(({ contents }) => unsignedIn(contents));
      expect(places.every((place) => place === cluster.start)).toBe(true);
    }
  });
});

describe("what stood there before", () => {
  test("a label behind the clusters becomes room, and what stands beside it stays", async () => {
    const other = element(
      TAGS,
      element(
        0x7373,
        element(0x67c8, Buffer.concat([element(0x45a3, Buffer.from("TITLE")), element(0x4487, Buffer.from("A film"))])),
      ),
    );
    const bytes = film({ firstCluster: 1000, cues: "behind", last: [theirTags, other] });
    expect((await examined(bytes)).aigc).toEqual([aigcText(theirs)]);
    const after = await marked(bytes);
    expect((await examined(after)).aigc).toEqual([aigcText(label)]);
    expect(after.includes("picwish")).toBe(false);
    expect(after.includes(other)).toBe(true);
  });

  test("a checksum is that of what is there now", async () => {
    const name = "matroska.mkv";
    const sums = (bytes: Buffer) => childrenOf(bytes).filter(({ contents }) => contents[0] === 0xbf);
    for (const each of sums(await marked(fixture(name)))) {
      const { crc32 } = await import("node:zlib");
      expect(each.contents.readUInt32LE(2)).toBe(crc32(each.contents.subarray(6)));
    }
    expect(sums(fixture(name)).length).toBeGreaterThan(0);
  });
});

test.each([
  [
    "an element that reaches beyond the segment",
    Buffer.concat([header, element(0x18538067, Buffer.from([0xec, 0x85, 0]))]),
  ],
  [
    "a part without a size that is no cluster",
    Buffer.concat([header, element(0x18538067, Buffer.from([0x15, 0x49, 0xa9, 0x66, 0xff]))]),
  ],
  ["no segment", header],
])("%s is refused", async (_, bytes) => {
  expect(await isTaken(marked(bytes))).toBe(false);
});

/** Two clusters with a block each; the first one stands where it is told to. Each tells of its place, and cues name both. */
function film({
  firstCluster,
  cues,
  last = [],
}: {
  firstCluster: number;
  cues: "in front" | "behind";
  last?: Buffer[];
}): Buffer {
  const cluster = (time: number, at: number) =>
    element(
      CLUSTER,
      Buffer.concat([
        element(0xe7, unsigned(time)),
        element(0xa7, unsigned(at)),
        element(0xa3, Buffer.from([0x81, 0, 0, 0x80, time])),
      ]),
    );
  const clusters = [cluster(1, firstCluster), cluster(2, firstCluster + cluster(1, firstCluster).length)];
  const cue = (time: number, at: number) =>
    element(
      0xbb,
      Buffer.concat([
        element(0xb3, unsigned(time)),
        element(0xb7, Buffer.concat([element(0xf7, unsigned(1)), element(0xf1, unsigned(at))])),
      ]),
    );
  const list = element(CUES, Buffer.concat([cue(1, firstCluster), cue(2, firstCluster + (clusters[0]?.length ?? 0))]));
  const seekHead = (at: number) =>
    element(
      SEEK_HEAD,
      element(0x4dbb, Buffer.concat([element(0x53ab, unsigned(CUES)), element(0x53ac, unsigned(at, 4))])),
    );
  const headBytes = seekHead(0).length;
  const front =
    cues === "in front" ? [seekHead(headBytes), list] : [seekHead(firstCluster + Buffer.concat(clusters).length)];
  const room = voidOf(firstCluster - Buffer.concat(front).length);
  const behind = cues === "behind" ? [list] : [];
  return Buffer.concat([
    header,
    element(0x18538067, Buffer.concat([...front, room, ...clusters, ...behind, ...last]), 8),
  ]);
}

/** The segment's. */
function childrenOf(bytes: Buffer): FlatElement[] {
  return elementsIn(segmentOf(bytes));
}

function segmentOf(bytes: Buffer): Buffer {
  return elementsIn(bytes).find(({ id }) => id === 0x18538067)?.contents ?? Buffer.alloc(0);
}

/** What stands at each position in the cues: a cluster's first bytes, with its time. */
function cuesOf(bytes: Buffer): string[] {
  const segment = segmentOf(bytes);
  return childrenOf(bytes)
    .filter(({ id }) => id === CUES)
    .flatMap(({ contents }) => elementsIn(contents))
    .flatMap(({ id, contents }) => (id === 0xbb ? elementsIn(contents) : []))
    .flatMap(({ id, contents }) => (id === 0xb7 ? elementsIn(contents) : []))
    .filter(({ id }) => id === 0xf1)
    .map(({ contents }) => unsignedIn(contents))
    .map((at) => segment.toString("hex", at, at + 8));
}

/** Ids in the seek head, and of what stands at their positions. */
function listedIn(bytes: Buffer): { id: number; found: number | undefined }[] {
  const segment = segmentOf(bytes);
  return childrenOf(bytes)
    .filter(({ id }) => id === SEEK_HEAD)
    .flatMap(({ contents }) => elementsIn(contents))
    .filter(({ id }) => id === 0x4dbb)
    .map(({ contents }) => {
      const [id, at] = [0x53ab, 0x53ac].map(
        (wanted) => elementsIn(contents).find((each) => each.id === wanted)?.contents ?? Buffer.alloc(0),
      );
      return { id: unsignedIn(id ?? Buffer.alloc(0)), found: headerIn(segment, unsignedIn(at ?? Buffer.alloc(0)))?.id };
    });
}
