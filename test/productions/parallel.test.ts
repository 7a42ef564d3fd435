// How many jobs of a production there are at once.
import { expect, test } from "vitest";
import { openWorld } from "./world.ts";

const graph = [
  ...Array.from({ length: 20 }, (_, i) => ({ id: `still-${i}` })),
  { id: "episode", kind: "episode" as const, from: Array.from({ length: 20 }, (_, i) => `still-${i}`), prices: [0] },
];

type World = Awaited<ReturnType<typeof openWorld>>;

/** The most that each had at once, by its id, until all are at rest; of those moments that `counts`. */
async function mostAtOnce(world: World, by = world.deps, counts = () => true): Promise<Record<string, number>> {
  const most: Record<string, number> = {};
  while (await world.goOn(by)) {
    if (!counts()) continue;
    for (const { id, admitted } of world.productions()) most[id] = Math.max(most[id] ?? 0, admitted.length);
  }
  await world.checkAtRest();
  return most;
}

test("eight, or as many as the operator says", async () => {
  for (const productionParallel of [8, 3]) {
    const world = await openWorld({ graph });
    const by = { ...world.deps, settings: { ...world.deps.settings, productionParallel } };
    await world.start(by);
    expect(Object.values(await mostAtOnce(world, by))).toEqual([productionParallel]);
    expect(world.production().outcome).toBe("completed");
  }
});

test("half as many of each while a user has two, and all of them again when the other one has ended", async () => {
  const world = await openWorld({ graph });
  const [first, second] = [await world.start(), await world.startOther("another")];
  const areBoth = () => world.productions().every(({ state }) => state === "running");
  expect(await mostAtOnce(world, world.deps, areBoth)).toEqual({ [first.id]: 4, [second.id]: 4 });
  const third = await world.startOther("a-third");
  expect((await mostAtOnce(world))[third.id]).toBe(8);
});
