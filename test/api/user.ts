// Somebody who uses the API over HTTP, and what such a user can find out.
import { expect } from "vitest";
import { type Answer, type CallOptions, request } from "../http/api.ts";

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
  const { status, body } = await callerOf(url)("POST", "/auth/register", { json });
  expect([status, body.message]).toEqual([201, "success"]);
  const { userId, token } = body.data;
  return { userId, token, email: json.email, password: json.password, call: callerOf(url, token) };
}

/** Asks for a picture, or with `path` for something else. Expects 202. */
export async function create(user: User, json: object, path = "/ai/generate-image"): Promise<ShownJob> {
  const answer = await user.call("POST", path, { json });
  expect([answer.status, answer.body.message]).toEqual([202, "success"]);
  return answer.body.data;
}

/** The patience of tests with anything that has to happen by itself. */
const PATIENCE_MS = 40_000;

/** Reads the job until it is as wanted; by default until it has ended. */
export async function follow(user: User, jobId: string, isThere = hasEnded): Promise<ShownJob> {
  return until(
    async () => (await user.call("GET", `/jobs/${jobId}`)).body.data,
    (job) => job !== null && isThere(job),
  );
}

/** Asks again until the answer is right, and gives up with the latest one. */
export async function until<T>(ask: () => Promise<T>, isRight: (answer: T) => boolean): Promise<T> {
  const giveUpAt = Date.now() + PATIENCE_MS;
  for (;;) {
    const answer = await ask();
    if (isRight(answer)) return answer;
    if (Date.now() > giveUpAt) throw new Error(`It never came. The latest: ${JSON.stringify(answer)}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
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
