// How often a second a finished job can be read, while 32 callers always have one read under way.
import { mkdtemp } from "node:fs/promises";
import { join } from "node:path";
import { tinyPng } from "../../test/jobs/tiny-png.ts";
import type { Bench } from "../main.ts";
import { median } from "../numbers.ts";
import { startOrigin } from "../origins.ts";
import { startProgram } from "../processes.ts";
import { startProduct } from "../product.ts";
import type { BareReads } from "../programs/bare-reads.ts";
import type { Load, Loaded } from "../programs/load.ts";
import type { Result } from "../results.ts";
import { type Answer, call, inTurns, nodeFree, registerUsers, type User, wire } from "../users.ts";

const CONNECTIONS = 32;
const USERS = 100;
const JOBS_PER_USER = 3;
/** Behind a first one that does not count. */
const ROUNDS = 5;
const ROUND_MS = 1500;

interface KnownJob {
  user: User;
  /** Below the API's base path. */
  path: string;
  answer: Answer;
}

export async function measureReads(bench: Bench): Promise<Result[]> {
  using origin = await startOrigin((_, response) => response.end(tinyPng));
  await using product = await startProduct(bench, origin.port);
  const users = await registerUsers(product.port, USERS);
  const wanted = users.flatMap((user) => Array.from({ length: JOBS_PER_USER }, () => user));
  const jobs = await inTurns(wanted, 8, (user) => completeJob(product.port, user, origin.url));

  await using bare = startProgram<BareReads, { port: number }>("bare-reads");
  const folder = await mkdtemp(join(bench.folder, "bare-reads-"));
  const { port } = await bare.ask({ folder, ...copyOf(jobs) });

  await using load = startProgram<Load, Loaded>("load");
  const requests = jobs.map(({ user, path }) => wire({ method: "GET", path, token: user.token }));
  const read = (from: number) =>
    load.ask({ port: from, requests, connections: CONNECTIONS, count: 1e6, maxMs: ROUND_MS, status: 200 });
  const rounds: { ours: Loaded; limit: Loaded }[] = [];
  for (let round = 0; round <= ROUNDS; round++)
    rounds.push({ ours: await read(product.port), limit: await read(port) });
  return resultsOf(rounds.slice(1));
}

async function completeJob(port: number, user: User, imageUrl: string): Promise<KnownJob> {
  const { token } = user;
  const headers = { prefer: "wait=25" };
  const { data } = await call(port, { method: "POST", path: "/ai/generate-image", token, body: { imageUrl }, headers });
  if (data.status !== "completed") throw new Error(`A job is ${data.status}.`);
  const path = `/jobs/${data.id}`;
  return { user, path, answer: await call(port, { method: "GET", path, token }) };
}

function copyOf(jobs: KnownJob[]): Omit<BareReads, "folder"> {
  return {
    users: Object.fromEntries(jobs.map(({ user }) => [`Bearer ${user.token}`, user.id])),
    answers: jobs.map(({ user, path, answer }) => ({ path: `/api/v1${path}`, userId: user.id, text: answer.text })),
    headers: nodeFree(jobs[0]?.answer.headers ?? {}),
  };
}

function resultsOf(rounds: { ours: Loaded; limit: Loaded }[]): Result[] {
  const ours = rounds.map((round) => round.ours.perSecond);
  const limit = rounds.map((round) => round.limit.perSecond);
  const p99 = rounds.map((round) => round.ours.p99Ms.toFixed(1));
  return [
    {
      measure: "reads of a job",
      ours: `${median(ours).toFixed(0)}/s`,
      limit: `${median(limit).toFixed(0)}/s`,
      ratio: median(rounds.map((round) => round.ours.perSecond / round.limit.perSecond)),
      details: `ours ${ours.map(Math.round).join(" ")}, limit ${limit.map(Math.round).join(" ")} per second; our p99 ${p99.join(" ")} ms`,
    },
  ];
}
