// A file that never ends: it is cut at the largest size that is kept, and the process stays small.
import type { ServerResponse } from "node:http";
import { expect, type TestContext } from "vitest";
import { checkLedger } from "../api/check-ledger.ts";
import { startGallery } from "../api/gallery.ts";
import { filesOf } from "../api/local.ts";
import { create, creditsOf, follow } from "../api/user.ts";
import { tinyPng } from "../jobs/tiny-png.ts";
import { processes } from "../process/running.ts";
import { canReadMemory, peakMebibytes } from "./memory.ts";

export interface EndlessOutput {
  largestMebibytes: number;
  peakMebibytes: number;
}

export async function cutsEndlessOutput(
  { largestMebibytes, peakMebibytes: most }: EndlessOutput,
  { skip, onTestFinished }: TestContext,
): Promise<void> {
  if (!canReadMemory) skip("the memory of a process is read from /proc");
  const gallery = await startGallery({ "/endless.png": endless });
  onTestFinished(() => gallery.close());
  const { emptyFolder, start } = processes(onTestFinished);
  const dataDir = await emptyFolder();
  const running = await start(dataDir, {
    environment: {
      TRUSTED_HOSTS: `127.0.0.1:${gallery.port}`,
      PRICES: '{"import":3}',
      MAX_OUTPUT_BYTES: String(largestMebibytes * 1024 ** 2),
    },
  });
  const user = await running.register();
  const job = await follow(user, (await create(user, { imageUrl: `${gallery.url}/endless.png` })).id);
  expect(job).toMatchObject({ status: "failed", error: { type: "invalid_output" } });
  expect(await creditsOf(user)).toMatchObject({ balance: 100, held: 0 });
  await checkLedger(user);
  await gallery.idle();
  expect((await filesOf(dataDir)).filter((file) => !file.startsWith("temp/tickets/"))).toEqual([]);
  const peak = await peakMebibytes(running.pid);
  console.log(`an endless file, cut at ${largestMebibytes} MiB: at most ${peak.toFixed(0)} MiB resident`);
  expect(peak).toBeLessThan(most);
}

/** A PNG with one chunk of picture data, which says that it is as long as a chunk can be, and is longer. */
function endless(response: ServerResponse): void {
  const header = Buffer.from([0x7f, 0xff, 0xff, 0xff, ...Buffer.from("IDAT")]);
  const data = Buffer.alloc(256 * 1024);
  response.writeHead(200, { "content-type": "image/png" });
  response.write(tinyPng.subarray(0, 33));
  response.write(header);
  const more = () => {
    while (!response.destroyed && response.write(data));
  };
  response.on("drain", more);
  more();
}
