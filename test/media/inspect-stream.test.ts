import { describe, expect, it } from "vitest";
import { type InspectOptions, inspectMedia } from "../../shared/media/inspect.ts";
import { inspectBytes, pieces, refusalOf } from "./inspecting.ts";
import { overwrite, topLevelBoxes } from "./iso-surgery.ts";
import { fixture, noise } from "./media-samples.ts";

const png = await noise(3).png().toBuffer();
const video = await fixture("faststart.mp4");

describe("the body", () => {
  it("is the source's bytes, unchanged", async () => {
    const { body } = inspectMedia(
      pieces(png, () => 7),
      { expect: "image", maxBytes: png.length },
    );
    const chunks: Uint8Array[] = [];
    for await (const chunk of body) chunks.push(chunk);
    expect(Buffer.concat(chunks)).toEqual(png);
  });

  it("is inspected as well without its sha256", async () => {
    const options = { expect: "image", maxBytes: png.length } as const;
    expect(await inspectBytes(png, { ...options, withoutSha256: true })).toEqual({
      ...(await inspectBytes(png, options)),
      sha256: "",
    });
  });

  it("leaves out chunks without bytes", async () => {
    async function* withEmptyChunks() {
      for await (const piece of pieces(png, () => 50)) yield* [new Uint8Array(), piece, new Uint8Array()];
    }
    const { body, result } = inspectMedia(withEmptyChunks(), { expect: "image", maxBytes: png.length });
    for await (const chunk of body) expect(chunk.length).toBeGreaterThan(0);
    expect(result().size).toBe(png.length);
  });

  it("has no result before it has ended", async () => {
    const { body, result } = inspectMedia(
      pieces(png, () => 100),
      { expect: "image", maxBytes: png.length },
    );
    expect(result).toThrow();
    for await (const _ of body) expect(result).toThrow();
    expect(result().size).toBe(png.length);
  });

  it("has no result when it was refused, and keeps the refusal", async () => {
    const { body, result } = inspectMedia(
      pieces(png.subarray(0, 50), () => 100),
      { expect: "image", maxBytes: 1000 },
    );
    await expect(body[Symbol.asyncIterator]().next()).resolves.toMatchObject({ done: false });
    await expect(body[Symbol.asyncIterator]().next()).rejects.toMatchObject({ type: "invalid_output" });
    expect(result).toThrow();
  });

  it("passes the source's own error on", async () => {
    async function* broken() {
      yield png.subarray(0, 50);
      throw new RangeError("the line is dead");
    }
    const { body } = inspectMedia(broken(), { expect: "image", maxBytes: 1000 });
    await expect(drain(body)).rejects.toThrow(new RangeError("the line is dead"));
  });

  it("closes the source when the file is refused, and when its reader leaves", async () => {
    const refused = watched(Buffer.from("<html>".repeat(1000)), { expect: "image", maxBytes: 10_000 });
    await expect(drain(refused.body)).rejects.toMatchObject({ type: "invalid_output" });
    const left = watched(png, { expect: "image", maxBytes: 10_000 });
    for await (const _ of left.body) break;
    expect([refused.isClosed(), left.isClosed()]).toEqual([true, true]);
  });
});

describe("a file is refused at once", () => {
  it("when its first 256 bytes are not those of the expected kind", async () => {
    await expectRefusalAfter(256, watched(video, { expect: "image", maxBytes: 10_000 }));
    await expectRefusalAfter(256, watched(Buffer.alloc(5000, "{"), { expect: "image", maxBytes: 10_000 }));
  });

  it("when it grows over the limit", async () => {
    await expectRefusalAfter(1001, watched(endlessJpeg(), { expect: "image", maxBytes: 1000 }));
  });

  it("when its announced length is over the limit", async () => {
    await expectRefusalAfter(1, watched(video, { expect: "video", maxBytes: 1000, expectedBytes: 1001 }));
  });

  it("when a box in it, or a sample that it names, lies behind the limit or the announced length", async () => {
    const movieAtEnd = await fixture("moov-at-end.mp4");
    const tables = topLevelBoxes(video).find(({ type }) => type === "moov")?.end ?? 0;
    for (const [bytes, at, length] of [
      [video, tables, video.length - 1],
      [movieAtEnd, 256, 1000],
    ] as const) {
      await expectRefusalAfter(at, watched(bytes, { expect: "video", maxBytes: length }));
      const announced = { expect: "video", maxBytes: 10_000, expectedBytes: length } as const;
      await expectRefusalAfter(at, watched(bytes, announced));
    }
  });

  it("when a WebP states a length behind the limit", async () => {
    const webp = await noise(3).webp().toBuffer();
    const riff = overwrite(webp, 4, Buffer.of(0xf8, 3, 0, 0));
    await expectRefusalAfter(256, watched(riff, { expect: "image", maxBytes: 1023 }));
  });
});

describe("the announced length", () => {
  it("may be met", async () => {
    expect(await inspectBytes(png, { expect: "image", expectedBytes: png.length })).toMatchObject({ size: png.length });
  });

  it("makes a file that came in part, or not at all, a failed fetch", async () => {
    for (const length of [0, 1, 100, png.length - 1]) {
      const part = inspectBytes(png.subarray(0, length), { expect: "image", expectedBytes: png.length });
      expect(await refusalOf(part)).toMatchObject({ type: "fetch_failed" });
    }
  });

  it("makes a file that comes with more a failed fetch, at the first byte too many", async () => {
    const jpeg = await noise(3).jpeg().toBuffer();
    const announced = { expect: "image", maxBytes: 10_000, expectedBytes: jpeg.length } as const;
    const { body, count } = watched(Buffer.concat([jpeg, jpeg]), announced);
    await expect(drain(body)).rejects.toMatchObject({ type: "fetch_failed" });
    expect(count()).toBe(jpeg.length + 1);
  });

  it("does not excuse an empty file that was announced as empty", async () => {
    const empty = inspectBytes(Buffer.alloc(0), { expect: "image", expectedBytes: 0 });
    expect(await refusalOf(empty)).toMatchObject({ type: "invalid_output" });
  });
});

async function drain(body: AsyncIterable<Uint8Array>): Promise<void> {
  for await (const _ of body);
}

/** Inspects byte by byte, and knows how many bytes were asked for and whether the source was closed. */
function watched(bytes: Uint8Array, options: InspectOptions) {
  let count = 0;
  let isClosed = false;
  async function* source() {
    try {
      for await (const piece of pieces(bytes, () => 1)) {
        count += 1;
        yield piece;
      }
    } finally {
      isClosed = true;
    }
  }
  return { body: inspectMedia(source(), options).body, count: () => count, isClosed: () => isClosed };
}

async function expectRefusalAfter(bytes: number, { body, count }: ReturnType<typeof watched>): Promise<void> {
  await expect(drain(body)).rejects.toMatchObject({ type: "invalid_output" });
  expect(count()).toBe(bytes);
}

function endlessJpeg(): Buffer {
  const header = Buffer.from("ffd8ffc0000b080001000101011100ffda0008010100003f00", "hex");
  return Buffer.concat([header, Buffer.alloc(5000, 1)]);
}
