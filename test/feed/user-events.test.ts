import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { MAX_STREAMS_PER_USER } from "../../shared/http/open-streams.ts";
import { type Product, startProduct } from "../api/local.ts";
import { create, follow, type User } from "../api/user.ts";
import { type WaitingProvider, waitingProvider } from "../api/waiting-provider.ts";
import { type EventReader, type ReadEvent, readEvents } from "./event-source.ts";

const json = { prompt: "a lake", provider: "scripted" };

let provider: WaitingProvider;
let product: Product;
let user: User;

beforeAll(async () => {
  provider = waitingProvider();
  const environment = { MAX_ACTIVE_JOBS: "50", WELCOME_CREDITS: "1000" };
  product = await startProduct({ providers: [provider.provider], environment });
  user = await product.register();
});

afterAll(() => product.close());
afterEach(() => provider.resume());

function listen(lastEventId?: string): Promise<EventReader> {
  return readEvents(`${product.url}/api/v1/events`, {
    token: user.token,
    ...(lastEventId === undefined ? {} : { lastEventId }),
  });
}

async function next(reader: EventReader, isIt: (event: ReadEvent) => boolean): Promise<ReadEvent> {
  for (;;) {
    const event = await reader.next();
    if (isIt(event)) return event;
  }
}

describe("the stream of everything", () => {
  test("begins with what is under way, tells of what begins and ends, and goes on when all has ended", async () => {
    const before = await create(user, json);
    const reader = await listen();
    expect(reader.response.headers).toMatchObject({ "content-type": "text/event-stream", "x-accel-buffering": "no" });
    const snapshot = await reader.next();
    expect(snapshot).toMatchObject({
      event: "snapshot",
      data: { jobs: [{ id: before.id, prompt: "a lake" }], productions: [], missed: false },
    });
    const later = await create(user, json);
    const first = await next(reader, ({ data }) => data.jobId === later.id);
    expect(first).toMatchObject({ event: "progress", data: { job: { id: later.id, prompt: "a lake" } } });
    provider.finish();
    const ends = new Map<string, ReadEvent>();
    while (ends.size < 2) {
      const end = await next(reader, ({ event }) => event === "ended");
      ends.set(end.data.jobId, end);
    }
    for (const { id } of [before, later]) {
      const shown = (await user.call("GET", `/jobs/${id}`)).body.data;
      expect(ends.get(id)?.data.job).toEqual({ ...shown, updatedAt: expect.any(String) });
    }
    const third = await create(user, { prompt: "a pond", size: "64x64", provider: "sketch" });
    const end = await next(reader, ({ event }) => event === "ended");
    expect(end.data).toMatchObject({ jobId: third.id, job: { status: "completed" } });
    reader.leave();
  });

  test("goes on behind Last-Event-ID after the server was gone, with what happened meanwhile and without a snapshot", async () => {
    const job = await create(user, json);
    const first = await listen();
    await first.next();
    const seen = await next(first, ({ data }) => data.stage === "generating");
    await product.restart();
    await first.end();
    expect(first.retryMs()).not.toBeNull();
    const meanwhile = await create(user, { prompt: "a pond", size: "64x64", provider: "sketch" });
    await follow(user, meanwhile.id);
    const second = await listen(first.events.at(-1)?.id);
    provider.finish();
    const told = new Map<string, number[]>();
    for (let ends = 0; ends < 2; ) {
      const { event, data } = await second.next();
      expect(event).not.toBe("snapshot");
      told.set(data.jobId, [...(told.get(data.jobId) ?? []), data.n]);
      if (event === "ended") ends++;
    }
    const from = first.events.filter(({ data }) => data.jobId === job.id).at(-1)?.data.n ?? seen.data.n;
    expect(told.get(job.id)).toEqual(told.get(job.id)?.map((_, i) => from + 1 + i));
    expect(told.get(meanwhile.id)).toHaveLength(1);
    second.leave();
  });

  test("takes one of the streams that a user may have", async () => {
    const open = await Promise.all(Array.from({ length: MAX_STREAMS_PER_USER }, () => listen()));
    const refused = await user.call("GET", "/events");
    expect([refused.status, refused.headers.get("retry-after")]).toEqual([429, "10"]);
    for (const reader of open) reader.leave();
  });

  test("ends for whoever has another password", async () => {
    const other = await product.register();
    const reader = await readEvents(`${product.url}/api/v1/events`, { token: other.token });
    await reader.next();
    const passwords = { password: "another horse", currentPassword: other.password };
    expect((await other.call("PUT", "/users/me", { json: passwords })).status).toBe(200);
    await reader.end();
    expect(reader.retryMs()).not.toBeNull();
  });
});

describe("since", () => {
  test("answers as JSON what the stream would have told, and where to go on", async () => {
    const start = (await user.call("GET", "/events?since=0")).body.data;
    expect(start.items).toMatchObject([{ event: "snapshot", data: { missed: false } }]);
    const { id } = await create(user, { prompt: "a pond", size: "64x64", provider: "sketch" });
    await follow(user, id);
    const { items, next } = (await user.call("GET", `/events?since=${start.next}`)).body.data;
    expect(items).toMatchObject([{ event: "ended", data: { jobId: id, job: { status: "completed" } } }]);
    const none = (await user.call("GET", `/events?since=${next}`)).body.data;
    expect(none.items).toEqual([]);
  });

  test("and Last-Event-ID are places of ours, or 400; without a token it is 401", async () => {
    for (const place of ["x", "-1", "1", "1.A", "1.AAAA"]) {
      const answers = [
        await user.call("GET", `/events?since=${place}`),
        await user.call("GET", "/events", { headers: { "last-event-id": place } }),
      ];
      expect(answers.map(({ status }) => status)).toEqual([400, 400]);
      expect(answers.map(({ body }) => body.error.details[0].path)).toEqual(["since", "header.last-event-id"]);
    }
    expect((await product.call("GET", "/events?since=0")).status).toBe(401);
  });
});
