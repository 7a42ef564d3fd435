// How often a second a finished job can be read, and a list of 20, while 32 callers always have one read under way; and what each takes of a processor.
import { mkdtemp } from "node:fs/promises";
import { join } from "node:path";
import { tinyPng } from "../../test/jobs/tiny-png.ts";
import type { Bench } from "../bench.ts";
import { median } from "../numbers.ts";
import { startOrigin } from "../origins.ts";
import { startProgram } from "../processes.ts";
import { type Product, startProduct } from "../product.ts";
import type { BareReads } from "../programs/bare-reads.ts";
import type { ExpressReads } from "../programs/express-reads.ts";
import type { Load, Loaded } from "../programs/load.ts";
import type { Result } from "../results.ts";
import { readRow } from "../rows.ts";
import { secretOf } from "../seeding.ts";
import { type Answer, call, inTurns, nodeFree, registerUsers, type User, wire } from "../users.ts";

const CONNECTIONS = 32;
const USERS = 20;
const JOBS_PER_USER = 20;
/** Behind a first one that does not count. */
const ROUNDS = 5;
const ROUND_MS = 1500;

interface Known {
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
  const lists = await inTurns(users, 4, (user) => known(product.port, user, "/jobs?limit=20"));

  await using bare = startProgram<BareReads, { port: number }>("bare-reads");
  const folder = await mkdtemp(join(bench.folder, "bare-reads-"));
  const { port } = await bare.ask({
    ...{ folder, secret: await secretOf(product.dataDir), headers: nodeFree(jobs[0]?.answer.headers ?? {}) },
    answers: [...jobs.map((each) => framed(each, false)), ...lists.map((each) => framed(each, true))],
  });

  await using express = startProgram<ExpressReads, { port: number }>("express-reads");
  const plain = await express.ask(await expressOf(bench, product, jobs));

  await using load = startProgram<Load, Loaded>("load");
  const measure = async (of: string, asked: Known[]): Promise<Result[]> => {
    const requests = asked.map(({ user, path }) => wire({ method: "GET", path, token: user.token }));
    const read = async (from: number, server: { cpuSeconds(): number }): Promise<Read> => {
      const before = server.cpuSeconds();
      const all = { port: from, requests, connections: CONNECTIONS, count: 1e6, maxMs: ROUND_MS, status: 200 };
      const loaded = await load.ask(all);
      return { ...loaded, cpuMs: (1000 * (server.cpuSeconds() - before)) / loaded.count };
    };
    const rounds: Round[] = [];
    for (let round = 0; round <= ROUNDS; round++) {
      await bench.turn();
      rounds.push({
        ours: await read(product.port, product),
        express: await read(plain.port, express),
        limit: await read(port, bare),
      });
    }
    return resultsOf(of, rounds.slice(1));
  };
  return [...(await measure("reads of a job", jobs)), ...(await measure("lists of 20", lists))];
}

async function completeJob(port: number, user: User, imageUrl: string): Promise<Known> {
  const { token } = user;
  const headers = { prefer: "wait=25" };
  const { data } = await call(port, { method: "POST", path: "/ai/generate-image", token, body: { imageUrl }, headers });
  if (data.status !== "completed") throw new Error(`A job is ${data.status}.`);
  return known(port, user, `/jobs/${data.id}`);
}

async function known(port: number, user: User, path: string): Promise<Known> {
  return { user, path, answer: await call(port, { method: "GET", path, token: user.token }) };
}

/** The product's own rows, and what the answers of both must have in common: the same data. */
async function expressOf(bench: Bench, { dataDir }: Product, jobs: Known[]): Promise<ExpressReads> {
  const folder = await mkdtemp(join(bench.folder, "express-reads-"));
  const [{ url = "", key = "" } = {}] = (jobs[0]?.answer.data.outputs ?? []) as { url: string; key: string }[];
  const rows = jobs.map(({ user, answer: { data } }) => {
    const id = String(data.id);
    return { id, userId: user.id, data: readRow(dataDir, `user#${user.id}`, `job#${id}`).data };
  });
  const users = Object.fromEntries(jobs.map(({ user }) => [`Bearer ${user.token}`, user.id]));
  return { folder, jobs: rows, users, mediaUrl: url.slice(0, -key.length) };
}

/** The answer as rows, and what stands around them. */
function framed({ user, path, answer: { text, data } }: Known, isList: boolean): BareReads["answers"][number] {
  const rows = isList ? (data.items as unknown[]).map((item) => JSON.stringify(item)) : [JSON.stringify(data)];
  const [before = "", behind = ""] = text.split(rows.join(","));
  if (rows.length > 1 && before + rows.join(",") + behind !== text) throw new Error("A list is not made of its items.");
  return { path: `/api/v1${path}`, userId: user.id, rows, before, behind };
}

interface Read extends Loaded {
  /** Processor time of the server for each read. */
  cpuMs: number;
}

interface Round {
  ours: Read;
  express: Read;
  limit: Read;
}

function resultsOf(of: string, rounds: Round[]): Result[] {
  const [ours, limit] = [rounds.map((round) => round.ours), rounds.map((round) => round.limit)];
  const express = rounds.map((round) => round.express);
  const each = (some: Read[]) => some.map(({ perSecond }) => Math.round(perSecond));
  const cpu = (some: Read[]) => some.map(({ cpuMs }) => cpuMs.toFixed(3));
  const ratio = median(rounds.map((round) => round.ours.perSecond / round.limit.perSecond));
  const [least, most] = of === "lists of 20" ? [0.4, 1] : [0.5, 0.6];
  const toExpress = median(rounds.map((round) => round.ours.cpuMs / round.express.cpuMs));
  return [
    {
      measure: of,
      ours: `${median(each(ours)).toFixed(0)}/s`,
      limit: `${median(each(limit)).toFixed(0)}/s`,
      ratio,
      aim: `at least ${least}`,
      isMet: ratio >= least,
      details: `ours ${each(ours).join(" ")}, limit ${each(limit).join(" ")} per second; our p99 ${ours.map(({ p99Ms }) => p99Ms.toFixed(1)).join(" ")} ms`,
      rounds: ours.map(({ perSecond }) => perSecond),
    },
    {
      measure: `${of}, processor time`,
      ours: `${median(ours.map(({ cpuMs }) => cpuMs)).toFixed(3)} ms`,
      limit: `${median(limit.map(({ cpuMs }) => cpuMs)).toFixed(3)} ms`,
      ratio: median(rounds.map((round) => round.ours.cpuMs / round.limit.cpuMs)),
      details: `ours ${cpu(ours).join(" ")}, limit ${cpu(limit).join(" ")} ms of one`,
      rounds: ours.map(({ cpuMs }) => cpuMs),
    },
    {
      measure: `${of}, processor time beside Express`,
      ours: `${median(ours.map(({ cpuMs }) => cpuMs)).toFixed(3)} ms`,
      limit: `${median(express.map(({ cpuMs }) => cpuMs)).toFixed(3)} ms`,
      ratio: toExpress,
      aim: `at most ${most}`,
      isMet: toExpress <= most,
      details: `Express ${cpu(express).join(" ")} ms of one, ${each(express).join(" ")} per second; it checks no token`,
    },
  ];
}
