// Two parts of a film that are wanted to be the very same: made once, paid for once, and used twice.
import { expect, it } from "vitest";
import type { Planner } from "../../shared/drama/plan.ts";
import { quoteProject } from "../../shared/productions/starting/quote.ts";
import { graphPlanner } from "./planner.ts";
import { failing } from "./scripts.ts";
import { openWorld, projectId, userId } from "./world.ts";

const graph = [
  { id: "still-1" },
  { id: "still-2" },
  { id: "clip-1", from: ["still-1"] },
  { id: "clip-2", from: ["still-2"] },
  { id: "episode", kind: "episode" as const, from: ["clip-1?", "clip-2?"], prices: [0] },
];

/** Both stills are asked for in the same words. */
function alike(): Planner {
  const planner = graphPlanner(graph);
  return {
    ...planner,
    ask(...args) {
      const asked = planner.ask(...args);
      const prompt = asked.request.prompt.replace(/^still-\d/, "still");
      return { ...asked, request: { ...asked.request, prompt } };
    },
  };
}

it("costs one of them, and the project has all of it afterwards", async () => {
  const world = await openWorld({ graph, planner: alike() });
  await world.start();
  await world.rest();
  await world.checkAtRest();
  expect([world.production().states, (await world.account()).balance]).toEqual(["drddd", 970]);
  const { file } = world.wanted;
  expect(await quoteProject(world.deps, { userId, projectId }, file)).toMatchObject({ nodes: 0, parts: [] });
});

it("is tried by the other one where it has failed", async () => {
  const world = await openWorld({ graph, planner: alike(), script: failing("still 0") });
  await world.start();
  await world.rest();
  await world.checkAtRest();
  expect(world.production().states).toMatch(/^ff/);
});
