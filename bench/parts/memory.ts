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

/** Of a Node process that does nothing. */
const MOST_IDLE = 1.5;
const MOST_MIB = 200;
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
  const after = product.memory();
  return [
    {
      measure: "memory, idle",
      ...{ ours: `${mebibytes(idle)} MiB`, limit: `${mebibytes(bare)} MiB`, ratio: idle / bare },
      aim: `at most ${MOST_IDLE}`,
      isMet: idle / bare <= MOST_IDLE,
      details: "resident, most of it the program of Node itself; the limit is a Node process that does nothing",
    },
    {
      measure: `memory, after ${JOBS} jobs`,
      ours: `${mebibytes(after)} MiB`,
      aim: `at most ${MOST_MIB} MiB`,
      isMet: mebibytes(after) <= MOST_MIB,
      details: `resident; after each ${JOBS_AT_ONCE} jobs ${growth.map(mebibytes).join(" ")}, at most ${mebibytes(product.peakMemory())} MiB`,
    },
  ];
}

async function allEnded({ port }: Product, users: readonly User[]): Promise<void> {
  for (const { token } of users) {
    const held = async () => (await call(port, { method: "GET", path: "/credits", token })).data.held;
    while ((await held()) !== 0) await pause(100);
  }
}

function mebibytes(bytes: number): number {
  return Math.round(bytes / MEBIBYTE);
}
