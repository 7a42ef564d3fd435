import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { MAX_STREAMS_PER_USER } from "../../shared/http/open-streams.ts";
import { type Product, startProduct } from "../api/local.ts";
import { create, follow, type ShownJob, type User } from "../api/user.ts";
import { type WaitingProvider, waitingProvider } from "../api/waiting-provider.ts";
import { openRaw } from "../runtime/raw-connection.ts";
import { type EventReader, readEvents } from "./event-source.ts";

const origin = "https://app.example";
const json = { prompt: "a lake", provider: "scripted" };

let provider: WaitingProvider;
let product: Product;
let user: User;

beforeAll(async () => {
  provider = waitingProvider();
  product = await startProduct({
    providers: [provider.provider],
    environment: { CORS_ORIGINS: origin, MAX_ACTIVE_JOBS: "50", WELCOME_CREDITS: "1000" },
  });
  user = await product.register();
});

afterAll(() => product.close());
afterEach(() => provider.resume());

function listen(
  job: ShownJob,
  options: { lastEventId?: string | number; headers?: Record<string, string>; token?: string } = {},
) {
  return readEvents(`${product.url}/api/v1/jobs/${job.id}/events`, { token: user.token, ...options });
}

/** A job that has ended. */
async function ended(): Promise<ShownJob> {
  const { id } = await create(user, { prompt: "a pond", size: "64x64", provider: "sketch" });
  return follow(user, id);
}

describe("a stream", () => {
  test("tells what happens as it happens, ends with the whole job and with when to come back", async () => {
    const job = await create(user, json);
    const reader = await listen(job);
    let event = await reader.next();
    expect(event).toMatchObject({
      id: "1",
      event: "progress",
      data: { n: 1, status: "pending", stage: "queued", progress: 0 },
    });
    while (event.data.stage !== "generating") event = await reader.next();
    expect(event.data).toMatchObject({ status: "processing", progress: 40 });
    provider.finish();
    const events = await reader.end();
    expect(events.map(({ id }) => id)).toEqual(events.map((_, index) => String(index + 1)));
    expect(events.map(({ id, data }) => [id, Number.isNaN(Date.parse(data.at))])).toEqual(
      events.map(({ data }) => [String(data.n), false]),
    );
    expect(events.map(({ event }) => event)).toEqual([...events.slice(1).map(() => "progress"), "end"]);
    const shown = (await user.call("GET", `/jobs/${job.id}`)).body.data;
    expect(events.at(-1)?.data).toMatchObject({
      status: "completed",
      stage: "done",
      progress: 100,
      job: { ...shown, updatedAt: expect.any(String) },
    });
    expect(reader.retryMs()).toBeGreaterThanOrEqual(1000);
    expect(reader.response.complete).toBe(true);
  });

  test("is never kept, changed or collected on its way, and pages of allowed origins may read it", async () => {
    const reader = await listen(await ended(), { headers: { origin } });
    expect(reader.response.headers).toMatchObject({
      "content-type": "text/event-stream",
      "cache-control": "no-cache, no-transform",
      "x-accel-buffering": "no",
      "access-control-allow-origin": origin,
      "x-request-id": expect.any(String),
      connection: "close",
    });
    await reader.end();
  });

  test("of a job that has ended tells everything at once", async () => {
    const job = await ended();
    const events = await (await listen(job)).end();
    expect(events[0]?.id).toBe("1");
    expect(events.at(-1)).toMatchObject({ event: "end", data: { job: { resultUrls: job.resultUrls } } });
  });

  test("goes on behind Last-Event-ID, also after a restart of the server", async () => {
    const job = await create(user, json);
    const first = await listen(job);
    let event = await first.next();
    while (event.data.stage !== "generating") event = await first.next();
    await product.restart();
    expect(await first.end()).toEqual(first.events);
    expect(first.retryMs()).not.toBeNull();
    const second = await listen(job, { lastEventId: event.id });
    provider.finish();
    const rest = await second.end();
    expect(rest.map(({ id }) => Number(id))).toEqual(rest.map((_, index) => Number(event.id) + 1 + index));
    expect(rest.at(-1)).toMatchObject({ event: "end", data: { status: "completed" } });
  });

  test("is 204 for whoever knows the end, so that a browser does not come back; a retry by the user opens it again", async () => {
    const job = await create(user, json);
    provider.finish({ state: "failed", failure: { type: "moderation_blocked", message: "no", retryable: false } });
    const end = (await (await listen(job)).end()).at(-1);
    expect(end).toMatchObject({
      event: "end",
      data: { status: "failed", job: { error: { type: "moderation_blocked" } } },
    });
    const again = await user.call("GET", `/jobs/${job.id}/events`, { headers: { "last-event-id": String(end?.id) } });
    expect([again.status, again.body]).toEqual([204, null]);

    provider.resume();
    provider.finish();
    await user.call("POST", `/jobs/${job.id}/retry`);
    const events = await (await listen(job, { lastEventId: end?.id ?? "" })).end();
    expect(events[0]).toMatchObject({
      id: String(Number(end?.id) + 1),
      event: "progress",
      data: { status: "pending" },
    });
    expect(events.at(-1)).toMatchObject({ event: "end", data: { status: "completed" } });
  });

  test("answers HEAD with its head alone, as often as one likes", async () => {
    const job = await create(user, json);
    for (let i = 0; i <= MAX_STREAMS_PER_USER; i++) {
      const response = await fetch(`${product.url}/api/v1/jobs/${job.id}/events`, {
        method: "HEAD",
        headers: { authorization: `Bearer ${user.token}` },
      });
      expect([response.status, response.headers.get("content-type"), await response.text()]).toEqual([
        200,
        "text/event-stream",
        "",
      ]);
    }
    provider.finish();
    await follow(user, job.id);
  });

  test("speaks HTTP/1.0 without chunks: the connection's end is its end", async () => {
    const job = await ended();
    const raw = await openRaw(Number(new URL(product.url).port));
    raw.write(`GET /api/v1/jobs/${job.id}/events HTTP/1.0\r\nAuthorization: Bearer ${user.token}\r\n\r\n`);
    const [head = "", ...blocks] = (await raw.end()).split("\r\n\r\n");
    expect(head).not.toMatch(/transfer-encoding|content-length/i);
    expect(blocks.join("")).toMatch(
      /^id: 1\nevent: progress\ndata: \{[\s\S]*\nevent: end\ndata: [\s\S]*\n\nretry: \d+\n\n$/,
    );
  });
});

describe("so many streams", () => {
  test(`as ${MAX_STREAMS_PER_USER} a user may have open; one more is 429, others have their own, and a place is free when one leaves`, async () => {
    const job = await create(user, json);
    const open: EventReader[] = [];
    for (let i = 0; i < MAX_STREAMS_PER_USER; i++) open.push(await listen(job));
    const refused = await user.call("GET", `/jobs/${job.id}/events`);
    expect([refused.status, refused.body.error.type, refused.headers.get("retry-after")]).toEqual([
      429,
      "rate_limited",
      "10",
    ]);
    const since = await user.call("GET", `/jobs/${job.id}/events?since=0`);
    expect(since.status).toBe(200);

    const other = await product.register();
    const theirs = await create(other, { prompt: "mine", size: "64x64", provider: "sketch" });
    await (await listen(theirs, { token: other.token })).end();

    open[0]?.leave();
    let next = await listen(job);
    while (next.response.statusCode === 429) next = await listen(job);
    expect(next.response.statusCode).toBe(200);
    provider.finish();
    for (const reader of [...open.slice(1), next]) expect((await reader.end()).at(-1)?.event).toBe("end");
  });

  test("end with the server, with when to come back and without being cut", async () => {
    const job = await create(user, json);
    const open = await Promise.all(Array.from({ length: 10 }, () => listen(job)));
    for (const reader of open) await reader.next();
    await product.restart();
    for (const reader of open) {
      await reader.end();
      expect(reader.retryMs()).not.toBeNull();
      expect(reader.response.complete).toBe(true);
    }
    provider.finish();
    await follow(user, job.id);
  });
});

describe("since", () => {
  test("answers what is newer as JSON, and where to go on", async () => {
    const job = await ended();
    const all = (await user.call("GET", `/jobs/${job.id}/events?since=0`)).body.data;
    expect(all.items.map(({ n }: { n: number }) => n)).toEqual(all.items.map((_: unknown, index: number) => index + 1));
    expect(all.items.at(-1)).toMatchObject({ n: all.next, status: "completed", job: { id: job.id } });
    const some = (await user.call("GET", `/jobs/${job.id}/events?since=2`)).body.data;
    expect(some).toEqual({ items: all.items.slice(2), next: all.next });
    for (const since of [all.next, 999_999]) {
      const none = await user.call("GET", `/jobs/${job.id}/events?since=${since}`);
      expect([none.status, none.body.data]).toEqual([200, { items: [], next: all.next }]);
    }
  });

  test.each(["", "x", "-1", "1.5", "01", "1e3", "9999999999999999", "1&since=2", "0&limit=1"])(
    "%s is 400",
    async (since) => {
      const { status, body } = await user.call(
        "GET",
        `/jobs/01900000-0000-7000-8000-000000000001/events?since=${since}`,
      );
      expect([status, body.error.type]).toEqual([400, "invalid_request"]);
    },
  );
});

test.each(["x", "-1", "1.5", "01", "1, 2", "9999999999999999", "null"])("the Last-Event-ID %s is 400", async (id) => {
  const answer = await user.call("GET", "/jobs/01900000-0000-7000-8000-000000000001/events", {
    headers: { "last-event-id": id },
  });
  expect([answer.status, answer.body.error.details[0].path]).toEqual([400, "header.last-event-id"]);
});

test("what belongs to others, or to nobody, is 404; without a token it is 401", async () => {
  const job = await ended();
  const other = await product.register();
  const paths = [`/jobs/${job.id}/events`, "/jobs/01900000-0000-7000-8000-000000000001/events", "/jobs/x/events"];
  for (const path of paths) {
    for (const asked of [path, `${path}?since=0`]) {
      expect((await other.call("GET", asked)).status).toBe(404);
      expect((await product.call("GET", asked)).status).toBe(401);
    }
  }
});
