import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect, it } from "vitest";
import type { Inspection } from "../../shared/media/inspect.ts";
import { inspectSource } from "./inspecting.ts";
import { largeBoxHeader, pick, rewrite } from "./iso-surgery.ts";
import { fixture } from "./media-samples.ts";

const MiB = 1024 * 1024;
const chunk = Buffer.alloc(65_536);
const video = await fixture("moov-at-end.mp4");

setFlagsFromString("--expose-gc");
const collectGarbage: () => void = runInNewContext("gc");

it("keeps nothing of 512 MiB of media data", async () => {
  const parts = [pick(video, "ftyp"), largeBoxHeader("mdat", 512 * MiB), 512 * MiB, pick(video, "moov")];
  const { inspection, growthBytes } = await measure(parts);
  expect(inspection).toMatchObject({ width: 64, height: 48, durationMs: 1000 });
  expect(inspection.size).toBeGreaterThan(512 * MiB);
  expect(growthBytes).toBeLessThan(4 * MiB);
});

it("keeps nothing of a movie header with a sample table of 128 MiB", async () => {
  const { inspection, growthBytes } = await measure([pick(video, "ftyp", "mdat"), ...movieWithTable(128 * MiB)]);
  expect(inspection).toMatchObject({ width: 64, height: 48, durationMs: 1000 });
  expect(inspection.size).toBeGreaterThan(128 * MiB);
  expect(growthBytes).toBeLessThan(4 * MiB);
});

/** A movie header whose last table is one of sample sizes, all zero. */
function movieWithTable(bytes: number): (Buffer | number)[] {
  const path = ["moov", "trak", "mdia", "minf", "stbl"];
  const fields = Buffer.alloc(20);
  fields.writeUInt32BE(20 + bytes);
  fields.write("stsz", 4);
  fields.writeUInt32BE(bytes / 4, 16);
  const withoutRest = rewrite(pick(video, "moov"), ["moov", "udta"], () => null);
  const withTable = rewrite(withoutRest, path, (tables) => Buffer.concat([tables, fields]));
  for (let depth = 1; depth <= path.length; depth++) enlarge(withTable, path.slice(0, depth), bytes);
  return [withTable, bytes];
}

/** Lets a box at the end of those that hold it claim more bytes than it has. */
function enlarge(movie: Buffer, path: string[], bytes: number): void {
  const at = path.reduce((from, type) => movie.indexOf(type, from), 0) - 4;
  movie.writeUInt32BE(movie.readUInt32BE(at) + bytes, at);
}

/** A number stands for so many zeros. Garbage is collected before each look at the memory: what is left is what is kept. */
async function measure(parts: (Buffer | number)[]): Promise<{ inspection: Inspection; growthBytes: number }> {
  const before = usedBytes();
  let most = before;
  async function* source() {
    for (const part of parts) {
      if (typeof part !== "number") yield part;
      else {
        for (let sent = 0; sent < part; sent += chunk.length) {
          if (sent % (16 * MiB) === 0) most = Math.max(most, usedBytes());
          yield chunk;
        }
      }
    }
  }
  const inspection = await inspectSource(source(), { expect: "video" });
  return { inspection, growthBytes: most - before };
}

function usedBytes(): number {
  collectGarbage();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}
