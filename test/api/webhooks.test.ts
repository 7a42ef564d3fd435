// Outgoing webhooks through the whole product: a user gives a URL, and somebody at that URL hears of every end.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { CheckOutcome } from "../../shared/ports/provider.ts";
import { deliver } from "../../shared/webhooks/deliver.ts";
import { deliveryItemKey } from "../../shared/webhooks/delivery.ts";
import { failing, gone, type Message, type Receiver, startReceiver, taken, tarPit } from "../servers/receiver.ts";
import { checkLedger } from "./check-ledger.ts";
import { type Product, startProduct } from "./local.ts";
import { create, follow, listAll, type ShownJob, type User, until } from "./user.ts";
import { waitingProvider } from "./waiting-provider.ts";

const broken: CheckOutcome = {
  state: "failed",
  failure: { type: "provider_error", message: "The machine is on fire.", retryable: false },
};
const slow = waitingProvider();
let product: Product;
let receiver: Receiver;
let pit: Receiver;
let user: User;

beforeAll(async () => {
  [receiver, pit] = await Promise.all([startReceiver(), startReceiver({ reply: tarPit })]);
  product = await startProduct({
    providers: [slow.provider],
    environment: { TIMER_SECONDS: "1", TRUSTED_HOSTS: `127.0.0.1:${receiver.port},127.0.0.1:${pit.port}` },
  });
});
afterAll(async () => {
  await product.close();
  await Promise.all([receiver.close(), pit.close()]);
});
beforeEach(async () => {
  slow.resume();
  user = await product.register();
  const { secret } = await secretOf(user);
  receiver.secrets = [secret];
  pit.secrets.push(secret);
});
afterEach(() => {
  receiver.reply = taken;
});

describe("A user's webhook", () => {
  test("is told of a completed job, as GET shows it, and the message is listed as delivered", async () => {
    slow.finish();
    const { id } = await create(user, { prompt: "told", webhook_url: `${receiver.url}/a?b=c`, metadata: { order: 7 } });
    const { body } = await heard(id);
    const job = await follow(user, id);
    expect(body).toEqual({ type: "job.completed", timestamp: job.completedAt, data: job });
    expect(job).toMatchObject({ status: "completed", metadata: { order: 7 } });
    const [output] = body.data.outputs;
    expect((await fetch(output.url)).status).toBe(200);
    expect(await deliveryOf(id, "delivered")).toEqual({
      id: `${id}-1`,
      jobId: id,
      productionId: null,
      round: 1,
      url: `${receiver.url}/a?b=c`,
      status: "delivered",
      attempts: 1,
      lastStatus: 204,
      lastError: null,
      nextAt: null,
      createdAt: expect.any(String),
      deliveredAt: expect.any(String),
    });
  });

  test("is told of a failure and, tried again, of the success, each under an id of its own", async () => {
    slow.finish(broken);
    const { id } = await create(user, { prompt: "doomed", webhookUrl: receiver.url });
    expect((await heard(id)).body).toMatchObject({ type: "job.failed", data: { round: 1, error: broken.failure } });
    slow.finish();
    expect((await user.call("POST", `/jobs/${id}/retry`)).status).toBe(202);
    expect((await heard(id, 2)).body).toMatchObject({ type: "job.completed", data: { round: 2, status: "completed" } });
    const { items, total } = await listAll(user, "/webhooks/deliveries", 1);
    expect([items.map((item) => item.id), total]).toEqual([[`${id}-2`, `${id}-1`], 2]);
    await checkLedger(user);
  });

  test("is told of a cancellation", async () => {
    const { id } = await create(user, { prompt: "never mind", webhookUrl: receiver.url });
    await user.call("POST", `/jobs/${id}/cancel`);
    expect((await heard(id)).body).toMatchObject({ type: "job.cancelled", data: { status: "cancelled" } });
  });

  test("is told of a file that was handed over", async () => {
    const imageUrl =
      "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";
    const { id } = await create(user, { imageUrl, webhookUrl: receiver.url });
    const job = await follow(user, id);
    expect((await heard(id)).body.type).toBe(`job.${job.status}`);
  });

  test("is not told by a request that was answered from its idempotency key, and not of another's job", async () => {
    slow.finish();
    const call = { json: { prompt: "once", webhookUrl: receiver.url }, headers: { "idempotency-key": "k" } };
    const first = await user.call("POST", "/ai/generate-image", call);
    const { id } = first.body.data;
    await heard(id);
    await follow(user, id);
    expect((await user.call("POST", "/ai/generate-image", call)).body.data.id).toBe(id);
    await deliveryOf(id, "delivered");
    expect(receiver.messages.filter((message) => message.id.startsWith(id)).length).toBe(1);
    const other = await product.register();
    expect((await listAll(other, "/webhooks/deliveries")).total).toBe(0);
    expect((await other.call("POST", `/webhooks/deliveries/${id}-1/redeliver`)).status).toBe(404);
  });

  test("that refuses for good is a dead letter, which its owner finds and sends again", async () => {
    slow.finish();
    receiver.reply = gone;
    const { id } = await create(user, { prompt: "refused", webhookUrl: receiver.url });
    const dead = await deliveryOf(id, "dead");
    expect(dead).toMatchObject({ lastStatus: 410, attempts: 1, nextAt: null });
    const page = await user.call("GET", "/webhooks/deliveries?status=dead");
    expect(page.body.data).toEqual({ items: [dead], total: null, nextCursor: null, hasMore: false });
    receiver.reply = taken;
    const answer = await user.call("POST", `/webhooks/deliveries/${dead.id}/redeliver`);
    expect([answer.status, answer.body.data]).toEqual([
      202,
      expect.objectContaining({ id: dead.id, status: "pending" }),
    ]);
    expect(await deliveryOf(id, "delivered")).toMatchObject({ attempts: 2 });
    const ids = receiver.messages.filter((message) => message.id.startsWith(id)).map((message) => message.id);
    expect(ids).toEqual([dead.id, dead.id]);
  });

  test("that is silent or failing keeps no job waiting, and no other webhook", async () => {
    slow.finish();
    const silent = await Promise.all(
      Array.from({ length: 4 }, () => create(user, { prompt: "silence", webhookUrl: pit.url })),
    );
    const told = await create(user, { prompt: "told", webhookUrl: receiver.url });
    for (const job of [...silent, told]) expect((await follow(user, job.id)).status).toBe("completed");
    await deliveryOf(told.id, "delivered");
    await pit.got(1);
    const pending = await user.call("GET", "/webhooks/deliveries?status=pending");
    expect(pending.body.data.items.map((delivery: ShownJob) => delivery.url)).toEqual(Array(4).fill(pit.url));
    await checkLedger(user);
  });
});

describe("The secret", () => {
  test("is made once, and after a rotation messages verify with the old and with the new one", async () => {
    slow.finish();
    const before = await secretOf(user);
    expect([before, await secretOf(user)]).toEqual([{ secret: before.secret }, before]);
    expect(before.secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    const { status, body } = await user.call("POST", "/webhooks/secret/rotate");
    expect([status, body.data]).toEqual([
      200,
      {
        secret: expect.any(String),
        previous: before.secret,
        previousExpiresAt: expect.any(String),
      },
    ]);
    expect(body.data.secret).not.toBe(before.secret);
    expect(await secretOf(user)).toEqual(body.data);
    for (const secret of [before.secret, body.data.secret]) {
      receiver.secrets = [secret];
      const { id } = await create(user, { prompt: "signed", webhookUrl: receiver.url });
      expect((await heard(id)).signatures).toBe(2);
    }
  });
});

test("the timer delivers what nobody delivered at once", async () => {
  receiver.reply = failing(500);
  slow.finish();
  const { id } = await create(user, { prompt: "late", webhookUrl: receiver.url });
  await heard(id);
  receiver.reply = taken;
  // Five seconds behind the first try, a quarter more or less.
  expect(await deliveryOf(id, "delivered")).toMatchObject({ attempts: 2, lastStatus: 204, lastError: null });
});

test("a product that is stopped in the middle of a try sends the message when it is back", async () => {
  const own = await startReceiver({ reply: tarPit });
  const environment = { TIMER_SECONDS: "1", TRUSTED_HOSTS: `127.0.0.1:${own.port}` };
  const second = await startProduct({ environment });
  try {
    const somebody = await second.register();
    own.secrets = [(await secretOf(somebody)).secret];
    const { id } = await create(somebody, { prompt: "stop", size: "64x64", webhookUrl: own.url });
    await own.got(1);
    await second.restart({
      between: async () => {
        own.reply = taken;
      },
    });
    await own.got(2);
    expect(own.messages.map((message) => message.id)).toEqual([`${id}-1`, `${id}-1`]);
    const key = { userId: somebody.userId, jobId: id, round: 1 };
    await deliver(second.runtime, deliveryItemKey(key));
    await until(
      async () => (await somebody.call("GET", "/webhooks/deliveries")).body.data.items[0],
      (delivery) => delivery.status === "delivered",
    );
  } finally {
    await second.close();
    await own.close();
  }
});

async function secretOf(somebody: User): Promise<{ secret: string; previous?: string }> {
  const { status, body } = await somebody.call("GET", "/webhooks/secret");
  expect([status, body.message]).toEqual([200, "success"]);
  return body.data;
}

/** The first message of that round, once it is there. */
function heard(jobId: string, round = 1): Promise<Message> {
  return until(
    async () => receiver.messages.find(({ id }) => id === `${jobId}-${round}`) as Message,
    (message) => message !== undefined,
  );
}

function deliveryOf(jobId: string, status: string): Promise<ShownJob> {
  return until(
    async () =>
      (await listAll(user, "/webhooks/deliveries")).items.find((delivery) => delivery.jobId === jobId) ?? null,
    (delivery) => delivery?.status === status,
  );
}
