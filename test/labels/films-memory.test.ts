// A labelled film passes through: of its media data nothing is kept, however long it is.
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect, test } from "vitest";
import { isoMediaCarrier } from "../../shared/labels/formats/iso-media.ts";
import { webmCarrier } from "../../shared/labels/formats/webm.ts";
import { element, elementHeader, unsigned } from "../../shared/labels/formats/webm-elements.ts";
import { largeBoxHeader, pick } from "../media/iso-surgery.ts";
import { fixture, mark } from "./film-marking.ts";

const MiB = 1024 * 1024;
const length = 256 * MiB;
const chunk = Buffer.alloc(65_536);
const film = fixture("moov-at-end.mp4");
const webmHeader = element(0x1a45dfa3, element(0x4282, Buffer.from("webm")));

setFlagsFromString("--expose-gc");
const collectGarbage: () => void = runInNewContext("gc");

const block = elementHeader(0xa3, length, 8);
const time = element(0xe7, unsigned(0));
const cluster = Buffer.concat([elementHeader(0x1f43b675, time.length + block.length + length, 8), time, block]);
const segment = elementHeader(0x18538067, cluster.length + length, 8);

test.each([
  [
    "MP4 with its movie header in front",
    isoMediaCarrier,
    [pick(film, "ftyp", "moov"), largeBoxHeader("mdat", length), length],
  ],
  [
    "MP4 with its movie header at the end",
    isoMediaCarrier,
    [pick(film, "ftyp"), largeBoxHeader("mdat", length), length, pick(film, "moov")],
  ],
  ["WebM", webmCarrier, [webmHeader, segment, cluster, length]],
])("nothing is kept of 256 MiB of %s, written or read", async (_, carrier, parts) => {
  let most = 0;
  const before = usedBytes();
  async function* source() {
    for (const part of parts) {
      if (typeof part !== "number") yield part;
      else
        for (let sent = 0; sent < part; sent += chunk.length) {
          if (sent % (16 * MiB) === 0) most = Math.max(most, usedBytes() - before);
          yield chunk;
        }
    }
  }
  let written = 0;
  for await (const piece of carrier.write(source, mark)) written += piece.byteLength;
  await carrier.read(source());
  expect(written).toBeGreaterThan(length);
  expect(most).toBeLessThan(4 * MiB);
});

function usedBytes(): number {
  collectGarbage();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}
