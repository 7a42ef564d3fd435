// Somebody who uses the API over HTTP, and what such a user can find out.
import { randomUUID } from "node:crypto";
import { expect } from "vitest";
import { type Answer, type CallOptions, request } from "../http/api.ts";
import { PATIENCE_MS } from "../patience.ts";

export type Call = (method: string, path: string, options?: CallOptions) => Promise<Answer>;

export interface User {
  userId: string;
  email: string;
  password: string;
  token: string;
  call: Call;
}

// biome-ignore lint/suspicious/noExplicitAny: a job as it came over the wire, looked at by expectations
export type ShownJob = any;

/** `url` is asked for at each call: a product that was restarted may be elsewhere. */
export function callerOf(url: () => string, token?: string): Call {
  return (method, path, options = {}) =>
    request(method, `${url()}/api/v1${path}`, { ...(token === undefined ? {} : { token }), ...options });
}

let users = 0;

export async function registerAt(url: () => string): Promise<User> {
  const name = `user-${process.pid}-${++users}`;
  const json = { username: name, email: `${name}@example.com`, password: "correct horse" };
  const { userId, token } = await newUser(callerOf(url), json);
  return { userId, token, email: json.email, password: json.password, call: callerOf(url, token) };
}

/** A table that is slow on a busy machine answers 503 in time: then clients ask again, and the answer that was lost may have been a yes. */
async function newUser(
  call: Call,
  { email, password, ...json }: { username: string; email: string; password: string },
) {
  const made = await askAgain(() => call("POST", "/auth/register", { json: { ...json, email, password } }));
  const answer =
    made.status === 409 ? await askAgain(() => call("POST", "/auth/login", { json: { email, password } })) : made;
  expect([answer.status < 300, answer.body.message]).toEqual([true, "success"]);
  return answer.body.data;
}

function askAgain(ask: () => Promise<Answer>): Promise<Answer> {
  return until(ask, ({ status }) => status !== 503);
}

/** Asks for a picture, or with `path` for something else, under a key of its own. Expects to be taken. */
export async function create(user: User, json: object, path = "/ai/generate-image"): Promise<ShownJob> {
  const headers = { "idempotency-key": randomUUID() };
  const answer = await askAgain(() => user.call("POST", path, { json, headers }));
  expect([[200, 202].includes(answer.status), answer.body.message]).toEqual([true, "success"]);
  return answer.body.data;
}

/** Reads the job until it is as wanted; by default until it has ended. */
export async function follow(user: User, jobId: string, isThere = hasEnded): Promise<ShownJob> {
  return until(
    async () => (await user.call("GET", `/jobs/${jobId}`)).body.data,
    (job) => job !== null && isThere(job),
  );
}

const SHORTEST_PAUSE_MS = 20;
const LONGEST_PAUSE_MS = 100;

/** Asks again until the answer is right, less and less often, and gives up with the latest one. */
export async function until<T>(ask: () => Promise<T>, isRight: (answer: T) => boolean): Promise<T> {
  const giveUpAt = Date.now() + PATIENCE_MS;
  for (let pauseMs = SHORTEST_PAUSE_MS; ; pauseMs = Math.min(LONGEST_PAUSE_MS, pauseMs * 1.1)) {
    const answer = await ask();
    if (isRight(answer)) return answer;
    if (Date.now() > giveUpAt) throw new Error(`It never came. The latest: ${JSON.stringify(answer)}`);
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
}

export function hasEnded(job: ShownJob): boolean {
  return ["completed", "failed", "cancelled"].includes(job.status);
}

/** Every item of a list, page by page. */
export async function listAll(user: User, path: string, limit = 100): Promise<{ items: ShownJob[]; total: number }> {
  const items: ShownJob[] = [];
  let total = 0;
  for (let cursor = ""; ; ) {
    const { status, body } = await user.call("GET", `${path}?limit=${limit}${cursor && `&cursor=${cursor}`}`);
    expect([status, body.message]).toEqual([200, "success"]);
    expect(body.data.hasMore).toBe(body.data.nextCursor !== null);
    items.push(...body.data.items);
    total = body.data.total;
    if (!body.data.hasMore) return { items, total };
    cursor = body.data.nextCursor;
  }
}

export async function creditsOf(user: User) {
  return (await user.call("GET", "/credits")).body.data;
}
