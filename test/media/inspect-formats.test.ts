import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { contentTypes } from "../../shared/media/keys.ts";
import { inspectBytes, inspectSource, refusalOf } from "./inspecting.ts";
import { topLevelBoxes } from "./iso-surgery.ts";
import { randomNumbers, realFiles, type Sample } from "./media-samples.ts";

const samples = await realFiles();

/** They state no length as a whole: cut between two of their parts they are shorter, but not damaged. */
const openEnded = ["fragmented.mp4", "hybrid.mp4", "piped.webm", "streamed.webm"];

describe.each(samples)("$name", (sample) => {
  it("is found to be what it is, with its size and digest", async () => {
    expect(await inspectBytes(sample.bytes, { expect: sample.kind })).toEqual(whatIsTrueOf(sample));
  });

  it("gives the same result byte by byte and in random pieces", async () => {
    const random = randomNumbers(7);
    const sizes = [() => 1, ...[3, 40, 400, 4000].map((limit) => () => 1 + random(limit))];
    for (const size of sizes) {
      expect(await inspectBytes(sample.bytes, { expect: sample.kind }, size)).toEqual(whatIsTrueOf(sample));
    }
  });

  it("may come from a source that uses one buffer for all of its chunks", async () => {
    async function* reusing() {
      const buffer = Buffer.alloc(37);
      for (let at = 0; at < sample.bytes.length; at += 37) {
        yield buffer.subarray(0, sample.bytes.copy(buffer, 0, at));
        buffer.fill(0xff);
      }
    }
    expect(await inspectSource(reusing(), { expect: sample.kind })).toEqual(whatIsTrueOf(sample));
  });
});

describe("a file that is cut", () => {
  it.each(samples.filter(({ name }) => !openEnded.includes(name)))(
    "is refused, wherever it is cut: $name",
    async (sample) => {
      expect(await acceptedCuts(sample)).toEqual([]);
    },
  );
});

describe("a video that states no length", () => {
  it.each(["fragmented.mp4", "hybrid.mp4"])(
    "%s is accepted only when it is cut between two of its boxes",
    async (name) => {
      const sample = find(name);
      const boundaries = topLevelBoxes(sample.bytes).map((box) => box.end);
      const accepted = await acceptedCuts(sample);
      expect(accepted.length).toBeGreaterThan(0);
      expect(boundaries).toEqual(expect.arrayContaining(accepted));
    },
  );

  it("piped.webm is accepted only when it is cut between its two clusters", async () => {
    expect(await acceptedCuts(find("piped.webm"))).toHaveLength(1);
  });

  it("streamed.webm is accepted only when it is cut between two of its ten frames, or of the parts of its second cluster's header", async () => {
    expect(await acceptedCuts(find("streamed.webm"))).toHaveLength(9 + 3);
  });

  it.each(openEnded)("%s is refused wherever it is cut when its length is known", async (name) => {
    const { bytes, kind } = find(name);
    for (const length of await acceptedCuts(find(name))) {
      const cut = inspectBytes(bytes.subarray(0, length), { expect: kind, expectedBytes: bytes.length });
      expect(await refusalOf(cut)).toMatchObject({ type: "fetch_failed" });
    }
  });
});

function whatIsTrueOf({ name: _, bytes, ...facts }: Sample) {
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  return { ...facts, size: bytes.length, sha256, contentType: contentTypes[facts.extension] };
}

function find(name: string): Sample {
  const sample = samples.find((candidate) => candidate.name === name);
  if (!sample) throw new Error(`There is no ${name}.`);
  return sample;
}

/** Found out once for each file: there are many cuts. */
function acceptedCuts(sample: Sample): Promise<number[]> {
  const known = cutsOf.get(sample.name) ?? findAcceptedCuts(sample);
  cutsOf.set(sample.name, known);
  return known;
}

const cutsOf = new Map<string, Promise<number[]>>();

/** Tries every length, and throws on anything but `invalid_output`. */
async function findAcceptedCuts({ bytes, kind }: Sample): Promise<number[]> {
  const accepted: number[] = [];
  for (let length = 0; length < bytes.length; length++) {
    const outcome = await inspectBytes(bytes.subarray(0, length), { expect: kind }, () => length).catch(
      (error: unknown) => error,
    );
    if (!(outcome instanceof Error)) accepted.push(length);
    else if (!("type" in outcome) || outcome.type !== "invalid_output") throw outcome;
  }
  return accepted;
}
