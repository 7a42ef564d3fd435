// How long each object store takes for a stream of 1 GiB, and how much memory, beside the folder on the same machine. The clouds' place is
// taken by a process that counts what comes and keeps nothing, so that the adapter is what is measured, and no network and no disk.
import { mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import type { Bench } from "../bench.ts";
import { median } from "../numbers.ts";
import { startProgram } from "../processes.ts";
import type { Sink } from "../programs/sink.ts";
import type { Stored, StoreName, StorePut } from "../programs/store-put.ts";
import type { Result } from "../results.ts";

const GIBIBYTE = 1024 ** 3;
const MAX_PEAK_BYTES = 200 * 1024 ** 2;
const ROUNDS = 3;
const clouds = ["oss", "s3"] as const;

type Round = Record<StoreName, Stored>;

export async function measureStores(bench: Bench): Promise<Result[]> {
  const rounds: Round[] = [];
  const requests = new Map<StoreName, number>();
  for (let round = 0; round < ROUNDS; round++) {
    const folder = await putIntoFolder(bench);
    const oss = await putIntoSink("oss", requests);
    const s3 = await putIntoSink("s3", requests);
    rounds.push({ folder, oss, s3 });
  }
  return [folderResult(rounds), ...clouds.flatMap((name) => cloudResults(name, rounds, requests.get(name) ?? 0))];
}

async function putIntoFolder(bench: Bench): Promise<Stored> {
  const folder = await mkdtemp(join(bench.folder, "store-"));
  await using program = startProgram<StorePut, Stored>("store-put");
  const stored = await program.ask({ store: "folder", folder, port: 0, bytes: GIBIBYTE });
  await rm(folder, { recursive: true });
  if (stored.kept !== stored.given) throw new Error("The folder gives back something else than it was given.");
  return stored;
}

async function putIntoSink(name: StoreName, requests: Map<StoreName, number>): Promise<Stored> {
  await using sink = startProgram<object, Sink>("sink");
  const { port } = await sink.ask({});
  await using program = startProgram<StorePut, Stored>("store-put");
  const stored = await program.ask({ store: name, folder: "", port, bytes: GIBIBYTE });
  const { kept } = await sink.ask({});
  if (kept?.bytes !== GIBIBYTE || kept.crc32 !== stored.given || stored.bytes !== GIBIBYTE) {
    throw new Error(`What arrived from the adapter ${name} is not what it was given.`);
  }
  requests.set(name, kept.requests);
  return stored;
}

function folderResult(rounds: Round[]): Result {
  const each = rounds.map((round) => round.folder);
  return { ...memoryResult("folder", each), details: `${described(each)}; read back and compared` };
}

function cloudResults(name: "oss" | "s3", rounds: Round[], requests: number): Result[] {
  const each = rounds.map((round) => round[name]);
  const folder = rounds.map((round) => round.folder);
  const time: Result = {
    measure: `1 GiB into ${name}`,
    ours: `${seconds(median(each.map(({ ms }) => ms)))} s`,
    limit: `${seconds(median(folder.map(({ ms }) => ms)))} s`,
    ratio: median(rounds.map((round) => round[name].ms / round.folder.ms)),
    details: `${described(each)}; ${requests} requests; beside the folder`,
  };
  return [time, { ...memoryResult(name, each), details: memories(each) }];
}

function memoryResult(name: StoreName, each: Stored[]): Omit<Result, "details"> {
  const peakBytes = Math.max(...each.map((stored) => stored.peakBytes));
  return {
    measure: `1 GiB into ${name}, memory`,
    ours: `${mebibytes(peakBytes)} MiB`,
    aim: "under 200 MiB",
    isMet: peakBytes < MAX_PEAK_BYTES,
  };
}

function described(each: Stored[]): string {
  const times = each.map(({ ms }) => seconds(ms)).join(" ");
  const cpu = each.map(({ cpuSeconds }) => cpuSeconds.toFixed(2)).join(" ");
  return `${times} s; processor time ${cpu} s; ${memories(each)}`;
}

function memories(each: Stored[]): string {
  const before = Math.max(...each.map(({ loadedBytes }) => loadedBytes));
  return `${each.map(({ peakBytes }) => mebibytes(peakBytes)).join(" ")} MiB, ${mebibytes(before)} of it before the first byte`;
}

function seconds(ms: number): string {
  return (ms / 1000).toFixed(2);
}

function mebibytes(bytes: number): string {
  return (bytes / 1024 ** 2).toFixed(0);
}
