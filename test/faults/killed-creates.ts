// A process that is killed at a random moment of answering a create, again and again on one folder.
import { expect } from "vitest";
import { listAll, type ShownJob, type User } from "../api/user.ts";
import { POISON, randomOf } from "../crash/deaths.ts";
import { checkAtRest } from "../crash/invariants.ts";
import { AFTER_PATIENCE_S, inWorld, type World } from "../crash/world.ts";
import type { Answer } from "../http/api.ts";

/** From the sending of the request until the latest moment of a death, if no answer comes before. */
const LONGEST_MS = 40;

/** With the same seed the moments are about the same. */
const seed = Number(process.env.CRASH_SEED ?? Math.floor(Math.random() * 2 ** 31));

const environment = { WELCOME_CREDITS: "1000000", MAX_ACTIVE_JOBS: "1000", MAX_ACTIVE_FREE_JOBS: "1000" };

interface Ask {
  key: string;
  /** Null until it was answered. */
  id: string | null;
}

/**
 * Every second key is sent again at the end. Each of these has one job and one charge then, the others one of both or neither; and
 * whoever was answered before gets the same job.
 */
export function survivesKilledCreates(kills: number): Promise<void> {
  return inWorld(async (world) => {
    console.log(`CRASH_SEED=${seed}`);
    const random = randomOf(seed);
    await world.start({ environment });
    const user = await world.register();
    await world.stop();
    const asks: Ask[] = [];
    for (let n = 0; n < kills; n++) asks.push(await dieAnswering(world, user, `key ${n}`, random() * LONGEST_MS));
    const answered = asks.filter(({ id }) => id !== null).length;
    console.log(`${kills} deaths, ${answered} of them after the answer`);

    await world.start({ environment, secondsLater: AFTER_PATIENCE_S });
    const repeated = asks.filter((_, n) => n % 2 === 0);
    for (const ask of repeated) {
      const answer = await sendAgain(user, ask.key);
      if (ask.id !== null) expect([ask.key, answer.body.data.id]).toEqual([ask.key, ask.id]);
      ask.id = answer.body.data.id;
    }
    await checkAsks(user, asks);
    await checkAtRest(world, [user], [POISON]);
  });
}

async function dieAnswering(world: World, user: User, key: string, afterMs: number): Promise<Ask> {
  await world.start({ environment });
  // The function is loaded by then: what is killed is its work.
  expect((await user.call("POST", "/ai/generate-image", { json: {} })).status).toBe(400);
  const asking = send(user, key).catch(() => null);
  await Promise.race([asking, new Promise((resolve) => setTimeout(resolve, afterMs))]);
  await world.kill();
  const answer = await asking;
  if (answer) expect(answer.status).toBe(202);
  return { key, id: answer?.body.data.id ?? null };
}

/** A repeat may meet the timer at the very job that it takes up again; then it is asked to come again. */
async function sendAgain(user: User, key: string): Promise<Answer> {
  const answer = await send(user, key);
  if (answer.status === 503 && answer.headers.has("retry-after")) return sendAgain(user, key);
  expect([key, answer.body.message, [200, 202].includes(answer.status)]).toEqual([key, "success", true]);
  return answer;
}

function send(user: User, key: string): Promise<Answer> {
  const json = { prompt: "a lake", provider: "sketch", size: "64x64", metadata: { key } };
  return user.call("POST", "/ai/generate-image", { json, headers: { "idempotency-key": key } });
}

async function checkAsks(user: User, asks: Ask[]): Promise<void> {
  const { items: jobs } = await listAll(user, "/jobs");
  const { items: lines } = await listAll(user, "/credits/transactions");
  const idOf = new Map<string, string>(jobs.map((job: ShownJob) => [job.metadata.key, job.id]));
  expect(idOf.size).toBe(jobs.length);
  for (const { key, id } of asks) if (id !== null) expect([key, idOf.get(key)]).toEqual([key, id]);
  const charged = lines.filter(({ type }) => type === "charge").map(({ jobId }) => jobId);
  expect(charged.toSorted()).toEqual([...idOf.values()].toSorted());
}
