// A product that is killed at any moment, again and again on one folder, while its users go on asking.
import { expect } from "vitest";
import { listAll, type User } from "../api/user.ts";
import { checkAtRest } from "./invariants.ts";
import { createLoad, type Load } from "./load.ts";
import { AFTER_PATIENCE_S, inWorld, type World } from "./world.ts";

export interface Deaths {
  count: number;
  /** Each process lives for a random time between these. */
  shortestLifeMs: number;
  longestLifeMs: number;
}

const USERS = 4;
/** About 20 requests in a second. */
const PAUSE_MS = 50;

/** With the same seed the same is asked, in the same order, of processes that live as long. */
const seed = Number(process.env.CRASH_SEED ?? Math.floor(Math.random() * 2 ** 31));

/** What takes longer than any of ten lives is given up, and given back. */
export const POISON = "a job was given up";

const environment = { WELCOME_CREDITS: "1000000", MAX_ACTIVE_JOBS: "1000", MAX_ACTIVE_FREE_JOBS: "1000" };

/** Afterwards every key has one job, charged once, every acknowledged job has ended, and nothing else is left. */
export function survivesDeaths({ count, shortestLifeMs, longestLifeMs }: Deaths): Promise<void> {
  return inWorld(async (world) => {
    console.log(`CRASH_SEED=${seed}`);
    const random = randomOf(seed);
    await world.start({ environment });
    const users = await Promise.all(Array.from({ length: USERS }, () => world.register()));
    await world.stop();
    const load = createLoad(users, world.vendor.url, random);
    for (let death = 1; death <= count; death++) {
      await liveAndDie(world, load, shortestLifeMs + random() * (longestLifeMs - shortestLifeMs));
    }
    const acknowledged = load.asks.filter(({ id }) => id !== null).length;
    console.log(`${load.asks.length} jobs were asked for, ${acknowledged} acknowledged`);
    await world.start({ environment, secondsLater: AFTER_PATIENCE_S });
    world.vendor.release();
    await load.repeatAll();
    expect(load.defects).toEqual([]);
    expect(acknowledged).toBeGreaterThan(0);
    expect(await idsOf(users)).toEqual(load.asks.map(({ id }) => id).toSorted());
    const { jobs, keys } = await checkAtRest(world, users, [POISON]);
    expect([jobs.length, keys]).toEqual([load.asks.length, load.asks.length]);
  });
}

async function liveAndDie(world: World, load: Load, lifeMs: number): Promise<void> {
  await world.start({ environment });
  const asked: Promise<void>[] = [];
  const until = Date.now() + lifeMs;
  for (let left = lifeMs; left > 0; left = until - Date.now()) {
    asked.push(load.step());
    await new Promise((resolve) => setTimeout(resolve, Math.min(PAUSE_MS, left)));
  }
  await world.kill();
  await Promise.all(asked);
}

/** Of every job that is there for anybody. */
async function idsOf(users: readonly User[]): Promise<string[]> {
  const lists = await Promise.all(users.map((user) => listAll(user, "/jobs")));
  return lists.flatMap(({ items }) => items.map(({ id }) => String(id))).toSorted();
}

/** Mulberry32. */
export function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
