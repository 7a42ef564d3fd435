// What holds for labels in films of every format.
import { describe, expect, test } from "vitest";
import { aigcText } from "../../shared/labels/aigc-text.ts";
import { inspectBytes } from "../media/inspecting.ts";
import {
  examined,
  fixture,
  generated,
  isoFixtures,
  isTaken,
  label,
  mark,
  marked,
  webmFixtures,
} from "./film-marking.ts";

const names = [...isoFixtures, ...webmFixtures];
const shown = names.filter((name) => !name.startsWith("sound-only") && !name.endsWith(".mkv"));
/** A label of somebody else's. */
const foreign = { ...label, ContentProducer: "picwish", ProduceID: "theirs", ReservedCode1: "3045" };

describe.each(names)("%s", (name) => {
  test("carries one label and IPTC's field, and our reader finds them", async () => {
    const found = await examined(await marked(fixture(name)));
    expect(found.aigc).toEqual([aigcText(label)]);
    expect(found.digitalSourceTypes).toEqual([generated]);
    expect(found.hasC2pa).toBe(false);
  });

  test("comes out the same in whatever pieces it comes in", async () => {
    const whole = await marked(fixture(name), mark, () => Number.POSITIVE_INFINITY);
    for (const size of [1, 2, 3, 7, 64, 1021]) {
      expect((await marked(fixture(name), mark, () => size)).equals(whole)).toBe(true);
      expect((await examined(whole, () => size)).aigc).toHaveLength(1);
    }
  });

  test("is the same file when it is labelled twice", async () => {
    const once = await marked(fixture(name));
    expect((await marked(once)).equals(once)).toBe(true);
  });

  test("has one label when it is labelled anew, which keeps its producer, and has none when none is wanted", async () => {
    const theirs = await marked(fixture(name), { ...mark, aigc: foreign });
    const found = await examined(await marked(theirs));
    expect(found.aigc).toEqual([aigcText({ ...foreign, ReservedCode2: "code" })]);
    const bare = await examined(await marked(theirs, { aigc: null, digitalSourceType: null, system: null }));
    expect(bare).toMatchObject({ aigc: [], digitalSourceTypes: [], xmp: [] });
  });

  test("is refused when it is cut, or cut where it could have ended, and nothing hangs", async () => {
    const bytes = fixture(name);
    const mayEnd = /^(frag|indexed|variable|hybrid|piped|streamed)/.test(name);
    const taken: number[] = [];
    for (let length = bytes.length - 1; length >= 64; length -= length % 100 < 20 ? 1 : 7) {
      if (await isTaken(marked(bytes.subarray(0, length), mark, () => 4096))) taken.push(length);
    }
    // Between two fragments or clusters, nobody can tell.
    expect(taken.length).toBeLessThanOrEqual(mayEnd ? 64 : 0);
  });

  test("is labelled or refused, whichever byte of it is another", async () => {
    const bytes = fixture(name);
    // Every eleventh: often enough that each field of a header is met in one of the files.
    for (let at = 64; at < bytes.length; at += 11) {
      const broken = Buffer.from(bytes);
      broken[at] = at % 2 === 0 ? 0xff : 0x01;
      if (await isTaken(marked(broken, mark, () => 8192))) await isTaken(examined(broken, () => 8192));
    }
  });
});

test.each(shown)("%s is still the same film", async (name) => {
  const facts = async (bytes: Buffer) => {
    const { width, height, durationMs, extension } = await inspectBytes(bytes, { expect: "video" });
    return { width, height, durationMs, extension };
  };
  expect(await facts(await marked(fixture(name)))).toEqual(await facts(fixture(name)));
});
