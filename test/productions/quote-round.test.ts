// What another round would make and cost is said before, and is what it then may cost at most.
import { expect, it } from "vitest";
import { keyOf } from "../../shared/productions/production.ts";
import { quoteRound } from "../../shared/productions/starting/quote-round.ts";
import { remakeNodes, resumeProduction } from "../../shared/productions/starting/resume.ts";
import { failing } from "./scripts.ts";
import { openWorld } from "./world.ts";

const graph = [
  { id: "portrait" },
  { id: "still", from: ["portrait"], prices: [10, 14] },
  { id: "music", prices: [5] },
  { id: "episode", kind: "episode" as const, from: ["still", "music?"], prices: [3] },
];

it("a remake makes the part and all behind it", async () => {
  const world = await openWorld({ graph });
  await world.start();
  await world.rest();
  const key = keyOf(world.production());
  const before = world.table.items().map(({ sort, version }) => [sort, version]);
  const quote = await quoteRound(world.deps, key, ["still"]);
  expect(quote).toEqual({
    ...{ nodes: 2, price: 17, parts: ["still", "episode"], balance: (await world.account()).balance },
    stages: [
      { stage: "pictures", nodes: 1, price: 14 },
      { stage: "cutting", nodes: 1, price: 3 },
    ],
  });
  expect(world.table.items().map(({ sort, version }) => [sort, version])).toEqual(before);
  expect((await remakeNodes(world.deps, key, ["still"])).production.budget).toBe(quote.price);
  await expect(quoteRound(world.deps, key, ["still"])).rejects.toMatchObject({ type: "conflict" });
  await world.rest();
  expect(world.production().spent).toBeLessThanOrEqual(quote.price);
  expect((await quoteRound(world.deps, key, ["portrait", "music"])).parts).toEqual(graph.map(({ id }) => id));
});

it("a resume makes what is missing, and is refused where nothing is", async () => {
  const world = await openWorld({ graph, script: failing("still 0", "still 1") });
  await world.start();
  await world.rest();
  const key = keyOf(world.production());
  const quote = await quoteRound(world.deps, key, []);
  expect([quote.parts, quote.price]).toEqual([["still", "episode"], 17]);
  // What is missing is made along with a remake.
  expect((await quoteRound(world.deps, key, ["music"])).parts).toEqual(["still", "music", "episode"]);
  expect((await resumeProduction(world.deps, key)).production.budget).toBe(quote.price);
  const whole = await openWorld({ graph });
  await whole.start();
  await whole.rest();
  const done = keyOf(whole.production());
  await expect(quoteRound(whole.deps, done, [])).rejects.toMatchObject({ type: "conflict" });
  await expect(quoteRound(whole.deps, done, ["nobody"])).rejects.toMatchObject({ type: "not_found" });
});
