// The client on a bad line: whatever is cut, spoiled, refused or repeated, one wish is one charge, and its caller gets the one job.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type Client, createClient, failureOf, wait } from "../../clients/js/src/index.ts";
import type { Treatment } from "../servers/crooked-proxy.ts";
import { type Ground, startGround } from "./ground.ts";

let ground: Ground;
let client: Client;

beforeAll(async () => {
  ground = await startGround();
});
afterAll(() => ground.close());
beforeEach(async () => {
  client = await ground.newClient();
  ground.proxy.requests = [];
});
afterEach(() => {
  ground.proxy.next = [];
  ground.proxy.treat = () => "pass";
});

const wish = { prompt: "a lake", size: "64x64" };

/** What one thing has cost: the balance, the jobs, and the lines of the ledger. */
async function charged() {
  const { balance, held, totalSpent } = await client.getCredits();
  const { items } = await client.listJobs();
  const lines = (await client.listTransactions()).items.filter(({ type }) => type === "charge");
  return { balance, held, totalSpent, jobs: items.map(({ id }) => id), charges: lines.length };
}

const busy: Treatment = { status: 429, headers: { "retry-after": "0" } };
const away: Treatment = { status: 503, headers: { "retry-after": "0" } };
const bad: Treatment = { status: 502, body: "<h1>Bad gateway</h1>" };

const lines: [name: string, treatments: Treatment[]][] = [
  ["nothing happens", []],
  ["the connection breaks before the server hears of it", ["refuse"]],
  ["the answer is lost", ["lose"]],
  ["the answer is lost three times", ["lose", "lose", "lose"]],
  ["the answer breaks off", ["halve"]],
  ["a gateway says 500 after it was done", ["spoil"]],
  ["the request arrives twice", ["twice"]],
  ["it is too much at first", [busy, busy]],
  ["the server is away at first", [away, bad]],
  ["all of that at once", ["lose", busy, "spoil"]],
];

describe("One wish is charged once, and answered with its one job, when", () => {
  test.each(lines)("%s", async (_, treatments) => {
    ground.proxy.next = [...treatments];
    const job = await client.generateImage(wish);
    const keys = new Set(ground.proxy.requests.map(({ key }) => key));
    const isRepeated = treatments.filter((each) => each !== "twice").length;
    expect(ground.proxy.requests).toHaveLength(1 + isRepeated);
    expect(keys.size).toBe(1);
    expect([...keys][0]).toMatch(/^[0-9a-f-]{36}$/);
    expect((await wait(client, job)).status).toBe("completed");
    expect(await charged()).toEqual({ balance: 99, held: 0, totalSpent: 1, jobs: [job.id], charges: 1 });
  });
});

test("a caller that gives up, and comes again with the same key, is charged once", async () => {
  ground.proxy.treat = () => "lose";
  const idempotencyKey = "order-17";
  const hasty = createClient({ baseUrl: ground.proxy.url, token: client.token, retries: 1 });
  expect(failureOf(await hasty.generateImage(wish, { idempotencyKey }).catch((error) => error))).toMatchObject({
    type: "no_connection",
  });
  ground.proxy.treat = () => "pass";
  const job = await client.generateImage(wish, { idempotencyKey });
  await wait(client, job);
  expect(await charged()).toMatchObject({ balance: 99, jobs: [job.id], charges: 1 });
});

test("two wishes of the same words are two jobs", async () => {
  const jobs = await Promise.all([client.generateImage(wish), client.generateImage(wish)]);
  expect(new Set(jobs.map(({ id }) => id)).size).toBe(2);
  for (const job of jobs) await wait(client, job);
  expect(await charged()).toMatchObject({ balance: 98, charges: 2 });
});

test("what carries no key and changes something is sent once: a retry of a job whose answer was lost is no second round", async () => {
  const { id, status } = await wait(client, await client.generateImage({ imageUrl: "http://localhost/no.png" }));
  expect(status).toBe("failed");
  ground.proxy.requests = [];
  ground.proxy.next = ["lose"];
  const thrown = await client.retryJob(id).catch((error) => error);
  expect(failureOf(thrown)).toEqual({ type: "no_connection", status: null });
  expect(ground.proxy.requests.filter(({ method }) => method === "POST")).toHaveLength(1);
  expect((await client.getJob(id)).round).toBe(2);
});

test("what it refuses for good is asked for once: no credits, a wrong body, a key for another body", async () => {
  const failures = [
    await client.generateVideo({ prompt: "x".repeat(4001) }).catch(failureOf),
    await client
      .generateImage(wish, { idempotencyKey: "k" })
      .then(() => client.generateImage({ prompt: "b" }, { idempotencyKey: "k" }).catch(failureOf)),
  ];
  expect(failures).toMatchObject([
    { type: "invalid_request", status: 400, details: [{ path: "prompt" }] },
    { type: "idempotency_mismatch", status: 422 },
  ]);
  expect(ground.proxy.requests).toHaveLength(3);
});

test("what was deleted by a call whose answer was lost is deleted, and no error", async () => {
  const job = await wait(client, await client.generateImage(wish));
  ground.proxy.next = ["lose"];
  expect(await client.deleteJob(job.id)).toBe(null);
  expect(await client.deleteJob(job.id).catch(failureOf)).toMatchObject({ type: "not_found", status: 404 });
});

test("whoever has to wait too long is told, and how long", async () => {
  ground.proxy.next = [
    {
      status: 429,
      headers: { "retry-after": "3600", "content-type": "application/json" },
      body: JSON.stringify({
        code: 429,
        message: "Too many.",
        data: null,
        error: { type: "rate_limited", requestId: "r", details: [] },
      }),
    },
  ];
  expect(await client.getCredits().catch(failureOf)).toMatchObject({ type: "rate_limited", retryAfterMs: 3_600_000 });
  expect(ground.proxy.requests).toHaveLength(1);
});

test("an aborted call ends at once, also while it waits to be sent again", async () => {
  ground.proxy.treat = () => ({ status: 503, headers: { "retry-after": "50" } });
  const controller = new AbortController();
  const failed = client.generateImage(wish, { signal: controller.signal }).catch(failureOf);
  await expect.poll(() => ground.proxy.requests.length).toBe(1);
  controller.abort();
  expect(await failed).toEqual({ type: "aborted", status: null });
});
