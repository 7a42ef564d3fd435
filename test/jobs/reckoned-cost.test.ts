// What vendors charge the operator for a job: as they say, or as their list says, once for each success and whatever becomes of it.
import { expect, test } from "vitest";
import { listedCost } from "../../shared/jobs/money/listed-cost.ts";
import type { CostRule, Model } from "../../shared/ports/provider.ts";
import { type World, worlds } from "./fixture.ts";
import { delivered, failing, started } from "./outcomes.ts";
import { pictures } from "./request.ts";
import { broken, whole } from "./sources.ts";

const open = worlds();
const cost: CostRule = { unit: "output", amount: 0.04, currency: "USD", date: "2026-11-22" };

async function openListed(provider: Parameters<typeof open>[0] = {}): Promise<World> {
  const w = await open(provider);
  Object.assign(w.provider.models[0] ?? {}, { cost });
  return w;
}

const costsOf = async (w: World) => {
  const { providerCost, reckonedCost } = await w.job();
  return { providerCost, reckonedCost };
};

test("every attempt that the vendor has finished is counted by its list, also when it fell short", async () => {
  const w = await openListed({ provider: { start: (n) => delivered(n === 0 ? 1 : 2) } });
  await w.create({ request: pictures(2) });
  await w.rest();
  expect([(await w.job()).outcome, await costsOf(w)]).toEqual(["completed", { reckonedCost: { USD: 0.12 } }]);
});

test("a source that is asked for afresh costs nothing more", async () => {
  const isFirst = () => w.provider.calls.filter(({ name }) => name === "open").length < 2;
  const w: World = await openListed({
    provider: { start: () => started("T1"), check: () => delivered(1), open: () => (isFirst() ? broken() : whole()) },
  });
  await w.create();
  await w.rest();
  expect(await costsOf(w)).toEqual({ reckonedCost: { USD: 0.04 } });
});

test("what the vendor says goes before its list; what a refusal costs stays on a job that is given back", async () => {
  const said = { amount: 0.3, currency: "CNY" };
  const script = [delivered(1), failing({ cost: said, type: "moderation_blocked", retryable: false })];
  const w = await openListed({ provider: { start: (n) => ({ cost: said, ...(script[n] ?? delivered(1)) }) } });
  // The first attempt delivers too little, the second one is refused.
  await w.create({ request: pictures(2) });
  await w.rest();
  expect(await w.bookings()).toEqual(expect.arrayContaining(["charge -20"]));
  expect(await costsOf(w)).toEqual({ providerCost: { CNY: 0.6 } });
});

test("what was never finished costs nothing", async () => {
  const w = await openListed({ provider: { start: () => failing() } });
  await w.create();
  await w.rest();
  expect([(await w.job()).outcome, await costsOf(w)]).toEqual(["failed", {}]);
});

test("the list is that of the model: by its tiers, and by what it makes when nobody says", () => {
  const perSecond: CostRule = { ...cost, unit: "second", tiers: { by: "resolution", amounts: { "1080p": 0.1 } } };
  const film: Model = { id: "film", type: "video", operations: ["generate"], price: 1, maxOutputs: 2, cost: perSecond };
  const provider = { id: "vendor", models: [{ ...film, type: "image" } as const, film] };
  const of = (request: object) =>
    listedCost(provider, { type: "video", request: { ...pictures(1), type: "video", model: "film", ...request } }, 2);
  expect(of({})?.amount).toBeCloseTo(0.4, 9);
  expect(of({ durationSec: 10, resolution: "1080p" })?.amount).toBeCloseTo(2, 9);
  expect(of({ model: "other" })).toBeUndefined();
  expect(listedCost(undefined, { type: "video", request: pictures(1) }, 1)).toBeUndefined();
});
