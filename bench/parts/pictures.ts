// Twenty pictures at once: how many jobs a second come to their end, beside the drawing alone on all processors; and how long somebody else
// waits for a job that has long been finished, while they are drawn and while nothing is.
import type { Bench } from "../bench.ts";
import { median } from "../numbers.ts";
import { startProgram } from "../processes.ts";
import { type Product, startProduct } from "../product.ts";
import type { BarePictures, Drawn } from "../programs/bare-pictures.ts";
import type { Load, Loaded } from "../programs/load.ts";
import type { Result } from "../results.ts";
import { call, registerUsers, type User, wire } from "../users.ts";

const PICTURES = 20;
const USERS = 4;
const SIZE = "512x512";
/** Behind a first one that does not count. */
const ROUNDS = 5;
/** The other reader: seldom enough to take little of a processor. */
const READ_EVERY_MS = 5;
/** About as long as the pictures take. */
const IDLE_MS = 800;
/** Until a job is looked at again; the time of its end is its own. */
const LOOK_EVERY_MS = 100;

interface Round {
  /** Jobs a second. */
  ours: number;
  limit: number;
  /** Processor time of one job, milliseconds. */
  cpuMs: number;
  bareCpuMs: number;
  /** p99 of the other reader, milliseconds. */
  busyMs: number;
  idleMs: number;
}

export async function measurePictures(bench: Bench): Promise<Result[]> {
  await using product = await startProduct(bench, 1);
  const users = await registerUsers(product.port, USERS);
  const [user] = users;
  if (!user) throw new Error("A user was wanted.");
  const done = await create(product, user, "A lake");
  await completedAt(product, user, done);
  await using bare = startProgram<BarePictures, Drawn>("bare-pictures");
  await using load = startProgram<Load, Loaded>("load");

  const read = (maxMs: number) =>
    load.ask({
      ...{ port: product.port, requests: [wire({ method: "GET", path: `/jobs/${done}`, token: user.token })] },
      ...{ connections: 1, count: 1e6, maxMs, status: 200, everyMs: READ_EVERY_MS },
    });

  const rounds: Round[] = [];
  for (let round = 0; round <= ROUNDS; round++) {
    await bench.turn();
    const prompts = Array.from({ length: PICTURES }, (_, i) => `Lake ${round}-${i} at dawn`);
    const drawn = await bare.ask({ prompts, size: SIZE });
    const idle = await read(IDLE_MS);
    const cpuBefore = product.cpuSeconds();
    const reading = read(IDLE_MS);
    const ms = await drawAll(product, users, prompts);
    const busy = await reading;
    rounds.push({
      ...{ ours: (1000 * PICTURES) / ms, limit: (1000 * PICTURES) / drawn.ms },
      cpuMs: (1000 * (product.cpuSeconds() - cpuBefore)) / PICTURES,
      bareCpuMs: (1000 * drawn.cpuSeconds) / PICTURES,
      ...{ busyMs: busy.p99Ms, idleMs: idle.p99Ms },
    });
  }
  return resultsOf(rounds.slice(1));
}

/** Milliseconds from the first request until the last job has ended, by its own word. */
async function drawAll(product: Product, users: User[], prompts: string[]): Promise<number> {
  const startedAt = Date.now();
  const ends = await Promise.all(
    prompts.map(async (prompt, i) => {
      const user = users[i % users.length] as User;
      return completedAt(product, user, await create(product, user, prompt));
    }),
  );
  return Math.max(...ends) - startedAt;
}

async function create({ port }: Product, { token }: User, prompt: string): Promise<string> {
  const body = { prompt, size: SIZE, provider: "sketch" };
  return String((await call(port, { method: "POST", path: "/ai/generate-image", token, body })).data.id);
}

/** Epoch milliseconds. Its last change that a user can see is that it reads as completed. */
async function completedAt({ port }: Product, { token }: User, id: string): Promise<number> {
  for (;;) {
    const { data } = await call(port, { method: "GET", path: `/jobs/${id}`, token });
    if (data.status === "completed") return Date.parse(String(data.updatedAt));
    if (data.status === "failed") throw new Error("A picture could not be drawn.");
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
}

function resultsOf(rounds: Round[]): Result[] {
  const each = (field: keyof Round, digits: number) => rounds.map((round) => round[field].toFixed(digits)).join(" ");
  const of = (field: keyof Round) => median(rounds.map((round) => round[field]));
  const ratioOf = (ours: keyof Round, limit: keyof Round) => median(rounds.map((round) => round[ours] / round[limit]));
  return [
    {
      measure: `${PICTURES} pictures at once`,
      ours: `${of("ours").toFixed(1)}/s`,
      limit: `${of("limit").toFixed(1)}/s`,
      ratio: ratioOf("ours", "limit"),
      details: `ours ${each("ours", 1)}, drawing alone on all processors ${each("limit", 1)} per second`,
      rounds: rounds.map(({ ours }) => ours),
    },
    {
      measure: `${PICTURES} pictures at once, processor time`,
      ours: `${of("cpuMs").toFixed(1)} ms`,
      limit: `${of("bareCpuMs").toFixed(1)} ms`,
      ratio: ratioOf("cpuMs", "bareCpuMs"),
      details: `of one job, its questions and the other reader included: ${each("cpuMs", 1)} ms; of its drawing ${each("bareCpuMs", 1)} ms`,
      rounds: rounds.map(({ cpuMs }) => cpuMs),
    },
    {
      measure: "read of a job while pictures are drawn, p99",
      ours: `${of("busyMs").toFixed(1)} ms`,
      limit: `${of("idleMs").toFixed(1)} ms`,
      ratio: ratioOf("busyMs", "idleMs"),
      details: `${each("busyMs", 1)} ms; of an idle server ${each("idleMs", 1)} ms`,
      rounds: rounds.map(({ busyMs }) => busyMs),
    },
  ];
}
