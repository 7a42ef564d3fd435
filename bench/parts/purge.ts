// Whether one run of purge-temp is enough for 100,000 objects that have had their time: what it asks of store and table, counted on the wire,
// and how long that takes by times that are several of what is usual.
import { mkdtemp } from "node:fs/promises";
import { join } from "node:path";
import { declarations } from "../../functions/declarations.ts";
import { tempOutputKey } from "../../shared/media/keys.ts";
import { startOssServer } from "../../test/servers/oss/server.ts";
import { account } from "../../test/servers/oss/starting.ts";
import { startS3Server, testKey } from "../../test/servers/s3/server.ts";
import type { Bench } from "../bench.ts";
import { startProgram } from "../processes.ts";
import type { Purge, Purged } from "../programs/purge.ts";
import type { Result } from "../results.ts";

const OBJECTS = 100_000;
const OBJECTS_PER_JOB = 4;
const USERS = 100;
/** What both clouds list, and delete, by one request. */
const AT_ONCE = 1000;

/** Assumed of each: for a page of 1,000 keys, for 1,000 deletions, for one item. */
const LIST_MS = 300;
const DELETE_MS = 3000;
const READ_MS = 20;
/** As purge.ts has it. */
const READS_AT_ONCE = 16;

/** Processors that the function gets: on AWS memory / 1,769 MB (Lambda, "Configure Lambda function memory"), on Alibaba Cloud as s.yaml says. */
const processors = { s3: 256 / 1769, oss: 0.25 };
const function_ = declarations.find(({ name }) => name === "purge-temp");

/** A heap as small as a function of 256 MB has it: without, V8 takes what the machine has before it clears up. */
const nodeArguments = ["--max-old-space-size=230", "--max-semi-space-size=12"];

interface World extends AsyncDisposable {
  place: Omit<Purge, "folder">;
  /** Names of the operations so far. */
  operations(): string[];
  left(): number;
}

export async function measurePurge(bench: Bench): Promise<Result[]> {
  const results: Result[] = [];
  for (const start of [startS3, startOss]) {
    await using world = await start();
    await using program = startProgram<Purge, Purged>("purge", nodeArguments);
    const purged = await program.ask({ ...world.place, folder: await mkdtemp(join(bench.folder, "purge-")) });
    if (purged.deleted !== OBJECTS || world.left() !== 0) throw new Error(`${purged.deleted} of ${OBJECTS} went.`);
    results.push(...resultsOf(world, purged));
  }
  return results;
}

function resultsOf(
  { place: { cloud }, operations }: World,
  { reads, cpuSeconds, peakBytes, loadedBytes }: Purged,
): Result[] {
  const names = operations();
  const lists = names.filter((name) => name === "ListObjectsV2").length;
  const deletes = names.length - lists;
  const waitsMs = lists * LIST_MS + deletes * DELETE_MS + (reads * READ_MS) / READS_AT_ONCE;
  const seconds = waitsMs / 1000 + cpuSeconds / processors[cloud];
  const most = (2 * OBJECTS) / AT_ONCE + 1;
  const { timeoutSeconds = 0, memoryMb = 0 } = function_ ?? {};
  return [
    {
      measure: `purge of 100,000, ${cloud}, requests`,
      ours: `${names.length}`,
      limit: `${most}`,
      ratio: names.length / most,
      aim: "a page and a deletion for each 1,000",
      isMet: names.length <= most,
      details: `${lists} pages, ${deletes} deletions; ${reads} questions to the table, for ${OBJECTS / OBJECTS_PER_JOB} jobs`,
    },
    {
      measure: `purge of 100,000, ${cloud}, computed`,
      ours: `${seconds.toFixed(0)} s`,
      aim: `within ${timeoutSeconds} s`,
      isMet: seconds <= timeoutSeconds,
      details: `${(waitsMs / 1000).toFixed(0)} s for requests (${LIST_MS} ms a page, ${DELETE_MS} a deletion, ${READ_MS} an item, ${READS_AT_ONCE} at a time) and ${cpuSeconds.toFixed(1)} s of a processor, of which it has ${processors[cloud].toFixed(2)}`,
    },
    {
      measure: `purge of 100,000, ${cloud}, memory`,
      ours: `${(peakBytes / 1024 ** 2).toFixed(0)} MiB`,
      aim: `under ${memoryMb} MiB`,
      isMet: peakBytes < memoryMb * 1024 ** 2,
      details: `resident, of that ${(loadedBytes / 1024 ** 2).toFixed(0)} MiB before the first request`,
    },
  ];
}

function keysOfAll(): string[] {
  const id = (n: number) => `01900000-0000-7000-8000-${String(n).padStart(12, "0")}`;
  return Array.from({ length: OBJECTS }, (_, n) => {
    const job = Math.floor(n / OBJECTS_PER_JOB);
    return tempOutputKey(id(job % USERS), id(job), 1, n % OBJECTS_PER_JOB);
  });
}

/** What a listing tells; nobody reads the bytes. */
const object = { size: 1, etag: "0".repeat(32), md5: "", path: "/nowhere", modifiedAt: 0, contentType: "image/png" };

async function startS3(): Promise<World> {
  const server = await startS3Server({ vendor: "aws", pageSize: AT_ONCE });
  const { objects } = server.bucket();
  for (const key of keysOfAll()) objects.set(key, { ...object, key, cacheControl: "" });
  const { endpoint, bucketName: bucket, region } = server;
  const { accessKeyId, secretAccessKey: secret } = testKey;
  return {
    place: { cloud: "s3", endpoint, bucket, region, accessKeyId, secret },
    operations: () => server.requests.map(({ operation }) => operation),
    left: () => objects.size,
    [Symbol.asyncDispose]: () => server.close(),
  };
}

async function startOss(): Promise<World> {
  const server = await startOssServer({ pageSize: AT_ONCE });
  server.accounts.push({ ...account });
  const { objects } = server.content;
  for (const key of keysOfAll())
    objects.set(key, { ...object, key, acl: "default", cacheControl: undefined, meta: {} });
  const { url: endpoint, bucket, region } = server;
  const { accessKeyId, accessKeySecret: secret } = account;
  return {
    place: { cloud: "oss", endpoint, bucket, region, accessKeyId, secret },
    operations: () => server.operations,
    left: () => objects.size,
    [Symbol.asyncDispose]: () => server.close(),
  };
}
