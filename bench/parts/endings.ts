// How long it takes from the last byte of an imported film until its job reads as completed.
import type { ServerResponse } from "node:http";
import { setTimeout as pause } from "node:timers/promises";
import type { Bench } from "../bench.ts";
import { type Movie, movieOf } from "../movie.ts";
import { median } from "../numbers.ts";
import { startOrigin } from "../origins.ts";
import { type Product, startProduct } from "../product.ts";
import type { Result } from "../results.ts";
import { call, registerUsers } from "../users.ts";

const FILMS = 20;
const MEDIA_BYTES = 1024 ** 2;
/** Until everything but the last byte lies with the product, and it waits. */
const HOLD_MS = 200;

export async function measureEndings(bench: Bench): Promise<Result[]> {
  const movie = await movieOf(MEDIA_BYTES);
  let lastByteAt = 0;
  using origin = await startOrigin(async (_, response) => {
    lastByteAt = await sendWithPause(response, movie);
  });
  await using product = await startProduct(bench, origin.port);
  const [user] = await registerUsers(product.port, 1);
  const times: number[] = [];
  for (let film = 0; film <= FILMS; film++) {
    await bench.turn();
    times.push((await completedAt(product, user?.token ?? "", origin.url)) - lastByteAt);
  }
  return resultsOf(times.slice(1));
}

/** Answers when the last byte went out, in epoch milliseconds. */
async function sendWithPause(response: ServerResponse, { head, mediaBytes, tail, totalBytes }: Movie): Promise<number> {
  response.writeHead(200, { "content-type": "video/mp4", "content-length": totalBytes });
  response.write(Buffer.concat([head, Buffer.alloc(mediaBytes), tail.subarray(0, -1)]));
  await pause(HOLD_MS);
  const now = Date.now();
  response.end(tail.subarray(-1));
  return now;
}

/** Epoch milliseconds. */
async function completedAt({ port }: Product, token: string, videoUrl: string): Promise<number> {
  const headers = { prefer: "wait=25" };
  const { data } = await call(port, { method: "POST", path: "/ai/generate-video", token, body: { videoUrl }, headers });
  if (data.status !== "completed") throw new Error(`A job is ${data.status}.`);
  // Its last change that a user can see is that it reads as completed.
  return Date.parse(String(data.updatedAt));
}

function resultsOf(times: number[]): Result[] {
  const most = Math.max(...times);
  return [
    {
      measure: "last byte to completed",
      ours: `${median(times)} ms, at most ${most}`,
      aim: "at most 300 ms",
      isMet: most <= 300,
      details: `${times.join(" ")} ms`,
      rounds: times,
    },
  ];
}
