// Productions by the client, on a bad line: asked for once, followed, stopped and resumed.
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import {
  type Client,
  each,
  failureOf,
  followProduction,
  isEnded,
  type Production,
  type ProductionEvent,
  waitForProduction,
} from "../../clients/js/src/index.ts";
import { waitingProvider } from "../api/waiting-provider.ts";
import { type Ground, startGround } from "./ground.ts";

/** Of pictures, which never come: productions stay under way until they are stopped. */
const slow = waitingProvider();
let ground: Ground;
let client: Client;

beforeAll(async () => {
  ground = await startGround({ providers: [slow.provider], environment: { WELCOME_CREDITS: "9000" } });
});
afterAll(() => ground.close());
beforeEach(async () => {
  client = await ground.newClient();
  ground.proxy.requests = [];
});
afterEach(() => {
  ground.proxy.treat = () => "pass";
});

const film = {
  ...{ title: "Ferry", prompt: "A ferryman waits for his last passenger." },
  ...{ durationSec: 10, episodes: 1, scenesPerEpisode: 1, music: false },
};
const streams = () => ground.proxy.requests.filter(({ path }) => path.endsWith("/events"));

test("a film whose answers are lost is asked for once, and its budget is held once", async () => {
  ground.proxy.next = ["lose", { status: 503, body: "away" }];
  const production = await client.generateDrama(film);
  expect(ground.proxy.requests.filter(({ method }) => method === "POST")).toHaveLength(3);
  expect((await client.listProductions()).items.map(({ id }) => id)).toEqual([production.id]);
  expect(await client.getCredits()).toMatchObject({ balance: 9000 - production.budget, held: production.budget });
  await client.cancelProduction(production.id);
  const ended = await waitForProduction(client, production);
  expect(await client.getCredits()).toMatchObject({ balance: 9000 - ended.cost, held: 0 });
});

test("it is followed through streams that break, each event once, to the one that has the production", async () => {
  const { id } = await client.generateDrama(film);
  ground.proxy.treat = (path) => (path.endsWith("/events") ? "one-event" : "pass");
  const events: ProductionEvent[] = [];
  for await (const event of followProduction(client, id)) {
    events.push(event);
    if (events.length === 3) await client.cancelProduction(id);
  }
  const numbers = events.map(({ n }) => n);
  expect(numbers).toEqual(numbers.map((_, index) => index + 1));
  expect(events.at(-1)).toMatchObject({ status: "cancelled", production: { id, status: "cancelled" } });
  expect(events.slice(0, -1).every(({ production }) => production === undefined)).toBe(true);
  expect(streams().length).toBeGreaterThan(2);
});

test("what was stopped is resumed, once though its answer is lost, and waiting is for the new end, not for the old one", async () => {
  const first: Production = await client.generateDrama(film);
  await client.cancelProduction(first.id);
  const stopped = await waitForProduction(client, first.id);
  expect(stopped).toMatchObject({ status: "cancelled", round: 1 });
  expect(await waitForProduction(client, stopped)).toBe(stopped);
  ground.proxy.next = ["lose", "lose"];
  const resumed = await client.resumeProduction(first.id, {});
  expect([resumed.round, isEnded(resumed)]).toEqual([2, false]);
  const stages: string[] = [];
  const ended = waitForProduction(client, resumed, { onProgress: ({ stage }) => stages.push(stage) });
  await expect.poll(() => stages.includes("pictures") || stages.includes("voices")).toBe(true);
  await client.cancelProduction(first.id);
  expect(await ended).toMatchObject({ status: "cancelled", round: 2 });
  const nodes: string[] = [];
  for await (const { id } of each((cursor) => client.listNodes(first.id, { cursor, limit: 2 }))) nodes.push(id);
  expect(nodes).toContain("screenplay");
  expect(new Set(nodes).size).toBe(nodes.length);
});

test("what another connection would not change is an error at once", async () => {
  const nothing = "01900000-0000-7000-8000-000000000001";
  expect(await waitForProduction(client, nothing).catch(failureOf)).toMatchObject({ type: "not_found", status: 404 });
  expect(streams()).toHaveLength(1);
});
