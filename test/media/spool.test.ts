// Files that are kept for a while: small ones in memory, large ones on the disk, and nothing of either afterwards.
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { MAX_HELD_BYTES, type Spooled, withSpool } from "../../shared/media/spool.ts";

let folder: string;
const before = process.env.TMPDIR;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "spool-test-"));
  process.env.TMPDIR = folder;
});
afterEach(() => {
  if (before === undefined) delete process.env.TMPDIR;
  else process.env.TMPDIR = before;
  rmSync(folder, { recursive: true });
});

async function* inChunks(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function wholeOf(body: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return Buffer.concat(chunks);
}

function numbered(bytes: number): Buffer {
  return Buffer.from(Array.from({ length: bytes }, (_, i) => (i * 7 + (i >> 8)) % 256));
}

describe("A file", () => {
  test.each([0, 1, MAX_HELD_BYTES - 1, MAX_HELD_BYTES, MAX_HELD_BYTES + 1, 3 * MAX_HELD_BYTES])(
    "of %i bytes reads back twice as it was written, and lies on the disk only when it is large",
    async (size) => {
      const bytes = numbered(size);
      let files = 0;
      const copy = withSpool(async function* (spool) {
        const read = await spool.write("file", inChunks(bytes, 100_000));
        files = readdirSync(folder).length;
        expect(Buffer.compare(await wholeOf(read()), bytes)).toBe(0);
        yield* read();
      });
      expect(Buffer.compare(await wholeOf(copy), bytes)).toBe(0);
      expect(files).toBe(size > MAX_HELD_BYTES ? 1 : 0);
      expect(readdirSync(folder)).toEqual([]);
    },
  );

  test("that comes in one large piece goes to the disk", async () => {
    const bytes = numbered(2 * MAX_HELD_BYTES);
    expect(Buffer.compare(await wholeOf(passed(bytes, bytes.length)), bytes)).toBe(0);
  });

  test("whose source fails leaves nothing behind", async () => {
    async function* failing() {
      yield numbered(2 * MAX_HELD_BYTES);
      throw new Error("cut");
    }
    const copy = withSpool(async function* (spool) {
      yield* (await spool.write("file", failing()))();
    });
    await expect(wholeOf(copy)).rejects.toThrow("cut");
    expect(readdirSync(folder)).toEqual([]);
  });

  test("that nobody reads to its end leaves nothing behind", async () => {
    for await (const _ of passed(numbered(2 * MAX_HELD_BYTES), 1000)) break;
    expect(readdirSync(folder)).toEqual([]);
  });
});

test("of many small files at once only so many are held in memory; the others lie on the disk, and all read back", async () => {
  const bytes = numbered(MAX_HELD_BYTES);
  const open = Array.from({ length: 40 }, () => Promise.withResolvers<Spooled>());
  const go = Promise.withResolvers<void>();
  const copies = open.map(({ resolve }) =>
    wholeOf(
      withSpool(async function* (spool) {
        const file = spool.open("file");
        for await (const chunk of inChunks(bytes, 250_000)) await file.add(chunk);
        const spooled = await file.end();
        resolve(spooled);
        await go.promise;
        if ("chunks" in spooled) yield* spooled.chunks;
      }),
    ),
  );
  const spooled = await Promise.all(open.map(({ promise }) => promise));
  const held = spooled.filter((each) => "chunks" in each).length;
  expect(held).toBeLessThanOrEqual(32);
  expect(held).toBeGreaterThan(0);
  expect(readdirSync(folder)).toHaveLength(40 - held);
  go.resolve();
  expect((await Promise.all(copies)).filter((copy) => copy.length === bytes.length)).toHaveLength(held);
  expect(readdirSync(folder)).toEqual([]);
  // What was held is free again.
  await wholeOf(passed(bytes, 250_000));
  expect(readdirSync(folder)).toEqual([]);
});

function passed(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  return withSpool(async function* (spool) {
    yield* (await spool.write("file", inChunks(bytes, size)))();
  });
}
