// What vendors say that they charge: kept on the job for its operator, whatever becomes of the job, and no business of its user.
import { describe, expect, it } from "vitest";
import { publicJob } from "../../shared/jobs/reading/public-job.ts";
import type { StartOutcome } from "../../shared/ports/provider.ts";
import { worlds } from "./fixture.ts";
import { delivered, failing, started } from "./outcomes.ts";
import { broken, whole } from "./sources.ts";

const open = worlds();

const usd = (amount: number) => ({ cost: { amount, currency: "USD" } });

describe("What a vendor charges", () => {
  it("for a success is kept on the job, and the user pays the price", async () => {
    const w = await open({ provider: { start: () => ({ ...delivered(1), ...usd(0.04) }) } });
    await w.create();
    await w.rest();
    const job = await w.job();
    expect([job.providerCost, job.captured]).toEqual([{ USD: 0.04 }, 10]);
    expect(JSON.stringify(await publicJob(w.store, job))).not.toContain("0.04");
  });

  it("for a task's success is kept as well", async () => {
    const w = await open({ provider: { start: () => started("T"), check: () => ({ ...delivered(1), ...usd(0.2) }) } });
    await w.create();
    await w.rest();
    expect((await w.job()).providerCost).toEqual({ USD: 0.2 });
  });

  it.each<[string, StartOutcome]>([
    ["a refusal", failing({ type: "moderation_blocked", retryable: false, ...usd(0.05) })],
    ["a refusal that it does not call one", { ...delivered(0), ...usd(0.05) }],
  ])("for %s is kept, and the user has everything back", async (_, outcome) => {
    const w = await open({ provider: { start: () => outcome } });
    await w.create();
    await w.rest();
    const { providerCost, error, captured } = await w.job();
    expect([providerCost, error?.type, captured]).toEqual([{ USD: 0.05 }, "moderation_blocked", 0]);
    expect(await w.bookings()).toEqual(["charge -10", "refund 10"]);
  });

  it("for several attempts is added up exactly, each currency by itself", async () => {
    const costs = [usd(0.1), usd(0.2), { cost: { amount: 1.5, currency: "CNY" } }];
    const w = await open({
      provider: { start: (n) => (n < 2 ? failing({ ...costs[n] }) : { ...delivered(1), ...costs[n] }) },
    });
    await w.create();
    await w.rest();
    expect((await w.job()).providerCost).toEqual({ USD: 0.3, CNY: 1.5 });
  });

  it("is counted once when fresh URLs of the same outputs are asked for", async () => {
    const sources = { ...delivered(1), ...usd(0.2) };
    let opened = 0;
    const w = await open({
      provider: {
        start: () => started("T"),
        check: () => sources,
        open: () => (opened++ === 0 ? broken() : whole()),
      },
    });
    await w.create();
    await w.rest();
    expect([(await w.job()).outcome, (await w.job()).providerCost]).toEqual(["completed", { USD: 0.2 }]);
  });

  it("and nobody has said is absent", async () => {
    const w = await open();
    await w.create();
    await w.rest();
    expect("providerCost" in (await w.job())).toBe(false);
  });
});
