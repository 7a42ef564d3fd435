// Many requests at once, each over a socket of its own.
import { once } from "node:events";
import { request as httpRequest, type IncomingMessage } from "node:http";
import { text } from "node:stream/consumers";
import type { ShownJob, User } from "./user.ts";

export interface Short {
  status: number;
  // biome-ignore lint/suspicious/noExplicitAny: what comes back is looked at by expectations
  body: any;
}

export interface Post {
  json: object;
  headers?: Record<string, string>;
}

/** `post(i)` says what the i-th of `count` asks for; the answers come in the same order. */
export async function createAtOnce(url: string, user: User, count: number, post: (i: number) => Post) {
  const posts = Array.from({ length: count }, (_, i) => post(i));
  const ports = new Set<number>();
  const answers = await Promise.all(posts.map((each) => send(url, user.token, each, ports)));
  return { answers, sockets: ports.size };
}

async function send(url: string, token: string, { json, headers }: Post, ports: Set<number>): Promise<Short> {
  const request = httpRequest(`${url}/api/v1/ai/generate-image`, {
    method: "POST",
    agent: false,
    headers: { "content-type": "application/json", authorization: `Bearer ${token}`, ...headers },
  });
  request.once("socket", (socket) => socket.once("connect", () => ports.add(socket.localPort ?? 0)));
  request.end(JSON.stringify(json));
  const [response] = (await once(request, "response")) as [IncomingMessage];
  return { status: response.statusCode ?? 0, body: JSON.parse(await text(response)) };
}

/** How often each status came, as in `{ 202: 10, 402: 40 }`. */
export function countStatuses(answers: Short[]): Record<number, number> {
  const counts: Record<number, number> = {};
  for (const { status } of answers) counts[status] = (counts[status] ?? 0) + 1;
  return counts;
}

export function idsOf(answers: Short[]): string[] {
  return [...new Set(answers.flatMap(({ body }): ShownJob[] => (body.data ? [body.data.id] : [])))];
}
