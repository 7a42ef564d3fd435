// Following everything over one connection that breaks, or is no stream at all.
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { type Client, download, failureOf, followAll, type PlacedEvent, wait } from "../../clients/js/src/index.ts";
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

/** Until so many have ended. */
async function heardOf(ends: number, act: () => Promise<void>, options = {}): Promise<PlacedEvent[]> {
  const heard: PlacedEvent[] = [];
  const end = new AbortController();
  let left = ends;
  for await (const event of followAll(client, { signal: end.signal, ...options })) {
    if (heard.push(event) === 1) await act();
    if (event.event === "progress" && event.data.stage === "generating") slow.finish();
    if (event.event === "ended" && --left === 0) break;
  }
  return heard;
}

test.each<[string, Treatment]>([
  ["passes", "pass"],
  ["is cut behind each event", "one-event"],
])(
  "tells of all jobs where the stream %s",
  async (_, treatment) => {
    ground.proxy.treat = (path) => (path.endsWith("/events") ? treatment : "pass");
    const ids: string[] = [];
    const heard = await heardOf(2, async () => {
      for (const prompt of ["one", "two"]) ids.push((await client.generateImage({ prompt })).id);
    });
    expect(heard[0]).toMatchObject({ event: "snapshot", data: { jobs: [], missed: false } });
    expect(heard.filter(({ event }) => event === "snapshot")).toHaveLength(1);
    const ended = heard.flatMap((each) => (each.event === "ended" && "jobId" in each.data ? [each.data.jobId] : []));
    expect(ended.toSorted()).toEqual(ids.toSorted());
    for (const id of ids) {
      const numbers = heard.flatMap(({ data }) => ("jobId" in data && data.jobId === id ? [data.n] : []));
      expect(numbers).toEqual(numbers.map((_, i) => (numbers[0] ?? 0) + i));
    }
    const streams = ground.proxy.requests.filter(({ path }) => path.endsWith("/events"));
    if (treatment === "pass") expect(streams).toHaveLength(1);
    else expect(streams.length).toBeGreaterThan(3);
  },
  60_000,
);

test("goes on behind a place that is known, with what happened meanwhile", async () => {
  const [first] = await heardOf(1, async () => void (await client.generateImage({ prompt: "one" })));
  const heard: PlacedEvent[] = [];
  for await (const event of followAll(client, { after: first?.place ?? "" })) {
    heard.push(event);
    if (event.event === "ended") break;
  }
  expect(heard.map(({ event }) => event)).toEqual(["ended"]);
});

test("asks where streams do not come through", async () => {
  ground.proxy.treat = (path) => (path.endsWith("/events") ? "lose" : "pass");
  const heard = await heardOf(1, async () => void (await client.generateImage({ prompt: "one" })), { pollMs: 50 });
  expect(heard[0]?.event).toBe("snapshot");
  expect(heard.at(-1)).toMatchObject({ event: "ended", data: { job: { status: "completed" } } });
});

test("ends for whoever has signed out", async () => {
  await client.logout();
  const failure = await followAll(client)
    .next()
    .then(() => null, failureOf);
  expect(failure?.type).toBe("unauthenticated");
});

test("a file is saved from a URL that says its name", async () => {
  slow.finish();
  const job = await wait(client, await client.generateImage({ prompt: "春江/花月夜" }));
  const file = await download(client, job.id);
  expect(file).toMatchObject({ filename: "春江 花月夜.png", contentType: "image/png" });
  const answer = await fetch(file.url);
  expect(answer.headers.get("content-disposition")).toContain(encodeURIComponent("春江 花月夜.png"));
});
