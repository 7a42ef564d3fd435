// One long stream through one adapter of the object store, by a process that does nothing else.
import { crc32 } from "node:zlib";
import { tempOutputPrefix } from "../../shared/media/keys.ts";
import type { ObjectStore } from "../../shared/ports/object-store.ts";
import { useLocalhostNames } from "../../test/servers/s3/localhost-names.ts";
import { answering } from "../answering.ts";
import { ownCpuSeconds, peakMemory } from "../proc.ts";

export type StoreName = "folder" | "oss" | "s3";

export interface StorePut {
  store: StoreName;
  /** Where the folder store keeps its files. */
  folder: string;
  /** Of the sink that the others send to. */
  port: number;
  bytes: number;
}

export interface Stored {
  ms: number;
  /** The most memory that this process ever had, its adapter and the vendor's SDK included. */
  peakBytes: number;
  /** The most that it had before the first byte. */
  loadedBytes: number;
  /** Processor time of the put alone. */
  cpuSeconds: number;
  /** As the store says. */
  bytes: number;
  /** CRC-32 of what was given to the store. */
  given: number;
  /** Of what the store gives back; null where nothing was kept. */
  kept: number | null;
}

/** What a socket gives at a time. */
const CHUNK_BYTES = 64 * 1024;
const key = `${tempOutputPrefix}bench/film.mp4`;

answering(async ({ store: name, folder, port, bytes }: StorePut): Promise<Stored> => {
  const store = await open[name](folder, port);
  const source = sourceOf(bytes);
  const loadedBytes = peakMemory("self");
  const cpuBefore = ownCpuSeconds();
  const startedAt = performance.now();
  const info = await store.put(key, source.chunks(), { ifAbsent: true });
  const ms = performance.now() - startedAt;
  const measured = { ms, loadedBytes, peakBytes: peakMemory("self"), cpuSeconds: ownCpuSeconds() - cpuBefore };
  const kept = name === "folder" ? await readBack(store) : null;
  return { ...measured, bytes: info?.size ?? 0, given: source.crc32(), kept };
});

/** Only the adapter that is measured is loaded. */
const open: Record<StoreName, (folder: string, port: number) => Promise<ObjectStore>> = {
  async folder(directory) {
    const { openFolderStore } = await import("../../shared/stores/folder.ts");
    return openFolderStore({ directory, baseUrl: "http://127.0.0.1/media", uploadSecret: "not asked for here" });
  },
  async oss(_, port) {
    const { createOssStore } = await import("../../shared/stores/oss/store.ts");
    return createOssStore({
      ...{ bucket: "bench", region: "cn-hangzhou", endpoint: `http://127.0.0.1:${port}`, isPathStyle: true },
      credentials: async () => ({ accessKeyId: "bench", accessKeySecret: "bench" }),
      access: "private",
    });
  },
  async s3(_, port) {
    useLocalhostNames();
    const { createS3Store } = await import("../../shared/stores/s3/store.ts");
    return createS3Store({
      ...{ preset: "aws", bucket: "bench", region: "us-east-1", endpoint: `http://localhost:${port}` },
      credentials: async () => ({ accessKeyId: "bench", secretAccessKey: "bench" }),
      access: "private",
    });
  },
};

/** Each chunk is a buffer of its own, as a socket's are, and tells its place. */
function sourceOf(bytes: number) {
  let sum = 0;
  const template = Buffer.alloc(CHUNK_BYTES, "a film is long ");
  return {
    crc32: () => sum,
    async *chunks() {
      for (let at = 0; at < bytes; at += CHUNK_BYTES) {
        const chunk = Buffer.from(template.subarray(0, Math.min(CHUNK_BYTES, bytes - at)));
        chunk.writeUIntLE(at, 0, 6);
        sum = crc32(chunk, sum);
        yield chunk;
      }
    },
  };
}

async function readBack(store: ObjectStore): Promise<number> {
  const stored = await store.get(key);
  let sum = 0;
  for await (const chunk of stored?.body ?? []) sum = crc32(chunk, sum);
  await store.delete(key);
  return sum;
}
