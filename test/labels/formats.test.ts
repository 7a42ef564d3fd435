// Every format: the mark is there, once, and nothing else has changed.
import { createHash } from "node:crypto";
import sharp from "sharp";
import { describe, expect, test } from "vitest";
import { aigcText, readAigc, wrappedAigcText } from "../../shared/labels/aigc-text.ts";
import { inspectBytes } from "../media/inspecting.ts";
import { foreignLabel, id3, imageSamples, mp3, soundSamples, wav } from "./files.ts";
import { examined, generated, mark, marked } from "./marking.ts";

const images = await imageSamples();
const sounds = soundSamples();
const all = [...images, ...sounds];
const ours = mark.aigc ?? raise();

describe.each(all)("$name", ({ bytes }) => {
  test("says once what it is, and by which system", async () => {
    const found = await examined(await marked(bytes));
    expect(found.aigc.map((raw) => readAigc(raw))).toEqual([{ label: ours, deviations: [] }]);
    expect(found.digitalSourceTypes).toEqual([generated]);
    expect(found.xmp).toHaveLength(1);
    expect(found.xmp[0]).toContain("<Iptc4xmpExt:AISystemUsed>Dream &amp; &lt;Factory&gt;</");
  });

  test("is the same when it is marked twice, and however it comes in pieces", async () => {
    const once = await marked(bytes);
    expect((await marked(once)).equals(once)).toBe(true);
    let at = 0;
    expect((await marked(bytes, mark, () => 1 + (at++ % 7))).equals(once)).toBe(true);
    expect(await examined(once, () => 1)).toEqual(await examined(once));
  });

  test("holds the same content, which a changed byte in it is not", async () => {
    const [before, after] = [await examined(bytes), await examined(await marked(bytes))];
    expect(after.mediaSha256).toBe(before.mediaSha256);
    const touched = Buffer.from(bytes);
    const at = withinContent(bytes);
    touched[at] = (touched[at] ?? 0) ^ 1;
    const other = await examined(touched).then(
      ({ mediaSha256 }) => mediaSha256,
      () => "unreadable",
    );
    expect(other).not.toBe(before.mediaSha256);
  });

  test("that nothing is to be said of says nothing, whatever it said before", async () => {
    const nothing = { aigc: null, digitalSourceType: null, system: null };
    const found = await examined(await marked(await marked(bytes), nothing));
    expect([found.aigc, found.digitalSourceTypes, found.xmp]).toEqual([[], [], []]);
  });
});

describe.each(images)("$name", ({ bytes }) => {
  test("is a whole image of the same sides and times, with the same pixels in all its frames", async () => {
    const result = await marked(bytes);
    const [before, after] = await Promise.all([bytes, result].map((each) => inspectBytes(each, { expect: "image" })));
    expect(after).toEqual({ ...before, size: result.length, sha256: expect.any(String) });
    expect(await pixels(result)).toEqual(await pixels(bytes));
    expect(await kept(result)).toEqual(await kept(bytes));
  });
});

test("what XMP, EXIF, texts and frames of others said of the label is gone", async () => {
  for (const { bytes, name } of all.filter(
    (each) => each.name.startsWith("with-xmp") || each.name === "labelled.mp3",
  )) {
    expect([name, (await examined(bytes)).aigc]).toEqual([name, [foreignLabel]]);
    expect((await marked(bytes)).includes("MACQD9K64010000")).toBe(false);
  }
});

test("the label stands where the guides want it", async () => {
  const find = (name: string) => all.find((each) => each.name === name)?.bytes ?? raise();
  const png = await marked(find("rgb.png"));
  expect(png.includes(`tEXtAIGC\0${wrappedAigcText(ours)}`)).toBe(true);
  expect(png.indexOf("tEXt")).toBeLessThan(png.indexOf("IDAT"));
  const jpeg = await marked(find("oriented.jpg"));
  expect(jpeg.indexOf("Exif\0")).toBeLessThan(jpeg.indexOf("http://ns.adobe.com/xap/1.0/\0"));
  expect((await marked(find("simple.webp"))).toString("latin1", 12, 16)).toBe("VP8X");
  const gif = await marked(find("animated.gif"));
  expect(gif.indexOf("NETSCAPE2.0")).toBeLessThan(gif.indexOf("XMP DataXMP"));
  expect((await marked(wav())).includes(`AIGC`)).toBe(true);
  expect((await marked(mp3())).includes(`TXXX`)).toBe(true);
});

test("a tag of MP3 keeps its other frames", async () => {
  const title: [string, Buffer] = ["TIT2", Buffer.from("\0A tone", "latin1")];
  for (const version of [3, 4] as const) {
    const bytes = await marked(mp3(id3(version, [title])));
    expect(bytes.includes("\0A tone")).toBe(true);
    expect(bytes[3]).toBe(version);
  }
});

test("a label in EXIF's user comment is taken out, and nothing in EXIF moves", async () => {
  const comment = `ASCII\0\0\0{"AIGC":${foreignLabel}}`;
  const bytes = await sharp({ create: { width: 8, height: 8, channels: 3, background: "red" } })
    .jpeg()
    .withExif({ IFD0: { ImageDescription: `before ${comment.slice(8)} behind` } })
    .toBuffer();
  expect((await examined(bytes)).aigc).toEqual([`{"AIGC":${foreignLabel}}`]);
  const result = await marked(bytes);
  expect((await examined(result)).aigc).toEqual([aigcText(ours)]);
  expect(result.includes("before  ")).toBe(true);
  expect(result.includes(" behind")).toBe(true);
  expect((await sharp(result).metadata()).exif?.length).toBe((await sharp(bytes).metadata()).exif?.length);
});

test("a manifest of C2PA that a change would break is left out", async () => {
  const png = images.find(({ name }) => name === "rgb.png")?.bytes ?? raise();
  const jpeg = images.find(({ name }) => name === "baseline.jpg")?.bytes ?? raise();
  const box = Buffer.from("JP\0\x01\0\0\0\x01\0\0\0\x18jumb\0\0\0\x10jumdc2pa", "latin1");
  const segment = Buffer.concat([Buffer.from([0xff, 0xeb, 0, box.length + 2]), box]);
  const withManifest = Buffer.concat([jpeg.subarray(0, 2), segment, jpeg.subarray(2)]);
  expect((await examined(withManifest)).hasC2pa).toBe(true);
  expect((await examined(await marked(withManifest))).hasC2pa).toBe(false);
  expect((await marked(withManifest)).equals(await marked(jpeg))).toBe(true);
  expect((await examined(png)).hasC2pa).toBe(false);
});

test("a file that is cut, or that cannot carry a mark, is refused as invalid_output", async () => {
  for (const { name, bytes } of images) {
    const cut = marked(bytes.subarray(0, 24));
    await expect(cut, name).rejects.toMatchObject({ type: "invalid_output" });
  }
  const old = mp3(Buffer.concat([Buffer.from("ID3\x02\0\0\0\0\0\x0a", "latin1"), Buffer.alloc(10)]));
  await expect(marked(old)).rejects.toMatchObject({ type: "invalid_output" });
});

test.each([
  { riff: 0xffff_ffff, data: 0xffff_ffff },
  { riff: 0, data: 0 },
  { riff: 36, data: 0 },
  { riff: null, data: 0x7fff_ffff },
])("a WAV that was written into a pipe gets its lengths with the mark: $riff, $data", async ({ riff, data }) => {
  const whole = wav();
  const piped = Buffer.from(whole);
  if (riff !== null) piped.writeUInt32LE(riff, 4);
  piped.writeUInt32LE(data, 40);
  expect((await marked(piped)).equals(await marked(whole))).toBe(true);
  expect((await examined(piped)).mediaSha256).toBe((await examined(whole)).mediaSha256);
});

/** WebP has what tells of the picture behind it. */
function withinContent(bytes: Buffer): number {
  const chunks = ["VP8 ", "VP8L", "ANMF"].map((type) => bytes.indexOf(type)).filter((at) => at >= 0);
  return chunks.length > 0 && bytes.includes("WEBP") ? Math.min(...chunks) + 20 : bytes.length - 40;
}

async function pixels(bytes: Buffer): Promise<string> {
  const raw = await sharp(bytes, { animated: true }).raw().toBuffer();
  return createHash("sha256").update(raw).digest("hex");
}

/** What is shown of a file beside its pixels. */
async function kept(bytes: Buffer) {
  const { icc, orientation, delay, loop, pages, hasAlpha, space } = await sharp(bytes, { animated: true }).metadata();
  return { icc: icc?.toString("hex"), orientation, delay, loop, pages, hasAlpha, space };
}

function raise(): never {
  throw new Error("it is not there");
}
