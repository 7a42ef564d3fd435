// How long it takes from asking for a drawn picture until its job reads as completed, and how much of that is not the drawing.
import { setTimeout as pause } from "node:timers/promises";
import type { Bench } from "../bench.ts";
import { median, percentile } from "../numbers.ts";
import { startSilentOrigin } from "../origins.ts";
import { startProgram } from "../processes.ts";
import { type Product, startProduct } from "../product.ts";
import type { Drawing } from "../programs/draw.ts";
import type { Result } from "../results.ts";
import { seedUsers } from "../seeding.ts";
import { call } from "../users.ts";

const PICTURES = 30;
/** The first ones load what draws, and compile. They do not count. */
const WARM_UP = 6;
/** What a job leaves to be tidied up is done by then. */
const REST_MS = 100;
const wish = { prompt: "a lake at dawn", size: "512x512" };

export async function measurePicture(bench: Bench): Promise<Result[]> {
  using origin = await startSilentOrigin();
  await using product = await startProduct(bench, origin.port);
  await using drawing = startProgram<Drawing, number>("draw");
  const [user] = await seedUsers(product.dataDir, 1);
  const whole: number[] = [];
  const drawn: number[] = [];
  await bench.turn();
  for (let picture = 0; picture < PICTURES + WARM_UP; picture++) {
    whole.push(await complete(product, user?.token ?? ""));
    await pause(REST_MS);
    drawn.push(await drawing.ask({ ...wish, reference: `picture-${picture}` }));
  }
  return resultsOf(whole.slice(WARM_UP), drawn.slice(WARM_UP));
}

/** Milliseconds until the job's last change that a user can see: that it reads as completed. */
async function complete({ port }: Product, token: string): Promise<number> {
  const headers = { prefer: "wait=25" };
  const body = { ...wish, provider: "sketch" };
  const startedAt = Date.now();
  const { data } = await call(port, { method: "POST", path: "/ai/generate-image", token, body, headers });
  if (data.status !== "completed") throw new Error(`A job is ${data.status}.`);
  return Date.parse(String(data.updatedAt)) - startedAt;
}

/** By the quarter of them that was fastest: whatever else runs on the machine only adds to the others. */
function resultsOf(whole: number[], drawn: number[]): Result[] {
  const [all, drawing] = [percentile(whole, 25), percentile(drawn, 25)];
  const own = all - drawing;
  const shown = (some: number[]) => some.map((ms) => ms.toFixed(0)).join(" ");
  return [
    {
      measure: "picture of 512², completed",
      ours: `${all.toFixed(0)} ms`,
      limit: `${drawing.toFixed(0)} ms`,
      ratio: all / drawing,
      details: `${shown(whole)} ms, p50 ${median(whole).toFixed(0)}; drawn by itself ${shown(drawn)} ms, p50 ${median(drawn).toFixed(0)}`,
    },
    {
      measure: "picture of 512², without the drawing",
      ours: `${own.toFixed(0)} ms`,
      aim: "at most 22 ms",
      isMet: own <= 22,
      details: `p25 of each; of the medians ${(median(whole) - median(drawn)).toFixed(0)} ms`,
    },
  ];
}
