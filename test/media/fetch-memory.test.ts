// Files that are far larger than what is sent of them: nothing of them is kept while they are decoded.

import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { constants, createBrotliCompress, createGzip, createZstdCompress } from "node:zlib";
import { expect, test } from "vitest";
import { fetchForeign } from "../../shared/media/fetch.ts";
import { serve, trusting } from "../servers/fetching.ts";

const MiB = 1024 * 1024;
const FILE_BYTES = 256 * MiB;
/** Its best would take longer than all else here, and zeros are small anyway. */
const quick = { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } };

setFlagsFromString("--expose-gc");
const collectGarbage: () => void = runInNewContext("gc");

test.each([
  ["gzip", createGzip],
  ["br", () => createBrotliCompress(quick)],
  ["zstd", createZstdCompress],
])("256 MiB of zeros in %s leave less than a tenth of it in memory", async (encoding, create) => {
  const bomb = await buffer(Readable.from(zeros()).pipe(create()));
  expect(bomb.length).toBeLessThan(MiB);
  const origin = await serve((_, response) => response.writeHead(200, { "content-encoding": encoding }).end(bomb));
  const { body } = await fetchForeign(origin.url, trusting(origin));
  const before = usedBytes();
  let [size, most, looked] = [0, before, 0];
  for await (const chunk of body) {
    size += chunk.length;
    if (size - looked < 32 * MiB) continue;
    looked = size;
    most = Math.max(most, usedBytes());
  }
  expect(size).toBe(FILE_BYTES);
  // The window of a decoder has at most 16 MB, beside what is on its way.
  expect(most - before).toBeLessThan(24 * MiB);
});

function* zeros(): Generator<Buffer> {
  const chunk = Buffer.alloc(MiB);
  for (let sent = 0; sent < FILE_BYTES; sent += chunk.length) yield chunk;
}

function usedBytes(): number {
  collectGarbage();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}
