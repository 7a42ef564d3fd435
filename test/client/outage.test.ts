// The line is cut for longer than anybody goes on trying at once, and mended: whoever was following is told the rest.
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { type Client, createClient, failureOf, follow, followAll, wait } from "../../clients/js/src/index.ts";
import { waitingProvider } from "../api/waiting-provider.ts";
import { eventually } from "../patience.ts";
import { type CuttableLine, startCuttableLine } from "../servers/cuttable-line.ts";
import { type Ground, startGround } from "./ground.ts";

const slow = waitingProvider();
let ground: Ground;
let line: CuttableLine;
/** Goes over the line. */
let client: Client;

beforeAll(async () => {
  ground = await startGround({ providers: [slow.provider] });
  line = await startCuttableLine(ground.proxy.url);
});
afterAll(async () => {
  await line.close();
  await ground.close();
});
beforeEach(async () => {
  slow.resume();
  const { token } = await ground.newClient();
  client = createClient({ baseUrl: line.url, token, retries: 1 });
  ground.proxy.requests = [];
});
afterEach(() => line.mend());

/** Often, so that a minute's looks are over in seconds. */
const often = { pollMs: 50 };
const streams = () => ground.proxy.requests.filter(({ path }) => path.endsWith("/events")).length;

/** Three connections, and looks of two tries each, come to nothing. */
async function cutForLong(): Promise<void> {
  line.cut();
  await eventually(() => expect(line.inVain()).toBeGreaterThan(3 + 2 * 2));
}

test("waiting goes on, and hears the end", async () => {
  const job = await client.generateImage({ prompt: "a lake" });
  const seen: string[] = [];
  const ended = wait(client, job, { ...often, onProgress: ({ stage }) => seen.push(stage) });
  await eventually(() => expect(seen).toContain("generating"));
  await cutForLong();
  slow.finish();
  line.mend();
  expect(await ended).toMatchObject({ id: job.id, status: "completed" });
});

test("whoever has asked meanwhile reads a stream again, behind what is known", async () => {
  const { id } = await client.generateImage({ prompt: "a lake" });
  const numbers: number[] = [];
  const following = (async () => {
    for await (const { n } of follow(client, id, often)) numbers.push(n);
  })();
  await eventually(() => expect(numbers.length).toBeGreaterThan(1));
  const before = streams();
  await cutForLong();
  line.mend();
  await eventually(() => expect(streams()).toBeGreaterThan(before));
  slow.finish();
  await following;
  expect(numbers).toEqual(numbers.map((_, index) => index + 1));
  const ids = ground.proxy.requests.flatMap(({ path, lastEventId }) => (path.endsWith("/events") ? [lastEventId] : []));
  expect(Number(ids.at(-1))).toBeGreaterThanOrEqual(2);
});

test("the feed of everything goes on, with what happened meanwhile and what happens then", async () => {
  const leave = new AbortController();
  const heard: string[] = [];
  const following = (async () => {
    for await (const { event, data } of followAll(client, { ...often, signal: leave.signal })) {
      if (event === "snapshot") heard.push(event);
      if (event === "ended" && "jobId" in data) heard.push(data.jobId);
    }
  })().catch(failureOf);
  await eventually(() => expect(heard).toEqual(["snapshot"]));
  const direct = createClient({ baseUrl: ground.product.url, token: client.token });
  slow.finish();
  await cutForLong();
  const first = await wait(direct, await direct.generateImage({ prompt: "meanwhile" }));
  line.mend();
  await eventually(() => expect(heard).toEqual(["snapshot", first.id]));
  const second = await wait(direct, await direct.generateImage({ prompt: "then" }));
  await eventually(() => expect(heard).toEqual(["snapshot", first.id, second.id]));
  leave.abort();
  expect(await following).toMatchObject({ type: "aborted" });
});

test("whoever does not want to wait any longer aborts, also while the line is cut", async () => {
  const job = await client.generateImage({ prompt: "a lake" });
  const leave = new AbortController();
  const waiting = wait(client, job, { ...often, signal: leave.signal }).catch(failureOf);
  await cutForLong();
  leave.abort();
  expect(await waiting).toMatchObject({ type: "aborted" });
});

test("whoever follows hears once that nobody answers, and once that somebody does again", async () => {
  const leave = new AbortController();
  const told: boolean[] = [];
  const onReachable = (isReachable: boolean) => void told.push(isReachable);
  const following = (async () => {
    for await (const _ of followAll(client, { ...often, signal: leave.signal, onReachable }));
  })().catch(failureOf);
  await eventually(() => expect(streams()).toBe(1));
  expect(told).toEqual([]);
  for (const times of [1, 2]) {
    await cutForLong();
    expect(told.length).toBe(2 * times - 1);
    line.mend();
    await eventually(() => expect(told.length).toBe(2 * times));
  }
  expect(told).toEqual([false, true, false, true]);
  leave.abort();
  await following;
});

test.each([
  ["streams", 1],
  ["looks", 7],
])("a refusal that ends the following is an answer, too, behind an outage with %s", async (_, tries) => {
  const told: boolean[] = [];
  const onReachable = (isReachable: boolean) => void told.push(isReachable);
  const following = (async () => {
    for await (const _ of followAll(client, { ...often, onReachable }));
  })().catch(failureOf);
  await eventually(() => expect(streams()).toBe(1));
  line.cut();
  await eventually(() => expect(line.inVain()).toBeGreaterThanOrEqual(tries));
  await eventually(() => expect(told).toEqual([false]));
  await createClient({ baseUrl: ground.product.url, token: client.token }).logout();
  line.mend();
  expect(await following).toMatchObject({ type: "unauthenticated" });
  expect(told).toEqual([false, true]);
});
