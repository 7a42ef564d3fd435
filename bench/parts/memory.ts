// What the product has of the machine's memory: when it has just started and nobody asks for anything, and when it has run many jobs.
import { setTimeout as pause } from "node:timers/promises";
import { tinyPng } from "../../test/jobs/tiny-png.ts";
import type { Bench } from "../bench.ts";
import { startOrigin } from "../origins.ts";
import { startProgram } from "../processes.ts";
import { type Product, startProduct } from "../product.ts";
import type { Load, Loaded } from "../programs/load.ts";
import type { Result } from "../results.ts";
import { call, registerUsers, type User, wire } from "../users.ts";

const JOBS = 10_000;
/** Created at a time, and then waited for: what waits is memory too, and not what is asked here. */
const JOBS_AT_ONCE = 500;
const USERS = 20;
const CONNECTIONS = 16;
/** What was needed only to start is gone by then. */
const QUIET_MS = 5000;

const MEBIBYTE = 1024 ** 2;

export async function measureMemory(bench: Bench): Promise<Result[]> {
  using origin = await startOrigin((_, response) => response.end(tinyPng));
  await using load = startProgram<Load, Loaded>("load");
  await using product = await startProduct(bench, origin.port);
  await pause(QUIET_MS);
  const [idle, bare] = [product.memory(), load.memory()];
  const users = await registerUsers(product.port, USERS);
  const requests = users.map(({ token }) =>
    wire({ method: "POST", path: "/ai/generate-image", token, body: { imageUrl: origin.url } }),
  );
  const growth: number[] = [];
  await bench.turn();
  for (let done = 0; done < JOBS; done += JOBS_AT_ONCE) {
    const count = JOBS_AT_ONCE;
    await load.ask({ port: product.port, requests, connections: CONNECTIONS, count, maxMs: 60_000, status: 202 });
    await allEnded(product, users);
    growth.push(product.memory());
  }
  await pause(QUIET_MS);
  return [
    row(
      "memory, idle",
      { bytes: idle, mostMiB: 60, details: "resident; the limit is a Node process that does nothing" },
      bare,
    ),
    row(`memory, after ${JOBS} jobs`, {
      ...{ bytes: product.memory(), mostMiB: 200 },
      details: `resident; after each ${JOBS_AT_ONCE} jobs ${growth.map(mebibytes).join(" ")}, at most ${mebibytes(product.peakMemory())} MiB`,
    }),
  ];
}

async function allEnded({ port }: Product, users: readonly User[]): Promise<void> {
  for (const { token } of users) {
    const held = async () => (await call(port, { method: "GET", path: "/credits", token })).data.held;
    while ((await held()) !== 0) await pause(100);
  }
}

function row(measure: string, of: { bytes: number; mostMiB: number; details: string }, bare?: number): Result {
  const { bytes, mostMiB, details } = of;
  return {
    measure,
    ours: `${mebibytes(bytes)} MiB`,
    ...(bare !== undefined && { limit: `${mebibytes(bare)} MiB`, ratio: bytes / bare }),
    aim: `at most ${mostMiB} MiB`,
    isMet: bytes <= mostMiB * MEBIBYTE,
    details,
  };
}

function mebibytes(bytes: number): number {
  return Math.round(bytes / MEBIBYTE);
}
