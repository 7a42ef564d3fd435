// F14: one event, delivered a hundred times at once. And events that name nothing of ours.
import { afterEach, describe, expect, it, test } from "vitest";
import { handler as persistOutput } from "../../functions/storage/persist-output.ts";
import { handler as runJobOfTicket } from "../../functions/storage/run-job.ts";
import { DeliverAgain, type StorageHandler } from "../../shared/events/storage.ts";
import { keyOf, readJob } from "../../shared/jobs/job.ts";
import { readRecords } from "../../shared/jobs/moving/persist.ts";
import { runJob } from "../../shared/jobs/moving/run.ts";
import { tempOutputKey, ticketKey } from "../../shared/media/keys.ts";
import type { StartOutcome } from "../../shared/ports/provider.ts";
import { checkLedger } from "../api/check-ledger.ts";
import { type Product, startProduct } from "../api/local.ts";
import { create, follow, until } from "../api/user.ts";
import { never, worlds } from "../jobs/fixture.ts";
import { delivered, held, started } from "../jobs/outcomes.ts";
import { type Script, scriptedProvider } from "../jobs/scripted-provider.ts";
import { widePng } from "../jobs/wide-png.ts";

const open = worlds();
const products: Product[] = [];
afterEach(async () => {
  for (const product of products.splice(0)) await product.close();
});

async function productWith(script: Script) {
  const provider = scriptedProvider(script);
  const product = await startProduct({ providers: [provider], environment: { TIMER_SECONDS: "1" } });
  products.push(product);
  return { product, provider, user: await product.register() };
}

/** Delivers an event as often at once as is wanted, and again to whoever asks for it. Resolves when each delivery has succeeded. */
function deliver(handler: StorageHandler, key: string, times = 100): Promise<unknown> {
  return Promise.all(
    Array.from({ length: times }, async () => {
      for (let isDone = false; !isDone; ) {
        isDone = await handler({ key }, { signal: never }).then(() => true, needsMore);
      }
    }),
  );
}

async function needsMore(error: unknown): Promise<boolean> {
  if (!(error instanceof DeliverAgain)) throw error;
  await new Promise((resolve) => setTimeout(resolve, 5));
  return false;
}

describe("F14: an event that is delivered a hundred times at once", () => {
  test("of a ticket whose job is being submitted: every delivery succeeds, the provider is asked once, the job is paid once", async () => {
    const order = held<StartOutcome>();
    const { provider, user } = await productWith({ start: () => order.ask() });
    const { id } = await create(user, { prompt: "once", provider: "scripted" });
    await order.asked;
    const ticket = ticketKey(user.userId, id, 1, 1);
    await deliver(runJobOfTicket, ticket);
    order.answer(delivered(1));
    await deliver(runJobOfTicket, ticket);
    expect(await follow(user, id)).toMatchObject({ status: "completed", attempts: 1 });
    expect(provider.calls.map((call) => call.name)).toEqual(["start", "open"]);
    expect((await checkLedger(user)).balance).toBe(90);
  });

  it("of a ticket that nobody has taken yet, in ten processes: the provider is asked once, the job is paid once", async () => {
    const w = await open({ provider: { start: () => started("T1"), check: () => delivered(1) } });
    const key = keyOf(await w.create());
    const machines = Array.from({ length: 10 }, () => w.process());
    const soup = Array.from({ length: 100 }, (_, i) => machines[i % 10] ?? w.deps);
    await Promise.all(soup.map((deps) => runJob(deps, key, { stayMs: 0, signal: never })));
    w.clock.pass(1000);
    await Promise.all(soup.map((deps) => runJob(deps, key, { stayMs: 0, signal: never })));
    expect(w.provider.calls.map((call) => call.name)).toEqual(["start", "check", "open"]);
    expect([(await w.job()).outcome, await w.bookings()]).toEqual(["completed", ["charge -10"]]);
  });

  test("of two outputs, from before the first is recorded until after the last: every delivery succeeds, one record and one object each, one capture", async () => {
    const second = held<void>();
    const { product, user } = await productWith({
      start: () => delivered(2),
      async *open(index) {
        if (index === 1) await second.ask();
        yield widePng;
      },
    });
    const { id } = await create(user, { prompt: "twice", n: 2, provider: "scripted" });
    const key = { userId: user.userId, jobId: id };
    const outputs = [0, 1].map((index) => tempOutputKey(user.userId, id, 1, index));
    await second.asked;
    await until(
      async () => (await readJob(product.runtime.table, key))?.job.deliveries[0]?.state,
      (state) => state === "stored",
    );
    await deliver(persistOutput, outputs[0] ?? "");
    const both = Promise.all(outputs.map((output) => deliver(persistOutput, output)));
    second.answer();
    await both;
    expect(await follow(user, id)).toMatchObject({ status: "completed", attempts: 1, cost: 20 });
    expect((await readRecords(product.runtime, key, 1)).map((record) => record.index)).toEqual([0, 1]);
    expect((await product.files()).filter((file) => file.startsWith("users/")).length).toBe(2 * 2);
    const { lines, balance } = await checkLedger(user);
    expect([balance, lines.length]).toEqual([80, 2]);
  });
});

describe("F16: an event", () => {
  test("for a key that is none of ours, or that lies where outputs are kept, succeeds and changes nothing", async () => {
    const { product, user } = await productWith({ start: () => delivered(1) });
    const { id } = await create(user, { prompt: "left alone", provider: "scripted" });
    const job = await follow(user, id);
    await until(
      () => product.files(),
      (files) => !files.some((file) => file.startsWith("temp/")),
    );
    const key = { userId: user.userId, jobId: id };
    const before = [await readJob(product.runtime.table, key), await product.files()];
    const stranger = "01900000-0000-7000-8000-00000000bbbb";
    const keys = [
      job.outputs[0].key,
      "",
      "temp/outputs/",
      "temp/outputs/../users/x",
      `temp/outputs/${user.userId}/${id}/1-0.png`,
      `temp/outputs/${user.userId}/${id}/01-0`,
      `temp/outputs/${user.userId}/${id}/9007199254740993-0`,
      `temp/outputs/${stranger}/${id}/1-0`,
      `temp/outputs/${user.userId}/${stranger}/1-0`,
      `temp/tickets/${stranger}/${id}/1-1`,
      `temp/tickets/${user.userId}/${stranger}/1-1`,
      `temp/tickets/${user.userId}/${id}/7-7`,
      `temp/tickets/${user.userId}/${id}/`,
      "elsewhere",
    ];
    for (const each of keys) for (const handler of [persistOutput, runJobOfTicket]) await deliver(handler, each, 1);
    expect([await readJob(product.runtime.table, key), await product.files()]).toEqual(before);
    await checkLedger(user);
  });
});
