// How a production's end is heard of: by waiting for it, and by a webhook; and what it would cost to make a part of it anew.
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Receiver, startReceiver } from "../servers/receiver.ts";
import { type Product, startProduct } from "./local.ts";
import { listAll, type ShownJob, type User, until } from "./user.ts";

let product: Product;
let receiver: Receiver;
let user: User;

beforeAll(async () => {
  receiver = await startReceiver();
  product = await startProduct({
    environment: { WELCOME_CREDITS: "1000", TIMER_SECONDS: "1", TRUSTED_HOSTS: `127.0.0.1:${receiver.port}` },
  });
  user = await product.register();
  receiver.secrets = [(await user.call("GET", "/webhooks/secret")).body.data.secret];
});

afterAll(async () => {
  await product.close();
  await receiver.close();
});

const film = { title: "Pier", prompt: "two people wait", durationSec: 10, scenesPerEpisode: 1, seed: 1, music: false };
let id: string;
let projectId: string;

test("who waits gets the film with the first answer, and a webhook of the same", async () => {
  const headers = { prefer: "wait=25", "idempotency-key": "k" };
  const json = { ...film, webhook_url: `${receiver.url}/films` };
  const made = await user.call("POST", "/projects/generate-drama", { json, headers });
  ({ id, projectId } = made.body.data);
  // On a machine that has much else to do it may take longer: then it is waited for.
  expect([201, 202]).toContain(made.status);
  const shown = async () =>
    (await user.call("GET", `/productions/${id}`, { headers: { prefer: "wait=20" } })).body.data;
  const production = made.status === 201 ? made.body.data : await until(shown, ({ status }) => status === "completed");
  expect(production).toMatchObject({ status: "completed", percent: 100 });
  const again = await user.call("POST", "/projects/generate-drama", { json, headers });
  expect([again.status, again.body.data.id]).toEqual([200, id]);
  const [message] = await receiver.got(1);
  expect(message?.body).toEqual({ type: "production.completed", timestamp: production.completedAt, data: production });
  const { items } = (await user.call("GET", "/webhooks/deliveries")).body.data;
  expect(items).toMatchObject([{ id: `${id}-1`, jobId: null, productionId: id, round: 1, attempts: 1 }]);
}, 90_000);

test("a delivery of a production is sent again like that of a job", async () => {
  expect((await user.call("POST", `/webhooks/deliveries/${id}-1/redeliver`)).status).toBe(202);
  const messages = await receiver.got(2);
  expect(messages[1]?.body).toEqual(messages[0]?.body);
});

test("what a remake makes and costs is told before, and a webhook tells of its end", async () => {
  const quoted = await user.call("POST", `/productions/${id}/quote`, { json: { remake: ["still-e1s1h1"] } });
  expect(quoted.status).toBe(200);
  const { parts, price } = quoted.body.data;
  expect(parts).toEqual(expect.arrayContaining(["still-e1s1h1", "clip-e1s1h1", "cut-e1s1-16x9", "episode-e1-16x9"]));
  expect(parts).not.toContain("portrait-c1");
  const remade = await user.call("POST", `/productions/${id}/nodes/still-e1s1h1/remake`, { json: {} });
  expect([remade.status, remade.body.data.budget]).toEqual([202, price]);
  const early = await user.call("POST", `/productions/${id}/quote`, { json: {} });
  expect([early.status, early.body.error.type]).toEqual([409, "conflict"]);
  await until(
    async () => (await user.call("GET", `/productions/${id}`, { headers: { prefer: "wait=20" } })).body.data.status,
    (status) => status === "completed",
  );
  const messages = await receiver.got(3);
  expect(messages[2]?.body).toMatchObject({ type: "production.completed", data: { id, round: 2 } });
}, 60_000);

test("an edit is quoted before it is made: the line, its cut and its episode, and nothing else", async () => {
  const quote = async (json: object) => (await user.call("POST", `/projects/${projectId}/quote`, { json })).body;
  // The still was made anew, so that what was made from the old one is there, too.
  const before: string[] = (await quote({})).data.parts;
  expect((await quote({})).data.stale).toEqual(before);
  const { items: scenes } = await listAll(user, `/projects/${projectId}/scenes`);
  const lines = scenes[0]?.lines.map((line: ShownJob, i: number) =>
    i === 0 ? { ...line, text: "No, it left." } : line,
  );
  const { parts, stale, price } = (await quote({ edit: { scenes: [{ id: "e1s1", lines }] } })).data;
  const own = ["line-e1s1l1", "cut-e1s1-16x9", "episode-e1-16x9", "subtitles-e1-srt", "subtitles-e1-vtt"];
  expect(parts.toSorted()).toEqual([...new Set([...own, ...before])].toSorted());
  expect(stale).toEqual(parts);
  expect(price).toBeGreaterThan(0);
  expect((await quote({})).data.parts).toEqual(before);
  const wrong = await quote({ edit: { scenes: [{ id: "e1s1", version: 1 }] } });
  expect(wrong.error.details[0].path).toContain("edit.scenes.0");
  const stranger = await quote({ edit: { scenes: [{ id: "e2s1", mood: "sad" }] } });
  expect(stranger.error.details).toEqual([{ path: "edit.scenes.0.id", message: "is not there in this draft" }]);
});

test("a webhook's address is checked before anything is started, and a project goes although it is filmed", async () => {
  const foreign = await user.call("POST", `/projects/${projectId}/productions`, {
    json: { webhookUrl: "http://10.0.0.7/hook" },
  });
  expect([foreign.status, foreign.body.error.details[0].path]).toEqual([400, "webhookUrl"]);
  const started = await user.call("POST", "/projects/generate-drama", {
    json: { ...film, seed: 2, webhookUrl: `${receiver.url}/films` },
  });
  const { id: running, projectId: filmed } = started.body.data;
  expect((await user.call("DELETE", `/projects/${filmed}`)).status).toBe(200);
  expect((await user.call("GET", `/projects/${filmed}`)).status).toBe(404);
  const messages = await receiver.got(4);
  expect(messages[3]?.body).toMatchObject({
    type: "production.cancelled",
    data: { id: running, reason: "project_deleted" },
  });
  const gone = async () => (await user.call("GET", `/productions/${running}`)).status;
  expect(await until(gone, (status) => status === 404)).toBe(404);
  expect((await user.call("GET", "/credits")).body.data.held).toBe(0);
}, 60_000);
