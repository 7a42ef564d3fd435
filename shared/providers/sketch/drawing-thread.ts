// What draws beside the main thread: one picture at a time, as it is told by `drawers.ts`.
import { parentPort } from "node:worker_threads";
import { drawImage } from "./image.ts";
import type { Plan } from "./page.ts";

/** `stop`: the number of a drawing that nobody wants any more. */
export type Asked = { number: number; plan: Omit<Plan, "picture"> } | { stop: number };

export type Drawn = { png: Uint8Array } | { error: unknown };

const port = parentPort;
if (!port) throw new Error("This is only run as a thread.");

const wanted = new Map<number, AbortController>();

port.on("message", (asked: Asked) => {
  if ("stop" in asked) wanted.get(asked.stop)?.abort();
  else void draw(asked.number, asked.plan).then((drawn) => port.postMessage(drawn));
});

async function draw(number: number, plan: Omit<Plan, "picture">): Promise<Drawn> {
  const stop = new AbortController();
  wanted.set(number, stop);
  try {
    return { png: await drawImage({ ...plan, picture: null }, stop.signal) };
  } catch (error) {
    return { error };
  } finally {
    wanted.delete(number);
  }
}
