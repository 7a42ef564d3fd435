// How many jobs a second can be created, and how long a create takes, while 32 callers always have one under way. Each has a key of its own, as
// clients send it that may have to ask again.
import { randomUUID } from "node:crypto";
import { mkdtemp } from "node:fs/promises";
import { join } from "node:path";
import type { Bench } from "../bench.ts";
import { median } from "../numbers.ts";
import { startSilentOrigin } from "../origins.ts";
import { startProgram } from "../processes.ts";
import { type Product, startProduct } from "../product.ts";
import type { BareCreates } from "../programs/bare-creates.ts";
import { reservationSort } from "../programs/bare-rows.ts";
import type { Load, Loaded } from "../programs/load.ts";
import type { Result } from "../results.ts";
import { readRow } from "../rows.ts";
import { secretOf, seedUsers } from "../seeding.ts";
import { call, inTurns, nodeFree, type User, wire } from "../users.ts";

const CONNECTIONS = 32;
const USERS = 100;
/** What a user may have unfinished by default: an account never holds more than it would in earnest. */
const JOBS_PER_USER = 20;
/** Behind a first one that does not count. Each has users of its own. */
const ROUNDS = 5;
/** So many jobs are under way before the first create; each further one is run beside the creates, up to what a machine runs at once. */
const RUNNING_JOBS = 32;

const path = "/ai/generate-image";

export async function measureCreates(bench: Bench): Promise<Result[]> {
  using origin = await startSilentOrigin();
  await using product = await startProduct(bench, origin.port);
  const body = { imageUrl: origin.url };
  const example = await createExample(product, body);
  const users = await seedUsers(product.dataDir, USERS * (ROUNDS + 1));

  await using bare = startProgram<BareCreates, { port: number }>("bare-creates");
  const folder = await mkdtemp(join(bench.folder, "bare-creates-"));
  const known = { secret: await secretOf(product.dataDir), userIds: users.map(({ id }) => id) };
  const { port } = await bare.ask({ folder, ...known, ...example });

  await using load = startProgram<Load, Loaded>("load");
  const create = async (to: number, by: User[], server: { cpuSeconds(): number }): Promise<Created> => {
    const count = USERS * JOBS_PER_USER;
    const requests = Array.from({ length: JOBS_PER_USER }, () => by)
      .flat()
      .map(({ token }) => wire({ method: "POST", path, token, body, headers: { "idempotency-key": randomUUID() } }));
    const cpuBefore = server.cpuSeconds();
    const loaded = await load.ask({ port: to, requests, connections: CONNECTIONS, count, maxMs: 15_000, status: 202 });
    return { ...loaded, cpuMs: (1000 * (server.cpuSeconds() - cpuBefore)) / loaded.count };
  };
  const rounds: Round[] = [];
  for (let round = 0; round <= ROUNDS; round++) {
    await bench.turn();
    const by = users.slice(round * USERS, (round + 1) * USERS);
    rounds.push({ ours: await create(product.port, by, product), limit: await create(port, by, bare) });
  }
  return resultsOf(rounds.slice(1));
}

/** What one create writes and answers. The jobs before it are run beside all others. */
async function createExample(
  { port, dataDir }: Product,
  body: object,
): Promise<Pick<BareCreates, "templates" | "answer">> {
  const [busy, user] = await seedUsers(dataDir, 2);
  if (!busy || !user) throw new Error("Two users were wanted.");
  const key = randomUUID();
  const headersOf = (own: string) => ({ "idempotency-key": own });
  const create = ({ token }: User, own: string) =>
    call(port, { method: "POST", path, token, body, headers: headersOf(own) });
  await inTurns(Array.from({ length: RUNNING_JOBS }), 4, () => create(busy, randomUUID()));
  const { headers, text, data } = await create(user, key);
  const own = (sort: string) => readRow(dataDir, `user#${user.id}`, sort);
  const templates = {
    job: own(`job#${data.id}`),
    account: own("account"),
    profile: own("profile"),
    reservation: own(reservationSort(key)),
  };
  return { templates, answer: { headers: nodeFree(headers), text } };
}

interface Created extends Loaded {
  /** Processor time of the server for each create. */
  cpuMs: number;
}

interface Round {
  ours: Created;
  limit: Created;
}

function resultsOf(rounds: Round[]): Result[] {
  const ours = rounds.map((round) => round.ours);
  const limit = rounds.map((round) => round.limit);
  const ratio = median(rounds.map((round) => round.ours.perSecond / round.limit.perSecond));
  const p99Ms = median(ours.map((round) => round.p99Ms));
  const each = (some: Created[], field: "perSecond" | "p50Ms" | "p99Ms") =>
    some.map((round) => round[field].toFixed(0)).join(" ");
  const cpu = (some: Created[]) => some.map(({ cpuMs }) => cpuMs.toFixed(2)).join(" ");
  return [
    {
      measure: "creates",
      ours: `${median(ours.map(({ perSecond }) => perSecond)).toFixed(0)}/s`,
      limit: `${median(limit.map(({ perSecond }) => perSecond)).toFixed(0)}/s`,
      ratio,
      aim: "at least 0.45",
      isMet: ratio >= 0.45,
      details: `ours ${each(ours, "perSecond")}, limit ${each(limit, "perSecond")} per second`,
      rounds: ours.map(({ perSecond }) => perSecond),
    },
    {
      measure: "create, p99",
      ours: `${p99Ms.toFixed(1)} ms`,
      limit: `${median(limit.map((round) => round.p99Ms)).toFixed(1)} ms`,
      aim: "under 40 ms",
      isMet: p99Ms < 40,
      details: `ours ${each(ours, "p99Ms")} ms, p50 ${each(ours, "p50Ms")} ms; limit ${each(limit, "p99Ms")} ms`,
      rounds: ours.map((round) => round.p99Ms),
    },
    {
      measure: "create, processor time",
      ours: `${median(ours.map(({ cpuMs }) => cpuMs)).toFixed(2)} ms`,
      limit: `${median(limit.map(({ cpuMs }) => cpuMs)).toFixed(2)} ms`,
      ratio: median(rounds.map((round) => round.ours.cpuMs / round.limit.cpuMs)),
      details: `ours ${cpu(ours)}, limit ${cpu(limit)} ms of one`,
      rounds: ours.map(({ cpuMs }) => cpuMs),
    },
  ];
}
