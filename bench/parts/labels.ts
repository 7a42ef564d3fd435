// What a label costs a film of 1 GiB: kept with one and without, in turns; with its index in front, which then grows and moves all else, and at the end.
import type { Bench } from "../bench.ts";
import { median } from "../numbers.ts";
import { startProgram } from "../processes.ts";
import type { Downloaded } from "../programs/bare-download.ts";
import type { Served } from "../programs/movie-origin.ts";
import type { Result } from "../results.ts";
import { keep } from "./gibibyte.ts";

const GIBIBYTE = 1024 ** 3;
/** Of each kind two films of a GiB: a part of the bench has its time. */
const ROUNDS = 2;
const MAX_RATIO = 1.15;
const MAX_MEMORY = 200 * 1024 ** 2;

const labelled = { LABEL_PROFILE: "metadata", LABEL_IMPORTS: "1" };
const bare = { LABEL_PROFILE: "none" };

export async function measureLabels(bench: Bench): Promise<Result[]> {
  const [atEnd, inFront] = [await measure(bench, false), await measure(bench, true)];
  return [...rowsOf("index at the end", atEnd), ...rowsOf("index in front", inFront)];
}

interface Round {
  ours: Downloaded;
  limit: Downloaded;
}

async function measure(bench: Bench, isFront: boolean): Promise<Round[]> {
  await using origin = startProgram<Served, { port: number }>("movie-origin");
  const { port } = await origin.ask({ mediaBytes: GIBIBYTE, isFront });
  const rounds: Round[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    await bench.turn();
    const limit = await keep(bench, port, bare);
    const ours = await keep(bench, port, labelled);
    if (ours.sha256 === limit.sha256) throw new Error("What was kept has no label.");
    rounds.push({ ours, limit });
  }
  return rounds;
}

function rowsOf(name: string, rounds: Round[]): Result[] {
  const ratio = median(rounds.map(({ ours, limit }) => ours.ms / limit.ms));
  const peakBytes = Math.max(...rounds.map(({ ours }) => ours.peakBytes));
  const each = (show: (kept: Downloaded) => string) =>
    `${rounds.map(({ ours }) => show(ours)).join(" ")}, without ${rounds.map(({ limit }) => show(limit)).join(" ")}`;
  const seconds = ({ ms }: Downloaded) => (ms / 1000).toFixed(2);
  const mebibytes = (bytes: number) => (bytes / 1024 ** 2).toFixed(0);
  return [
    {
      measure: `1 GiB labelled, ${name}`,
      ours: `${(median(rounds.map(({ ours }) => ours.ms)) / 1000).toFixed(2)} s`,
      limit: `${(median(rounds.map(({ limit }) => limit.ms)) / 1000).toFixed(2)} s`,
      ratio,
      aim: `at most ${MAX_RATIO}`,
      isMet: ratio <= MAX_RATIO,
      details: `with ${each(seconds)} s; processor time ${each(({ cpuSeconds }) => cpuSeconds.toFixed(2))} s`,
    },
    {
      measure: `1 GiB labelled, memory, ${name}`,
      ours: `${mebibytes(peakBytes)} MiB`,
      limit: `${mebibytes(Math.max(...rounds.map(({ limit }) => limit.peakBytes)))} MiB`,
      aim: "at most 200 MiB",
      isMet: peakBytes <= MAX_MEMORY,
      details: `with ${each(({ peakBytes: bytes }) => mebibytes(bytes))} MiB`,
    },
  ];
}
