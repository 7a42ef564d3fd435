// Labelling as a whole: what is written, what is left alone, and what is said when it cannot be done.
import { buffer } from "node:stream/consumers";
import { afterEach, describe, expect, test, vi } from "vitest";
import { checkOwn } from "../../shared/labels/aigc.ts";
import { readAigc } from "../../shared/labels/aigc-text.ts";
import { createLabels, type LabelsOptions } from "../../shared/labels/label.ts";
import { MAX_HELD_BYTES } from "../../shared/media/spool.ts";
import { tinyPng } from "../jobs/tiny-png.ts";
import { pieces } from "../media/inspecting.ts";
import { foreignLabel, imageSamples } from "./files.ts";
import { examined, generated, mark, marked } from "./marking.ts";

const producer = { name: "DreamFactory", key: "the key of this system" };
const said = {
  produceId: "0192f000-0000-7000-8000-000000000000-1-0",
  ownerId: "0192f000-0000-7000-8000-0000000000ff",
  digitalSourceType: generated,
  model: "wan2.7",
  madeAt: 1.8e12,
};
const samples = await imageSamples();

function labels(options: Partial<LabelsOptions> = {}) {
  return createLabels({ profile: "metadata", producer, systemName: "DreamFactory", marksImports: false, ...options });
}

async function labelled(bytes: Uint8Array, options: Partial<LabelsOptions> = {}) {
  const { body, problem } = labels(options).mark(
    pieces(bytes, () => 700),
    said,
  );
  return { bytes: await buffer(body), problem: problem() };
}

async function looked(bytes: Uint8Array, options: Partial<LabelsOptions> = {}) {
  const { body, problem } = labels(options).look(
    pieces(bytes, () => 700),
    said,
  );
  expect((await buffer(body)).equals(Buffer.from(bytes))).toBe(true);
  return problem()?.reason ?? null;
}

/** A chunk that C2PA's manifests stand in, behind the header. */
function withManifest(png: Uint8Array): Buffer {
  const chunk = Buffer.from("\0\0\0\x04caBXjumb\x44\x6d\x19\xb4", "latin1");
  return Buffer.concat([png.subarray(0, 33), chunk, png.subarray(33)]);
}

describe.each(samples)("$name", ({ bytes }) => {
  test("comes out labelled, as ours and intact, and the same bytes each time", async () => {
    const once = await labelled(bytes);
    expect(once.problem).toBeNull();
    const found = await examined(once.bytes);
    const label = readAigc(found.aigc[0] ?? "")?.label;
    expect(label && checkOwn(producer, label, found.mediaSha256)).toMatchObject({ known: true, intact: true });
    expect((await labelled(bytes)).bytes.equals(once.bytes)).toBe(true);
    expect((await labelled(once.bytes)).bytes.equals(once.bytes)).toBe(true);
    expect(await looked(once.bytes, { profile: "all" })).toBeNull();
  });
});

test("a vendor's label keeps its producer in the file", async () => {
  const bytes = samples.find(({ name }) => name === "with-xmp.jpg")?.bytes ?? Buffer.alloc(0);
  const found = await examined((await labelled(bytes)).bytes);
  expect(found.aigc.map((raw) => readAigc(raw)?.label)).toEqual([
    expect.objectContaining({
      ...JSON.parse(foreignLabel),
      ContentPropagator: "DreamFactory",
      PropagateID: said.produceId,
      ReservedCode2: expect.stringMatching(/^\S{100,115}$/),
    }),
  ]);
});

describe("A file with a manifest of C2PA", () => {
  const signed = withManifest(tinyPng);

  test.each(["metadata", "eu"] as const)(
    "is left byte for byte with profile %s, and has what it needs",
    async (profile) => {
      const result = await labelled(signed, { profile });
      expect([result.bytes.equals(signed), result.problem]).toEqual([true, null]);
      expect(await looked(signed, { profile })).toBeNull();
    },
  );

  test.each(["cn", "all"] as const)("loses it to the label that profile %s demands", async (profile) => {
    const found = await examined((await labelled(signed, { profile })).bytes);
    expect([found.hasC2pa, found.aigc.length]).toEqual([false, 1]);
    expect(await looked(signed, { profile })).toBe("The stored file does not carry its label");
  });
});

test("a film's manifest, which stands in front, is known before anything of it has passed", async () => {
  const box = Buffer.from("d8fec3d61b0e483c92975828877ec481", "hex");
  const film = Buffer.concat([
    Buffer.from("\0\0\0\x14ftypisom\0\0\0\0mp42\0\0\0\x1auuid", "latin1"),
    ...[box, Buffer.from("\0\0"), Buffer.alloc(5000)],
  ]);
  const result = await labelled(film, { profile: "eu" });
  expect([result.bytes.equals(film), result.problem]).toEqual([true, null]);
});

describe("What cannot be labelled", () => {
  test.each([
    ["a format that nothing is written into", Buffer.from("BM and some more of a bitmap")],
    ["a damaged file", tinyPng.subarray(0, 40)],
    ["no bytes at all", Buffer.alloc(0)],
  ])("passes as it came, and it is said why: %s", async (_, bytes) => {
    const result = await labelled(bytes);
    expect(result.bytes.equals(Buffer.from(bytes))).toBe(true);
    expect(result.problem?.reason).toMatch(/label/);
  });
});

const otherName = { ...(mark.aigc ?? raise()), ProduceID: "x", PropagateID: "x" };
const otherOutput = await marked(tinyPng, { ...mark, aigc: otherName });
const otherType = await marked(tinyPng, { ...mark, digitalSourceType: generated.replace("trained", "") });

describe("A stored file", () => {
  test.each([
    ["without a label", tinyPng],
    ["with another output's", otherOutput],
    ["with another source type", otherType],
    ["that is damaged", tinyPng.subarray(0, 40)],
  ])("%s is not taken for one that has it", async (_, bytes) => {
    expect(await looked(bytes, { profile: "eu" })).not.toBeNull();
  });
});

test("what the body throws comes through as it is, and nothing is left on the disk of it", async () => {
  const broken = new Error("the connection is gone");
  async function* body() {
    yield tinyPng.subarray(0, 50);
    throw broken;
  }
  const { body: passed, problem } = labels().mark(body(), said);
  await expect(buffer(passed)).rejects.toBe(broken);
  expect(problem()).toBeNull();
});

describe("A disk that takes no files", () => {
  afterEach(() => vi.unstubAllEnvs());

  test("says nothing of the file: its error comes through, and the step is taken again", async () => {
    vi.stubEnv("TMPDIR", "/nowhere/at/all");
    const large = Buffer.concat([tinyPng, Buffer.alloc(2 * MAX_HELD_BYTES)]);
    const { body, problem } = labels().mark(
      pieces(large, () => 100_000),
      said,
    );
    await expect(buffer(body)).rejects.toMatchObject({ code: "ENOENT", syscall: "mkdtemp" });
    expect(problem()).toBeNull();
  });

  test("is not needed for a small file", async () => {
    vi.stubEnv("TMPDIR", "/nowhere/at/all");
    const { body, problem } = labels().mark(
      pieces(tinyPng, () => 700),
      said,
    );
    expect((await buffer(body)).length).toBeGreaterThan(tinyPng.length);
    expect(problem()).toBeNull();
  });
});

function raise(): never {
  throw new Error("it is not there");
}
