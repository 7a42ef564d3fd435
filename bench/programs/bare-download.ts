// The limit of keeping a file: its bytes from the socket through a hash into a file that is synced to the disk.
import { createHash } from "node:crypto";
import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { rm } from "node:fs/promises";
import { get, type IncomingMessage } from "node:http";
import { pipeline } from "node:stream/promises";
import { answering } from "../answering.ts";
import { ownCpuSeconds, peakMemory } from "../proc.ts";

export interface Download {
  url: string;
  /** Where the file is made; it is removed again. */
  path: string;
}

export interface Downloaded {
  ms: number;
  sha256: string;
  /** The most memory that this process ever had. */
  peakBytes: number;
  /** Processor time, without that of its start. */
  cpuSeconds: number;
}

answering(async ({ url, path }: Download): Promise<Downloaded> => {
  const cpuBefore = ownCpuSeconds();
  const startedAt = performance.now();
  const [response] = (await once(get(url), "response")) as [IncomingMessage];
  const hash = createHash("sha256");
  response.on("data", (chunk) => hash.update(chunk));
  await pipeline(response, createWriteStream(path, { flush: true }));
  const ms = performance.now() - startedAt;
  await rm(path);
  return { ms, sha256: hash.digest("hex"), peakBytes: peakMemory("self"), cpuSeconds: ownCpuSeconds() - cpuBefore };
});
