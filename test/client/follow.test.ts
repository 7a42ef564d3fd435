// Following a job through connections that break, say nothing, or are no streams at all.
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import {
  type Client,
  createClient,
  type FeedEvent,
  failureOf,
  follow,
  isEnded,
  wait,
} from "../../clients/js/src/index.ts";
import { waitingProvider } from "../api/waiting-provider.ts";
import type { Treatment } from "../servers/crooked-proxy.ts";
import { type Ground, startGround } from "./ground.ts";

const slow = waitingProvider();
let ground: Ground;
let client: Client;

beforeAll(async () => {
  ground = await startGround({ providers: [slow.provider] });
});
afterAll(() => ground.close());
beforeEach(async () => {
  slow.resume();
  client = await ground.newClient();
  ground.proxy.requests = [];
});
afterEach(() => {
  ground.proxy.treat = () => "pass";
});

const streams = () => ground.proxy.requests.filter(({ path }) => path.endsWith("/events"));
const looks = () => ground.proxy.requests.filter(({ path }) => path.includes("/events?since="));

/** Each stream is treated so; all else passes. */
function treatStreams(treatment: Treatment): void {
  ground.proxy.treat = (path) => (path.endsWith("/events") ? treatment : "pass");
}

/** All events of a new job, which ends when its first progress was seen. */
async function followed(options = {}): Promise<FeedEvent[]> {
  const { id } = await client.generateImage({ prompt: "a lake" });
  const events: FeedEvent[] = [];
  for await (const event of follow(client, id, options)) {
    events.push(event);
    if (events.length === 2) slow.finish();
  }
  return events;
}

/** Each number once and in order, and at the end the job. */
function expectWhole(events: readonly FeedEvent[]): void {
  const numbers = events.map(({ n }) => n);
  expect(numbers).toEqual(numbers.map((_, index) => index + 1));
  expect(events.at(-1)).toMatchObject({ status: "completed", stage: "done", job: { status: "completed" } });
  expect(events.slice(0, -1).every(({ job }) => job === undefined)).toBe(true);
}

test("one stream brings every event once, in order, and the job at the end", async () => {
  expectWhole(await followed());
  expect(streams()).toHaveLength(1);
});

test("a stream that breaks is taken up behind the last event that came", async () => {
  treatStreams("one-event");
  expectWhole(await followed());
  const ids = streams().map(({ lastEventId }) => Number(lastEventId ?? 0));
  expect(ids.length).toBeGreaterThan(2);
  expect(ids).toEqual(ids.toSorted((a, b) => a - b));
  expect(ids.at(-1)).toBeGreaterThan(1);
  expect(looks()).toHaveLength(0);
});

test.each<[string, Treatment]>([
  ["never come through", "refuse"],
  ["are held back", "mute"],
  ["come as something else", { status: 200, headers: { "content-type": "text/html" }, body: "<p>Loading</p>" }],
])("where streams %s, it asks for what is new", async (_, treatment) => {
  treatStreams(treatment);
  expectWhole(await followed({ silenceMs: 300, pollMs: 100 }));
  expect(looks().length).toBeGreaterThan(1);
  // Another one now and then, but not where it would be held back again.
  const more = treatment === "mute" ? 0 : Math.floor(looks().length / 30);
  expect(streams()).toHaveLength(3 + more);
});

test("a server that is stopped and started is followed on", async () => {
  const { id } = await client.generateImage({ prompt: "a lake" });
  const events: FeedEvent[] = [];
  for await (const event of follow(client, id)) {
    events.push(event);
    if (events.length !== 2) continue;
    await ground.product.restart({ environment: { PORT: new URL(ground.product.url).port } });
    slow.finish();
  }
  expectWhole(events);
});

test("a job that has ended is told of at once, with its job; whoever knows its end hears nothing more", async () => {
  slow.finish();
  const job = await wait(client, await client.generateImage({ prompt: "a lake" }));
  const again: FeedEvent[] = [];
  for await (const event of follow(client, job.id)) again.push(event);
  expect(again.at(-1)?.job).toEqual(job);
  for await (const event of follow(client, job.id, { after: again.at(-1)?.n ?? 0 })) expect(event).toBe(null);
});

test("waiting tells the progress, and answers the job however it ended", async () => {
  const made = await client.generateImage({ prompt: "a lake" });
  const seen: string[] = [];
  const ended = wait(client, made, { onProgress: ({ stage }) => seen.push(stage) });
  await expect.poll(() => seen).toContain("generating");
  await client.cancelJob(made.id);
  expect(await ended).toMatchObject({ id: made.id, status: "cancelled" });
  expect(seen.at(-1)).toBe("done");
  expect(isEnded(made)).toBe(false);
  expect(await wait(client, await ended)).toBe(await ended);
});

test("what another connection would not change is an error at once", async () => {
  const nobody = createClient({ baseUrl: ground.proxy.url, token: "no token" });
  const nothing = "01900000-0000-7000-8000-000000000001";
  expect(await wait(nobody, nothing).catch(failureOf)).toMatchObject({ type: "unauthenticated", status: 401 });
  expect(await wait(client, nothing).catch(failureOf)).toMatchObject({ type: "not_found", status: 404 });
  expect(streams()).toHaveLength(2);
});

test("an aborted wait ends, and the job goes on", async () => {
  const job = await client.generateImage({ prompt: "a lake" });
  const controller = new AbortController();
  const waiting = wait(client, job, { signal: controller.signal, onProgress: () => controller.abort() });
  expect(await waiting.catch(failureOf)).toEqual({ type: "aborted", status: null });
  slow.finish();
  expect(await wait(client, job)).toMatchObject({ status: "completed" });
});
