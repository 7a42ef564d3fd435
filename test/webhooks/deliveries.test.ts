// What a receiver gets to hear, how often, and what the owner sees of it.
import { describe, expect, it } from "vitest";
import { cancelJob } from "../../shared/jobs/asking/cancel.ts";
import { retryJob } from "../../shared/jobs/asking/retry.ts";
import { keyOf } from "../../shared/jobs/job.ts";
import { publicJob } from "../../shared/jobs/reading/public-job.ts";
import { deliver } from "../../shared/webhooks/deliver.ts";
import { deliveryItemKey } from "../../shared/webhooks/delivery.ts";
import { publicDelivery, redeliver } from "../../shared/webhooks/read.ts";
import { readSecrets, rotateSecret } from "../../shared/webhooks/secret.ts";
import { dying, itemPut } from "../jobs/intercept.ts";
import { delivered, failing as failingTask, running, started } from "../jobs/outcomes.ts";
import { userId } from "../jobs/request.ts";
import { cut, endless, failing, first, gone } from "../servers/receiver.ts";
import { webhookWorlds } from "./fixture.ts";

const open = webhookWorlds();
const DAY = 24 * 60 * 60_000;
const broken = failingTask({ message: "The machine is on fire.", retryable: false });

describe("A receiver", () => {
  it("hears of a completed job once, signed, with the job as the API shows it", async () => {
    const w = await open();
    const receiver = await w.receiver();
    const job = await w.ended(`${receiver.url}/hooks?for=me`);
    await w.sendFor(DAY);
    expect([receiver.messages.length, receiver.unverified, receiver.requests[0]?.path]).toEqual([
      1,
      0,
      "/hooks?for=me",
    ]);
    const [message] = receiver.messages;
    expect(message).toMatchObject({ id: `${job.id}-1`, signatures: 1 });
    expect(message?.body).toEqual({
      type: "job.completed",
      timestamp: new Date(job.completedAt ?? 0).toISOString(),
      data: JSON.parse(JSON.stringify(await publicJob(w.store, job))),
    });
    expect(message?.body.data).toMatchObject({ status: "completed", outputs: [{ index: 0 }] });
    expect(await w.delivery(job)).toMatchObject({ status: "delivered", attempts: 1, lastStatus: 204, lastError: null });
  });

  it("hears of a failed and of a cancelled job", async () => {
    const w = await open({ provider: { start: (n) => (n === 0 ? broken : started("t")), check: () => running() } });
    const receiver = await w.receiver();
    await w.ended(receiver.url);
    const waiting = await w.ended(receiver.url);
    await cancelJob(w.deps, keyOf(waiting));
    await w.run(w.deps, keyOf(waiting));
    await w.send();
    const heard = receiver.messages.map(({ body }) => [body.type, body.data.status]);
    expect(heard.toSorted()).toEqual([
      ["job.cancelled", "cancelled"],
      ["job.failed", "failed"],
    ]);
  });

  it("hears nothing of a job that nobody paid for, and nobody hears of a job without a URL", async () => {
    const w = await open({ credits: 10 });
    const receiver = await w.receiver();
    await w.ended(receiver.url);
    await expect(w.create({ webhookUrl: receiver.url })).rejects.toMatchObject({ type: "insufficient_credits" });
    const dead = dying((call) => (itemPut(call)?.sort === "account" ? "before" : null));
    await w.send();
    await expect(
      w.createBy(w.process({ around: dead.around }), { webhookUrl: receiver.url, price: 0 }),
    ).rejects.toThrow();
    await w.rest();
    expect(await w.dueDeliveries()).toEqual([]);
    expect(receiver.messages.length).toBe(1);
  });

  it("hears of each round by itself, also when the user tried again before the first was closed", async () => {
    const w = await open({ provider: { start: (n) => (n === 0 ? broken : delivered(1)) } });
    const receiver = await w.receiver();
    const job = await w.create({ webhookUrl: receiver.url });
    const dead = dying((call) => (itemPut(call)?.sort.startsWith("delivery#") ? "before" : null));
    await expect(w.run(w.process({ around: dead.around }))).rejects.toThrow("dead");
    expect([(await w.job()).phase, (await w.dueDeliveries()).length]).toEqual(["closing", 0]);
    w.clock.pass(60_000);
    await retryJob(w.deps, keyOf(job));
    await w.run();
    await w.send();
    expect(receiver.messages.map(({ id, body }) => `${id} ${body.type}`).toSorted()).toEqual([
      `${job.id}-1 job.failed`,
      `${job.id}-2 job.completed`,
    ]);
  });

  it("that answers 500 is tried for a day, each time under the same id; then the message is dead, until its owner sends it again", async () => {
    const w = await open();
    const receiver = await w.receiver({ reply: failing(500) });
    const job = await w.ended(receiver.url);
    await w.sendFor(DAY + 60_000);
    const dead = await w.delivery(job);
    expect(dead).toMatchObject({ status: "dead", nextAt: null, lastStatus: 500 });
    expect(dead.lastError).not.toContain("secret");
    expect(receiver.messages.length).toBe(dead.attempts);
    expect(dead.attempts).toBeGreaterThan(8);
    expect(dead.attempts).toBeLessThan(30);
    expect((receiver.messages.at(-1)?.timestamp ?? 0) * 1000 - dead.createdAt).toBeGreaterThanOrEqual(DAY);
    await w.sendFor(DAY);
    expect([receiver.messages.length, await w.dueDeliveries()]).toEqual([dead.attempts, []]);

    receiver.reply = first(dead.attempts + 1, failing(500));
    expect(await redeliver(w.sender, userId, `${job.id}-1`)).toMatchObject({ status: "pending" });
    await w.sendFor(DAY);
    expect(await w.delivery(job)).toMatchObject({ status: "delivered", attempts: dead.attempts + 2, lastError: null });
    expect(new Set(receiver.messages.map(({ id }) => id)).size).toBe(1);
    expect(receiver.unverified).toBe(0);
  });

  it("that fails when a clock has leapt by two days is tried for another day all the same", async () => {
    const w = await open();
    const receiver = await w.receiver({ reply: first(2, failing(500)) });
    const job = await w.ended(receiver.url);
    await w.send();
    w.clock.pass(2 * DAY);
    await w.send();
    expect([receiver.messages.length, (await w.delivery(job)).status]).toEqual([2, "pending"]);
    await w.sendFor(DAY);
    expect(await w.delivery(job)).toMatchObject({ status: "delivered", attempts: 3 });
  });

  it("that asks for a pause gets it", async () => {
    const w = await open();
    const receiver = await w.receiver({ reply: first(1, failing(429, { "retry-after": "200" })) });
    const job = await w.ended(receiver.url);
    await w.sendFor(199_000);
    expect(receiver.messages.length).toBe(1);
    await w.sendFor(2000);
    expect((await w.delivery(job)).status).toBe("delivered");
  });

  it("that is gone (410) is not asked again", async () => {
    const w = await open();
    const receiver = await w.receiver({ reply: gone });
    const job = await w.ended(receiver.url);
    await w.sendFor(DAY);
    expect(receiver.messages.length).toBe(1);
    expect(await w.delivery(job)).toMatchObject({ status: "dead", lastStatus: 410 });
  });

  it("that breaks off is tried again, and one that never stops answering has taken the message", async () => {
    const w = await open();
    const receiver = await w.receiver({ reply: first(1, cut, endless) });
    const job = await w.ended(receiver.url);
    await w.send();
    expect(await w.delivery(job)).toMatchObject({ status: "pending", lastStatus: null, attempts: 1 });
    await w.sendFor(60_000);
    expect(await w.delivery(job)).toMatchObject({ status: "delivered", lastStatus: 200, attempts: 2 });
  });

  it("verifies with the old or the new secret for a day after a rotation, also between two tries, and then only with the new one", async () => {
    const w = await open();
    const receiver = await w.receiver({ reply: first(1, failing(503)) });
    await w.ended(receiver.url);
    await w.send();
    const { current, previous } = await rotateSecret(w.sender, userId);
    expect(previous.map(({ secret }) => secret)).toEqual(receiver.secrets);
    await w.sendFor(60_000);
    expect(receiver.messages.map(({ signatures }) => signatures)).toEqual([1, 2]);
    receiver.secrets = [current];
    await w.ended(receiver.url);
    await w.send();
    w.clock.pass(DAY);
    await w.ended(receiver.url);
    await w.send();
    expect([receiver.messages.map(({ signatures }) => signatures), receiver.unverified]).toEqual([[1, 2, 2, 1], 0]);
    receiver.secrets = previous.map(({ secret }) => secret);
    const job = await w.ended(receiver.url);
    await w.send();
    expect([receiver.unverified, (await w.delivery(job)).lastStatus]).toEqual([1, 401]);
  });
});

describe("A secret", () => {
  it("is the same for all who ask for it first, and stays", async () => {
    const w = await open({ isBare: true });
    const all = await Promise.all(Array.from({ length: 8 }, () => readSecrets(w.senderOf(), userId)));
    expect(new Set(all.map(({ current }) => current)).size).toBe(1);
    expect(all[0]?.current).toMatch(/^whsec_[A-Za-z0-9+/]+=*$/);
  });

  it("that two rotate at once is rotated twice, and every one before still signs", async () => {
    const w = await open({ isBare: true });
    const old = await readSecrets(w.sender, userId);
    await Promise.all([rotateSecret(w.senderOf(), userId), rotateSecret(w.senderOf(), userId)]);
    const { previous } = await readSecrets(w.sender, userId);
    expect([previous.length, previous.at(-1)?.secret]).toEqual([2, old.current]);
  });
});

describe("A process", () => {
  it("that dies between the answer and its record leaves a message that is sent again under the same id", async () => {
    const w = await open();
    const receiver = await w.receiver();
    const job = await w.ended(receiver.url);
    let writes = 0;
    const dead = dying((call) => (itemPut(call)?.sort.startsWith("delivery#") && ++writes === 2 ? "before" : null));
    await w.send(w.senderOf({ around: dead.around }));
    expect([dead.isDead(), receiver.messages.length]).toEqual([true, 1]);
    await w.send();
    expect(receiver.messages.length).toBe(1);
    await w.sendFor(60_000);
    expect(receiver.messages.map(({ id }) => id)).toEqual([`${job.id}-1`, `${job.id}-1`]);
    expect(await w.delivery(job)).toMatchObject({ status: "delivered", attempts: 2 });
  });

  it("that dies before it has sent anything leaves a message that is sent", async () => {
    const w = await open();
    const receiver = await w.receiver();
    const job = await w.ended(receiver.url);
    const dead = dying((call) => (itemPut(call)?.sort.startsWith("delivery#") ? "after" : null));
    await w.send(w.senderOf({ around: dead.around }));
    expect([dead.isDead(), receiver.messages.length]).toEqual([true, 0]);
    await w.sendFor(60_000);
    expect([receiver.messages.length, (await w.delivery(job)).status]).toEqual([1, "delivered"]);
  });

  it("and another one that see the same message due send it once", async () => {
    const w = await open();
    const receiver = await w.receiver();
    const job = await w.ended(receiver.url);
    const key = deliveryItemKey({ userId, jobId: job.id, round: 1 });
    const others = [w.sender, w.senderOf(), w.senderOf()];
    const sending = others.map((by) => deliver(by, key));
    await receiver.got(1);
    w.clock.pass(5000);
    await Promise.all(sending);
    expect([receiver.messages.length, (await w.delivery(job)).attempts]).toEqual([1, 1]);
  });

  it("that is told to stop breaks its tries off, and others take them up at once", async () => {
    const w = await open();
    const receiver = await w.receiver({ reply: first(1, () => {}) });
    const job = await w.ended(receiver.url);
    const stopped = w.senderOf();
    const sending = w.send(stopped);
    await receiver.got(1);
    await stopped.lanes.close();
    await sending;
    expect(await w.delivery(job)).toMatchObject({ status: "pending", nextAt: w.clock.now(), lease: null });
    await w.send();
    expect((await w.delivery(job)).status).toBe("delivered");
  });

  it("whose clock was an hour ahead does not keep the message waiting for an hour", async () => {
    const w = await open();
    const receiver = await w.receiver({ reply: first(1, failing(500)), now: () => w.clock.now() + 3_600_000 });
    const job = await w.ended(receiver.url);
    const clock = { now: () => w.clock.now() + 3_600_000, sleep: w.clock.sleep.bind(w.clock) };
    await w.send(w.senderOf({ clock }));
    receiver.secrets.push("whsec_bm9ib2R5");
    const { nextAt } = await w.delivery(job);
    expect(nextAt).toBeLessThan(w.clock.now() + 60_000);
  });
});

it("what the owner sees of a delivery is neither a lease nor a secret", async () => {
  const w = await open();
  const receiver = await w.receiver({ reply: failing(500) });
  const job = await w.ended(receiver.url);
  await w.send();
  const { nextAt, createdAt } = await w.delivery(job);
  expect(publicDelivery(await w.delivery(job))).toEqual({
    id: `${job.id}-1`,
    jobId: job.id,
    productionId: null,
    round: 1,
    url: receiver.url,
    status: "pending",
    attempts: 1,
    lastStatus: 500,
    lastError: "The receiver answered with status 500.",
    nextAt: new Date(nextAt ?? 0).toISOString(),
    createdAt: new Date(createdAt).toISOString(),
    deliveredAt: null,
  });
});
