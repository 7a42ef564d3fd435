// How long it takes to keep a film of 1 GiB, from the job's creation until it reads as completed, and how much memory.
import { join } from "node:path";
import type { Bench } from "../bench.ts";
import { median } from "../numbers.ts";
import { startProgram } from "../processes.ts";
import { startProduct } from "../product.ts";
import type { Download, Downloaded } from "../programs/bare-download.ts";
import type { Result } from "../results.ts";
import { call, registerUsers } from "../users.ts";

const GIBIBYTE = 1024 ** 3;
const ROUNDS = 3;

export async function measureGibibyte(bench: Bench): Promise<Result[]> {
  await using origin = startProgram<{ mediaBytes: number }, { port: number }>("movie-origin");
  const { port } = await origin.ask({ mediaBytes: GIBIBYTE });
  const rounds: { ours: Downloaded; limit: Downloaded }[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    await bench.turn();
    const limit = await download(bench, port);
    const ours = await keep(bench, port);
    if (ours.sha256 !== limit.sha256) throw new Error("What was kept is not what was served.");
    rounds.push({ ours, limit });
  }
  return resultsOf(rounds);
}

async function download(bench: Bench, port: number): Promise<Downloaded> {
  await using bare = startProgram<Download, Downloaded>("bare-download");
  return await bare.ask({ url: `http://127.0.0.1:${port}/film`, path: join(bench.folder, "film") });
}

/** On an empty folder, by a product that has done nothing before. */
async function keep(bench: Bench, port: number): Promise<Downloaded> {
  await using product = await startProduct(bench, port);
  const [user] = await registerUsers(product.port, 1);
  const token = user?.token ?? "";
  const cpuBefore = product.cpuSeconds();
  const { data } = await call(product.port, {
    method: "POST",
    path: "/ai/generate-video",
    token,
    body: { videoUrl: `http://127.0.0.1:${port}/film` },
  });
  for (;;) {
    const job = await call(product.port, { method: "GET", path: `/jobs/${data.id}`, token });
    const { status, outputs, createdAt, updatedAt } = job.data;
    if (status === "completed") {
      const [output] = outputs as { sha256: string }[];
      // Its last change that a user can see is that it reads as completed.
      const ms = Date.parse(String(updatedAt)) - Date.parse(String(createdAt));
      return {
        ms,
        sha256: output?.sha256 ?? "",
        peakBytes: product.peakMemory(),
        cpuSeconds: product.cpuSeconds() - cpuBefore,
      };
    }
    if (status === "failed") throw new Error(`The film was not kept: ${job.text}`);
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
}

function resultsOf(rounds: { ours: Downloaded; limit: Downloaded }[]): Result[] {
  const ours = rounds.map((round) => round.ours);
  const limit = rounds.map((round) => round.limit);
  const ratio = median(rounds.map((round) => round.ours.ms / round.limit.ms));
  const peakBytes = Math.max(...ours.map((round) => round.peakBytes));
  const each = (some: Downloaded[]) => some.map(({ ms }) => seconds(ms)).join(" ");
  const cpu = (some: Downloaded[]) => some.map((round) => round.cpuSeconds.toFixed(2)).join(" ");
  const memory = (some: Downloaded[]) => some.map((round) => (round.peakBytes / 1024 ** 2).toFixed(0)).join(" ");
  return [
    {
      measure: "1 GiB kept",
      ours: `${seconds(median(ours.map(({ ms }) => ms)))} s`,
      limit: `${seconds(median(limit.map(({ ms }) => ms)))} s`,
      ratio,
      aim: "at most 1.3",
      isMet: ratio <= 1.3,
      details: `ours ${each(ours)} s, limit ${each(limit)} s; processor time ${cpu(ours)} s, limit ${cpu(limit)} s`,
      rounds: ours.map(({ ms }) => ms),
    },
    {
      measure: "1 GiB kept, memory",
      ours: `${mebibytes(peakBytes)} MiB`,
      limit: `${mebibytes(Math.max(...limit.map((round) => round.peakBytes)))} MiB`,
      aim: "under 200 MiB",
      isMet: peakBytes < 200 * 1024 ** 2,
      details: `ours ${memory(ours)} MiB, limit ${memory(limit)} MiB`,
      rounds: ours.map((round) => round.peakBytes),
    },
  ];
}

function seconds(ms: number): string {
  return (ms / 1000).toFixed(2);
}

function mebibytes(bytes: number): string {
  return (bytes / 1024 ** 2).toFixed(0);
}
