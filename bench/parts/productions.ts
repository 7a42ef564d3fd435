// Short dramas from a sentence, without a vendor: how long until the film can be watched, and what it costs to be killed on the way.
import { mkdtemp } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { Bench } from "../bench.ts";
import { type Product, startProduct } from "../product.ts";
import type { Result } from "../results.ts";
import { seedUsers } from "../seeding.ts";
import { call } from "../users.ts";

const EPISODE_SEC = 60;
const EXAMPLE_SEC = 300;
const KILLS = 10;
/** From the listening of one process to the end of it. */
const KILLED_AFTER_MS = 2500;
const LOOK_MS = 250;

/** With one seed the same screenplay is written each time: others have a line more or less, and cost as much more or less. */
const seed = 7;
const episode = { title: "码头", prompt: "一艘晚点的船，两个人在码头上等", durationSec: 60, scenesPerEpisode: 3, seed };
/** Five episodes of two minutes each, as the first users asked for. */
const example = { ...episode, episodes: 5, durationSec: 120 };

interface Film {
  ms: number;
  /** Processor time of the server and of every ffmpeg that it has waited for, in seconds. */
  cpuSeconds: number;
  cost: number;
  parts: number;
}

export async function measureProductions(bench: Bench): Promise<Result[]> {
  const whole = await filmed(bench, episode);
  const killed = await filmedInPieces(bench);
  const large = await filmed(bench, example);
  const [seconds, largeSeconds] = [whole.ms / 1000, large.ms / 1000];
  return [
    {
      measure: "an episode of 60 s from a sentence",
      ours: `${seconds.toFixed(1)} s`,
      aim: `at most ${EPISODE_SEC} s`,
      isMet: seconds <= EPISODE_SEC,
      details: told(whole),
    },
    {
      measure: `the same, killed ${KILLS} times: credits`,
      ours: `${killed.cost}`,
      limit: `${whole.cost}`,
      ratio: killed.cost / whole.cost,
      aim: "as many as without",
      isMet: killed.cost === whole.cost,
      details: `${told(killed)}; a process waits until the lease of a killed one's work has run out`,
    },
    {
      measure: "5 episodes of 2 min from a sentence",
      ours: `${largeSeconds.toFixed(0)} s`,
      aim: `at most ${EXAMPLE_SEC} s`,
      isMet: largeSeconds <= EXAMPLE_SEC,
      details: told(large),
    },
  ];
}

function told({ ms, cpuSeconds, cost, parts }: Film): string {
  return `${parts} parts after ${(ms / 1000).toFixed(1)} s; ${cpuSeconds.toFixed(0)} s of processor time; ${cost} credits`;
}

async function filmed(bench: Bench, wish: object): Promise<Film> {
  await using product = await startProduct(bench, null, { TIMER_SECONDS: "1" });
  const startedAt = performance.now();
  const { id, token } = await start(product, wish);
  const made = await untilCompleted(product, { id, token });
  return { ...made, ms: performance.now() - startedAt, cpuSeconds: product.cpuSecondsWithChildren() };
}

/** One process after the other on one folder, each killed but the last. */
async function filmedInPieces(bench: Bench): Promise<Film> {
  const folder = await mkdtemp(join(bench.folder, "killed-"));
  const startedAt = performance.now();
  let begun: { id: string; token: string } | null = null;
  let cpuSeconds = 0;
  for (let kill = 0; ; kill++) {
    await using product = await startProduct(bench, null, { DATA_DIR: folder, TIMER_SECONDS: "1" });
    const served = { ...product, dataDir: folder };
    begun ??= await start(served, episode);
    const made = kill < KILLS ? await pause(KILLED_AFTER_MS, null) : await untilCompleted(served, begun);
    cpuSeconds += product.cpuSecondsWithChildren();
    if (made !== null) return { ...made, ms: performance.now() - startedAt, cpuSeconds };
    await product.kill();
  }
}

async function start(product: Pick<Product, "port" | "dataDir">, body: object) {
  const [user] = await seedUsers(product.dataDir, 1);
  const token = user?.token ?? "";
  const path = "/projects/generate-drama";
  // 503 until the first timer has said that it knows films.
  for (;;) {
    try {
      const { data } = await call(product.port, { method: "POST", path, token, body });
      return { id: String(data.id), token };
    } catch (error) {
      if (!String(error).includes(" 503: ")) throw error;
      await pause(LOOK_MS);
    }
  }
}

async function untilCompleted({ port }: Pick<Product, "port">, { id, token }: { id: string; token: string }) {
  for (;;) {
    const { data } = await call(port, { method: "GET", path: `/productions/${id}`, token });
    if (data.status === "completed") {
      const nodes = await call(port, { method: "GET", path: `/productions/${id}/nodes?limit=1`, token });
      return { cost: Number(data.cost), parts: Number(nodes.data.total) };
    }
    if (data.status !== "pending" && data.status !== "processing") {
      throw new Error(`The film is ${data.status}: ${data.reason}.`);
    }
    await pause(LOOK_MS);
  }
}
