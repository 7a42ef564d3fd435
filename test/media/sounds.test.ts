// Sounds, found from their bytes alone: WAV and MP3, whole, cut, odd, and as ffmpeg writes them.
import { execFileSync, spawnSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { inspectMedia } from "../../shared/media/inspect.ts";
import { wavHeader, wavSamples } from "../../shared/providers/sketch/sound/wav.ts";
import { silentMp3 } from "../servers/vendor/sample-files.ts";

async function found(bytes: Uint8Array, piece = 1000) {
  async function* chunks() {
    for (let at = 0; at < bytes.length; at += piece) yield bytes.subarray(at, at + piece);
  }
  const { body, result } = inspectMedia(chunks(), { expect: "audio", maxBytes: 10_000_000 });
  for await (const _ of body);
  const { extension, contentType, durationMs, width, height } = result();
  return { extension, contentType, durationMs, width, height };
}

const second = () =>
  Buffer.concat([
    wavHeader({ channels: 2, samples: 8000, rate: 8000 }),
    ...wavSamples([new Float32Array(8000), new Float32Array(8000)]),
  ]);
const changed = (bytes: Buffer, edit: (bytes: Buffer) => void) => {
  const copy = Buffer.from(bytes);
  edit(copy);
  return copy;
};

describe("a WAV", () => {
  const whole = { extension: "wav", contentType: "audio/wav", durationMs: 1000, width: null, height: null };

  it.each([1, 7, 1000, 100_000])("is measured by its sound, in pieces of %i bytes", async (piece) => {
    expect(await found(second(), piece)).toEqual(whole);
  });

  it.each([0, 0xffff_ffff, 0x7fff_ffff])(
    "that says its sound has %i bytes is as long as what is there",
    async (length) => {
      const piped = changed(second(), (bytes) => bytes.writeUInt32LE(length, 40));
      expect(await found(piped)).toEqual(whole);
    },
  );

  it("may have other chunks before its sound and behind it", async () => {
    const chunk = Buffer.from("LIST\u0003\0\0\0abc\0", "latin1");
    const bytes = second();
    const mixed = Buffer.concat([bytes.subarray(0, 36), chunk, bytes.subarray(36), chunk]);
    expect(await found(mixed)).toEqual(whole);
  });

  it.each<[string, (bytes: Buffer) => Buffer]>([
    ["cut short", (bytes) => bytes.subarray(0, 20_000)],
    ["without sound", (bytes) => bytes.subarray(0, 36)],
    ["without channels", (bytes) => changed(bytes, (copy) => copy.writeUInt16LE(0, 22))],
    ["of a rate that nothing has", (bytes) => changed(bytes, (copy) => copy.writeUInt32LE(1, 24))],
    ["of two rates", (bytes) => changed(bytes, (copy) => copy.writeUInt32LE(9999, 28))],
    ["whose sound comes first", (bytes) => Buffer.concat([bytes.subarray(0, 12), bytes.subarray(36)])],
  ])("%s is refused", async (_, edit) => {
    await expect(found(edit(second()))).rejects.toMatchObject({ type: "invalid_output" });
  });
});

describe("an MP3", () => {
  const tag = Buffer.concat([Buffer.from("ID3\u0004\0\0\0\0\0\u0014", "latin1"), Buffer.alloc(20)]);

  it.each([1, 50, 100_000])("is as long as its frames, in pieces of %i bytes", async (piece) => {
    const whole = { extension: "mp3", contentType: "audio/mpeg", durationMs: 240, width: null, height: null };
    expect(await found(silentMp3(10), piece)).toEqual(whole);
    expect(await found(Buffer.concat([tag, silentMp3(10), Buffer.from("TAG".padEnd(128, "x"))]), piece)).toEqual(whole);
  });

  it.each<[string, Buffer]>([
    ["of one frame", silentMp3(1)],
    ["cut in a frame", silentMp3(10).subarray(0, 500)],
    ["of a tag alone", tag],
    ["whose tag has no end", changed(tag, (bytes) => bytes.fill(0xff, 6, 10))],
    ["of nothing", Buffer.alloc(0)],
    ["that is a web page", Buffer.from("<!doctype html><p>Not found</p>")],
  ])("%s is refused", async (_, bytes) => {
    await expect(found(bytes)).rejects.toMatchObject({ type: "invalid_output" });
  });
});

const hasFfmpeg = spawnSync("ffmpeg", ["-version"]).status === 0;
describe.skipIf(!hasFfmpeg)("as ffmpeg writes it (skipped without one on the PATH)", () => {
  it.each([
    ["wav", ["-c:a", "pcm_s16le", "-f", "wav"]],
    ["wav", ["-c:a", "pcm_f32le", "-ac", "2", "-f", "wav"]],
    ["mp3", ["-c:a", "libmp3lame", "-b:a", "64k", "-f", "mp3"]],
    ["mp3", ["-c:a", "libmp3lame", "-q:a", "4", "-ar", "44100", "-ac", "2", "-f", "mp3"]],
  ])("%s by %j has its length", async (extension, options) => {
    const source = [
      "-hide_banner",
      "-loglevel",
      "error",
      "-f",
      "lavfi",
      "-i",
      "sine=440:duration=2.5",
      ...options,
      "-",
    ];
    const bytes = execFileSync("ffmpeg", source, { timeout: 20_000, maxBuffer: 1e8 });
    const { durationMs, ...rest } = await found(bytes);
    expect(rest.extension).toBe(extension);
    // An encoder pads what it is given by a frame or two.
    expect(Math.abs((durationMs ?? 0) - 2500)).toBeLessThan(80);
  });
});
