// Verifying files: ours, ours altered, those of others with and without marks, forged and cut ones, and such that contradict themselves.
import { deflateSync } from "node:zlib";
import sharp, { type Sharp } from "sharp";
import { afterAll, describe, expect, test } from "vitest";
import { ownLabel } from "../../shared/labels/aigc.ts";
import { readAigc } from "../../shared/labels/aigc-text.ts";
import type { AigcLabel } from "../../shared/labels/mark.ts";
import type { FoundMark, LabelMark, Verdict } from "../../shared/labels/verify/verdict.ts";
import { type VerifyDeps, verifyFile } from "../../shared/labels/verify/verify.ts";
import { createFfmpeg } from "../../shared/providers/ffmpeg/find.ts";
import { foreignLabel, id3, imageSamples, mp3, soundSamples } from "./files.ts";
import { examined, generated, mark, marked, unlabelled } from "./marking.ts";
import { changed, formats, labelled, others, ownerId, produceId, remuxed, us } from "./verify-samples.ts";

const samples = await imageSamples();
const all = await formats();
const bytesOf = (name: string) => [...samples, ...all].find((each) => each.name === name)?.bytes ?? Buffer.alloc(0);
const [png, jpeg] = [bytesOf("rgb.png"), bytesOf("baseline.jpg")];
const laughs =
  '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]><x xmlns:T="http://www.tc260.org.cn/ns/AIGC/1.0/"><T:AIGC>&b;&b;</T:AIGC></x>';
const notOurs = { known: false, output: null, intact: null };
const seen = new Set<string>();

/** `kept`: what the store has for the output, as bytes; null: it was deleted. */
async function verified(bytes: Uint8Array, kept: Uint8Array | null = null, deps: Partial<VerifyDeps> = {}) {
  const stored = kept && (await verifyFile({ us, storedSha256: async () => null, readManifest: null }, kept)).sha256;
  const storedSha256: VerifyDeps["storedSha256"] = async (output) =>
    output.ownerId === ownerId && output.produceId === produceId ? stored : null;
  const verdict = await verifyFile({ us, storedSha256, readManifest: null, ...deps }, bytes);
  seen.add(verdict.sha256);
  return verdict;
}

const labelsOf = ({ marks }: Verdict) => marks.filter((each: FoundMark): each is LabelMark => each.kind === "gb45438");
const [signatures, states] = [
  (verdict: Verdict) => labelsOf(verdict).map(({ signature }) => signature),
  (verdict: Verdict) => labelsOf(verdict).map(({ state }) => state),
];

describe.each(all)("$name", (format) => {
  const { bytes, type, carrier, isFilm, cut } = format;

  test("as we keep it is ours, intact, and says that AI made it", async () => {
    const ours = await labelled(bytes);
    const verdict = await verified(ours, ours);
    expect(verdict).toMatchObject({
      type,
      read: "whole",
      ai: "yes",
      ours: { known: true, output: produceId, intact: true },
    });
    expect(verdict.marks).toEqual([
      {
        ...{ kind: "gb45438", carrier, state: "ok", label: "1", signature: "ours_ok", deviations: [] },
        ...{ producer: us.name, produceId, propagator: us.name, propagateId: produceId },
      },
      { kind: "iptc", value: "trainedAlgorithmicMedia" },
    ]);
    expect(verdict.summary).toBe(
      "The file says that AI made it, or a part of it. It carries our label, and is what we labelled.",
    );
  });

  test("that was deleted since is ours, of which a film's bytes tell no more", async () => {
    const verdict = await verified(await labelled(bytes));
    expect(verdict.ours).toEqual({ known: true, output: produceId, intact: isFilm ? null : true });
    expect(signatures(verdict)).toEqual(["ours_ok"]);
  });

  test("with one bit of its content changed is ours, and not intact", async () => {
    const ours = await labelled(bytes);
    const other = changed(format, ours);
    expect(other.equals(ours)).toBe(false);
    const verdict = await verified(other, ours);
    expect(verdict.ours).toEqual({ known: true, output: produceId, intact: false });
    expect(signatures(verdict)).toEqual(["ours_broken"]);
    expect(verdict.summary).toContain("is not what we labelled");
  });

  test("whose marks were taken out is nobody's, and declares nothing", async () => {
    const ours = await labelled(bytes);
    const verdict = await verified((await unlabelled(ours)).bytes, ours);
    expect(verdict).toMatchObject({ type, read: "whole", ai: "not_declared", ours: notOurs, marks: [] });
  });

  test("that is cut tells what stood in front of the cut, and never that there is nothing", async () => {
    const ours = await labelled(bytes);
    const end = cut.isLabelled ? ours.length - 10 : Math.floor(bytes.length * 0.9);
    const verdict = await verified(ours.subarray(0, end), ours);
    expect(verdict).toMatchObject({ type, read: cut.read, ai: cut.isLabelled ? "yes" : "unknown" });
    expect(verdict.ours).toEqual(cut.isLabelled ? { known: true, output: produceId, intact: false } : notOurs);
  });

  test("under the label of another output of ours is a copied label", async () => {
    const [theirs] = (
      await examined(await labelled(all.find((each) => each !== format && each.isFilm === isFilm)?.bytes ?? png))
    ).aigc;
    const forged = await marked(bytes, { ...mark, aigc: readAigc(theirs ?? "")?.label ?? null });
    const verdict = await verified(forged, await labelled(bytes));
    expect(verdict.ours).toEqual({ known: true, output: produceId, intact: false });
    expect(signatures(verdict)).toEqual(["ours_broken"]);
  });

  test("without any mark declares nothing", async () => {
    const { ai, ours, marks, read } = await verified(bytes);
    expect({ ai, ours, marks, read }).toEqual({ ai: "not_declared", ours: notOurs, marks: [], read: "whole" });
  });
});

describe("Encoded anew", () => {
  test.each([
    ["PNG", (image: Sharp) => image.png()],
    ["JPEG", (image: Sharp) => image.jpeg({ quality: 80 })],
    ["WebP", (image: Sharp) => image.webp()],
  ])("as %s without its metadata, a picture of ours is nobody's", async (_, encode) => {
    const ours = await labelled(png);
    const verdict = await verified(await encode(sharp(ours)).toBuffer(), ours);
    expect(verdict).toMatchObject({ ai: "not_declared", ours: notOurs, marks: [] });
  });

  test.each(["picture.jpg", "simple.webp"])("%s with its metadata kept is ours, and not intact", async (name) => {
    const ours = await labelled(bytesOf(name));
    const verdict = await verified(await sharp(ours).resize(12).keepMetadata().toBuffer(), ours);
    expect([verdict.ai, verdict.ours]).toEqual(["yes", { known: true, output: produceId, intact: false }]);
  });

  const ffmpeg = createFfmpeg(null).find();

  test.skipIf(ffmpeg === null)("by ffmpeg, a film loses its label unless it is told to keep it", async () => {
    const ours = await labelled(bytesOf("faststart.mp4"));
    const copied = remuxed("a.mp4", ours, ffmpeg ?? "", "-c", "copy");
    expect(await verified(copied, ours)).toMatchObject({ read: "whole", ai: "not_declared", ours: notOurs });
    const kept = remuxed("a.mp4", ours, ffmpeg ?? "", "-c", "copy", "-movflags", "use_metadata_tags");
    expect(await verified(kept, ours)).toMatchObject({
      ai: "yes",
      ours: { known: true, output: produceId, intact: false },
    });
    const encoded = remuxed("a.mp4", ours, ffmpeg ?? "", "-c:v", "libx264", "-an");
    expect(await verified(encoded, ours)).toMatchObject({ ai: "not_declared", ours: notOurs });
  });
});

describe("A file of somebody else's", () => {
  test.each(samples.filter(({ name }) => !name.startsWith("with-xmp")))(
    "without marks, $name, declares nothing",
    async ({ bytes }) => {
      expect(await verified(bytes)).toMatchObject({ ai: "not_declared", ours: notOurs, marks: [], read: "whole" });
    },
  );

  const [sound] = soundSamples().filter(({ name }) => name === "labelled.mp3");
  const theirs = { producer: "001191110102MACQD9K64010000", produceId: "7f3a", signature: "foreign", label: "1" };

  test.each([
    ["PNG with XMP", bytesOf("with-xmp.png"), "png:XMP"],
    ["JPEG with XMP", bytesOf("with-xmp.jpg"), "jpeg:XMP"],
    ["WebP with XMP", bytesOf("with-xmp.webp"), "webp:XMP"],
    ["MP3 with a tag", sound?.bytes ?? Buffer.alloc(0), "mp3:TXXX"],
    ["JPEG with the bare word in a segment", jpegWith(0xeb, `AIGC${foreignLabel}`), "jpeg:APP11"],
    ["JPEG with EXIF's comment", jpegWith(0xe1, `Exif\0\0ASCII\0\0\0{"AIGC":${foreignLabel}}`), "jpeg:EXIF"],
    ["PNG with a compressed text", pngWith("zTXt", `AIGC\0\0`, deflateSync(`{"AIGC":${foreignLabel}}`)), "png:zTXt"],
  ])("with a vendor's label, %s, says so", async (_, bytes, carrier) => {
    const verdict = await verified(bytes);
    expect(verdict).toMatchObject({ ai: "yes", ours: notOurs });
    expect(labelsOf(verdict)).toEqual([expect.objectContaining({ ...theirs, carrier, state: "ok", deviations: [] })]);
  });

  test.each([
    ["a word for the number", foreignLabel.replace('"1"', '"AIGC"')],
    ["text that is encoded twice", JSON.stringify(foreignLabel)],
    ["names in lower case", foreignLabel.toLowerCase().replace("macqd9k64010000", "MACQD9K64010000")],
    ["blanks", foreignLabel.replaceAll(":", ": ")],
    ["fields that are missing", '{"Label":"1","ContentProducer":"001191110102MACQD9K64010000","ProduceID":"7f3a"}'],
  ])("is read although its label has %s, and it is told that it is malformed", async (_, text) => {
    const verdict = await verified(pngWith("tEXt", "AIGC\0", text));
    expect([verdict.ai, states(verdict)]).toEqual(["yes", ["malformed"]]);
    expect(labelsOf(verdict)[0]).toMatchObject(theirs);
    expect(labelsOf(verdict)[0]?.deviations).not.toEqual([]);
  });

  test.each([
    ["2", "maybe"],
    ["3", "maybe"],
  ])("whose label says %s may be AI's", async (value, ai) => {
    const verdict = await verified(pngWith("tEXt", "AIGC\0", foreignLabel.replace('"1"', `"${value}"`)));
    expect([verdict.ai, labelsOf(verdict)[0]?.label]).toEqual([ai, value]);
  });

  test("whose label cannot be read may be AI's", async () => {
    const verdict = await verified(pngWith("tEXt", "AIGC\0", "made by a machine"));
    expect(verdict).toMatchObject({ ai: "maybe", marks: [{ state: "malformed", label: null, signature: "foreign" }] });
  });

  test.each([
    [generated, "yes", "trainedAlgorithmicMedia"],
    [generated.replace("trainedA", "a"), "maybe", "algorithmicMedia"],
    [generated.replace("trainedAlgorithmicMedia", "digitalCapture"), "not_declared", "digitalCapture"],
  ])("with IPTC's field alone, %s, is judged by it", async (digitalSourceType, ai, value) => {
    const verdict = await verified(await marked(png, { aigc: null, digitalSourceType, system: null }));
    expect(verdict).toMatchObject({ ai, ours: notOurs, marks: [{ kind: "iptc", value }] });
  });

  test("from another system of the same name is not taken for a forgery of ours", async () => {
    const theirOwn = await labelled(png, {}, others);
    const verdict = await verified(theirOwn, null, { us: { ...others, key: "ours", isOnlyOurs: false } });
    expect([verdict.ours, signatures(verdict)]).toEqual([notOurs, ["foreign"]]);
  });

  test("that we spread keeps its producer, and is ours", async () => {
    const ours = await labelled(bytesOf("with-xmp.jpg"));
    const verdict = await verified(ours, ours);
    expect(verdict.ours).toEqual({ known: true, output: produceId, intact: true });
    expect(labelsOf(verdict)).toEqual([
      expect.objectContaining({ producer: theirs.producer, propagator: us.name, signature: "ours_ok" }),
    ]);
  });
});

describe("A forged label", () => {
  const real = ownLabel(us, { produceId, ownerId, mediaSha256: "a".repeat(64) });

  test.each<[string, Partial<AigcLabel>]>([
    ["of another name", { ProduceID: "another-1-0", PropagateID: "" }],
    ["with a code of nobody's", { ReservedCode1: "forged" }],
    ["without a code", { ReservedCode1: "" }],
    ["with the code of another key", ownLabel({ ...us, key: "guessed" }, { produceId, ownerId, mediaSha256: null })],
  ])("%s names us, and is not ours", async (_, forged) => {
    const verdict = await verified(await marked(png, { ...mark, aigc: { ...real, ...forged } }), png);
    expect([verdict.ours, signatures(verdict)]).toEqual([notOurs, ["ours_broken"]]);
    expect(verdict.summary).toContain("was not written by us");
  });

  test.each([
    ["another owner", real.ReservedCode1.replace(/[^.]+$/, "A".repeat(22))],
    ["no owner", real.ReservedCode1.replace(/\.[^.]+$/, "")],
    ["half of one", real.ReservedCode1.slice(0, -9)],
  ])("with %s leads to no record", async (_, ReservedCode1) => {
    const asked: unknown[] = [];
    const storedSha256 = async (output: { ownerId: string; produceId: string }) => {
      asked.push(output.ownerId);
      return null;
    };
    const verdict = await verified(await marked(png, { ...mark, aigc: { ...real, ReservedCode1 } }), png, {
      storedSha256,
    });
    expect(verdict.ours).toEqual({ known: true, output: produceId, intact: false });
    expect(asked).not.toContain(ownerId);
  });
});

describe("Several labels", () => {
  const twice = (first: string, second: string) => pngWith("tEXt", "AIGC\0", first, "tEXt", "AIGC\0", second);

  test("that say the same are told to be one too many", async () => {
    const verdict = await verified(twice(foreignLabel, `{"AIGC":${foreignLabel}}`));
    expect([verdict.ai, states(verdict)]).toEqual(["yes", ["ok", "ok"]]);
    expect(labelsOf(verdict).map(({ deviations }) => deviations)).toEqual([
      ["it stands in the file more than once"],
      ["it stands in the file more than once"],
    ]);
  });

  test("that differ contradict each other", async () => {
    const verdict = await verified(twice(foreignLabel, foreignLabel.replace("7f3a", "7f3b")));
    expect(states(verdict)).toEqual(["conflicting", "conflicting"]);
    expect(verdict.summary).toContain("contradict");
  });

  test("of which one is ours contradict each other, and it is ours", async () => {
    const ours = await labelled(png);
    const [own = ""] = (await examined(ours)).aigc;
    const verdict = await verified(twice(foreignLabel, own), ours);
    expect([states(verdict), signatures(verdict)]).toEqual([
      ["conflicting", "conflicting"],
      ["foreign", "ours_ok"],
    ]);
    expect(verdict.ours).toEqual({ known: true, output: produceId, intact: true });
  });

  test("in two places of a JPEG are told by their places", async () => {
    const bytes = jpegWith(0xeb, `AIGC${foreignLabel}`, bytesOf("with-xmp.jpg"));
    expect(labelsOf(await verified(bytes)).map(({ carrier }) => carrier)).toEqual(["jpeg:APP11", "jpeg:XMP"]);
  });
});

describe("A manifest of C2PA", () => {
  const signed = pngWith("caBX", "\0\0\0\x10jumb", "");

  test("where nothing reads it leaves open what the file says", async () => {
    expect(await verified(signed)).toMatchObject({
      ai: "unknown",
      marks: [{ kind: "c2pa", state: "unreadable", reason: "not_checked" }],
    });
  });

  test("is told as its reader tells it, in plain characters", async () => {
    const finding = {
      state: "trusted",
      signer: "Someone\u001b[2J",
      generator: null,
      sourceType: generated,
      failures: [],
    } as const;
    const verdict = await verified(signed, null, { readManifest: async () => ({ ...finding, failures: [] }) });
    expect(verdict).toMatchObject({
      ai: "yes",
      marks: [{ kind: "c2pa", state: "trusted", signer: "Someone [2J", reason: null }],
    });
  });

  test("that does not fit may say so of nothing", async () => {
    const failures = ["assertion.dataHash.mismatch"];
    const readManifest = async () => ({
      state: "invalid" as const,
      signer: null,
      generator: null,
      sourceType: generated,
      failures,
    });
    const verdict = await verified(signed, null, { readManifest });
    expect(verdict).toMatchObject({ ai: "maybe", marks: [{ state: "invalid", failures }] });
  });

  test("whose reader fails is unreadable, and there is an answer", async () => {
    const verdict = await verified(signed, null, { readManifest: () => Promise.reject(new Error("no")) });
    expect(verdict.marks).toMatchObject([{ kind: "c2pa", state: "unreadable", reason: "failed" }]);
  });

  test("that lies elsewhere is told of, and not fetched", async () => {
    const xmp = '<x:xmpmeta xmlns:x="adobe:ns:meta/" dcterms:provenance="http://127.0.0.1:9/secret"/>';
    const verdict = await verified(pngWith("iTXt", "XML:com.adobe.xmp\0\0\0\0\0", xmp));
    expect(verdict).toMatchObject({ ai: "unknown", marks: [{ kind: "c2pa", state: "remote_only" }] });
  });
});

describe("What is no file, or one that means harm, has an answer:", () => {
  test.each<[string, Uint8Array, Partial<Verdict>]>([
    ["a document", Buffer.from("%PDF-1.7 and so on"), { read: "not", ai: "unknown", type: "application/octet-stream" }],
    ["text", Buffer.from("AIGC"), { read: "not", ai: "unknown" }],
    ["a page", Buffer.from("<!doctype html><script>alert(1)</script>"), { read: "not" }],
    ["one byte", Buffer.from([0]), { read: "not" }],
    ["a signature alone", png.subarray(0, 8), { read: "partly", ai: "unknown" }],
    [
      "a text that grows when it is unpacked",
      pngWith("zTXt", "AIGC\0\0", deflateSync(Buffer.alloc(2 ** 24))),
      { read: "whole", marks: [] },
    ],
    ["a thousand such texts", pngWith(...bombs(1000)), { read: "partly", ai: "maybe" }],
    ["XMP with entities", pngWith("iTXt", "XML:com.adobe.xmp\0\0\0\0\0", laughs), { read: "whole", ai: "maybe" }],
    [
      "XMP of a megabyte",
      pngWith("iTXt", "XML:com.adobe.xmp\0\0\0\0\0", `<a:AIGC>${"x".repeat(2 ** 20)}</a:AIGC>`),
      { read: "whole", marks: [] },
    ],
    [
      "a tag of very many frames",
      mp3(
        id3(
          4,
          Array.from({ length: 20_000 }, () => ["TIT2", Buffer.alloc(1)] as [string, Buffer]),
        ),
      ),
      { read: "partly" },
    ],
    ["a film of boxes in boxes", filmOfNested(60_000), { read: "whole", marks: [] }],
    ["a film of very many boxes", filmOf(20_001), { read: "partly", ai: "unknown" }],
    ["EXIF of open braces", jpegWith(0xe1, `Exif\0\0${"AIGC{".repeat(13_000)}`), { read: "whole", marks: [] }],
    [
      "texts that a terminal would obey",
      pngWith("tEXt", "AIGC\0", foreignLabel.replace("7f3a", "\\u001b[2J\\u202e")),
      { ai: "yes" },
    ],
  ])("%s", async (_, bytes, expected) => {
    const verdict = await verified(bytes);
    expect(verdict).toMatchObject(expected);
    expect(JSON.stringify(verdict)).not.toMatch(/\\u001b|\u202e/);
    expect(JSON.stringify(verdict).length).toBeLessThan(4000);
  });

  test("bits changed anywhere", async () => {
    let state = 7;
    const next = (below: number) => {
      state = (state * 1103515245 + 12345) % 2 ** 31;
      return state % below;
    };
    for (const { bytes } of all) {
      const ours = await labelled(bytes);
      for (let round = 0; round < 40; round++) {
        const other = Buffer.from(ours);
        for (let flip = 0; flip < 3; flip++) other.writeUInt8(next(256), next(Math.min(other.length, 4096)));
        expect(["yes", "maybe", "not_declared", "unknown"]).toContain((await verified(other)).ai);
      }
    }
  });
});

afterAll(() => expect(seen.size).toBeGreaterThan(200));

function pngWith(...parts: (string | Buffer)[]): Buffer {
  const chunks: Buffer[] = [];
  for (let at = 0; at < parts.length; at += 3) {
    const [type = "", head = "", rest = ""] = parts.slice(at, at + 3);
    const data = Buffer.concat([Buffer.from(head as string, "latin1"), Buffer.from(rest as string)]);
    const chunk = Buffer.alloc(12 + data.length);
    chunk.writeUInt32BE(data.length);
    chunk.write(type as string, 4, "latin1");
    data.copy(chunk, 8);
    chunks.push(chunk);
  }
  return Buffer.concat([png.subarray(0, 33), ...chunks, png.subarray(33)]);
}

function jpegWith(marker: number, text: string, bytes: Buffer = jpeg): Buffer {
  const head = Buffer.from([0xff, marker, 0, 0]);
  head.writeUInt16BE(text.length + 2, 2);
  return Buffer.concat([bytes.subarray(0, 2), head, Buffer.from(text, "latin1"), bytes.subarray(2)]);
}

function bombs(count: number): (string | Buffer)[] {
  const packed = deflateSync(Buffer.alloc(60_000));
  return Array.from({ length: count }, () => ["zTXt", "AIGC\0\0", packed]).flat();
}

function filmOfNested(depth: number): Buffer {
  const boxes = Array.from({ length: depth }, (_, at) => {
    const head = Buffer.from(at === 0 ? "\0\0\0\0moov" : "\0\0\0\0udta", "latin1");
    head.writeUInt32BE(8 * (depth - at));
    return head;
  });
  return Buffer.concat([Buffer.from("\0\0\0\x14ftypisom\0\0\0\0mp42", "latin1"), ...boxes]);
}

function filmOf(boxes: number): Buffer {
  const empty = Buffer.from("\0\0\0\x08free", "latin1");
  const moov = Buffer.alloc(8);
  moov.writeUInt32BE(8 + 8 * boxes);
  moov.write("moov", 4, "latin1");
  return Buffer.concat([
    Buffer.from("\0\0\0\x14ftypisom\0\0\0\0mp42", "latin1"),
    moov,
    ...Array.from({ length: boxes }, () => empty),
  ]);
}
