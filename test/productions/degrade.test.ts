// What becomes of a node that fails: the next way to make it, as far as that is allowed; and what becomes of the film.
import { describe, expect, it, onTestFinished } from "vitest";
import { readConfig } from "../../shared/config/config.ts";
import type { Planner } from "../../shared/drama/plan.ts";
import { AppError } from "../../shared/errors/app-error.ts";
import { createLook } from "../../shared/moderation/look.ts";
import { create } from "../../shared/moderation/vlm/create.ts";
import type { StartOutcome } from "../../shared/ports/provider.ts";
import { withThrow } from "../../shared/productions/advancing/failing.ts";
import type { Production } from "../../shared/productions/production.ts";
import { keyOf } from "../../shared/productions/production.ts";
import { resumeProduction } from "../../shared/productions/starting/resume.ts";
import { dying, intercepted } from "../jobs/intercept.ts";
import { found } from "../jobs/moderated.ts";
import { succeeded } from "../jobs/scripted-provider.ts";
import { startVlm } from "../servers/moderation/vlm.ts";
import { type GraphNode, graphPlanner } from "./planner.ts";
import { answering, failing, no } from "./scripts.ts";
import { openWorld, type World } from "./world.ts";

const prices = [10, 10, 8, 6, 4, 1];
const graph: GraphNode[] = [
  { id: "portrait" },
  { id: "clip", from: ["portrait"], prices },
  { id: "music" },
  { id: "episode", kind: "episode", from: ["clip", "music?"], prices: [0] },
];

const clipOf = (world: World) => world.nodes().find(({ id }) => id === "clip");
const made = (world: World) => clipOf(world)?.makes.map(({ rung, outcome, captured }) => [rung, outcome, captured]);
const come = ({ outcome, reason, states, spent }: Production) => [outcome, reason, states, spent];

async function produce(world: World): Promise<void> {
  await world.start();
  await world.rest();
  await world.checkAtRest();
}

describe("A node that fails for good", () => {
  it("is made the next way, says why it is less than was wanted, and only what was made is paid for", async () => {
    const world = await openWorld({ graph, script: failing("clip 0", "clip 1") });
    await produce(world);
    expect(made(world)).toEqual([
      [0, "failed", 0],
      [1, "failed", 0],
      [2, "completed", 8],
    ]);
    expect(clipOf(world)).toMatchObject({ degraded: "softened_prompt", make: 4 });
    expect(come(world.production())).toEqual(["completed", null, "dgdd", 28]);
    expect((await world.account()).balance).toBe(1000 - 28);
  });

  it("in all of its six ways is lost, and what needs it is left out", async () => {
    const world = await openWorld({ graph, script: failing(...prices.map((_, rung) => `clip ${rung}`)) });
    await produce(world);
    expect(made(world)?.length).toBe(6);
    expect(come(world.production())).toEqual(["failed", "incomplete", "dfds", 20]);
  });

  it("stops the production where that is wanted, at its first failure", async () => {
    const world = await openWorld({ graph, onFailure: "stop", script: failing("clip 0") });
    await produce(world);
    expect(made(world)).toEqual([[0, "failed", 0]]);
    expect(come(world.production()).slice(0, 3)).toEqual(["failed", "node_failed", "dfds"]);
  });

  it("goes its ways again from the first one in the next round", async () => {
    let isDown = true;
    const down = () => (isDown ? no : succeeded);
    const answers = Object.fromEntries(prices.map((_, rung) => [`clip ${rung}`, down]));
    const world = await openWorld({ graph, script: answering(answers) });
    await produce(world);
    isDown = false;
    await resumeProduction(world.deps, keyOf(world.production()));
    await world.rest();
    await world.checkAtRest();
    expect(come(world.production())).toEqual(["completed", null, "dddd", 10]);
    expect([clipOf(world)?.degraded, clipOf(world)?.makes.at(-1)]).toMatchObject([
      null,
      { rung: 0, round: 2, make: 7 },
    ]);
  });

  it("because its vendor has refused it goes the next way: another wording may pass there", async () => {
    const blocked: StartOutcome = {
      state: "failed",
      failure: { type: "moderation_blocked", message: "no", retryable: false },
    };
    const world = await openWorld({ graph, script: answering({ "clip 0": blocked }) });
    await produce(world);
    expect(made(world)?.map(([rung, outcome]) => [rung, outcome])).toEqual([
      [0, "failed"],
      [1, "completed"],
    ]);
  });

  it("because we have refused it ourselves is not tried in another way, and costs nothing", async () => {
    const server = await startVlm();
    onTestFinished(() => server[Symbol.asyncDispose]());
    let looks = 0;
    server.says = (part) => found("text" in part || ++looks > 1 ? "allow" : "block");
    const service = create({ ...readConfig({}).moderation, ...server.config });
    const look = createLook({ ffmpegPath: null });
    const world = await openWorld({
      graph: [
        { id: "clip", prices },
        { id: "episode", kind: "episode", from: ["clip?"] },
      ],
      moderation: { service, look, onFailure: "closed", onReview: "block" },
    });
    await produce(world);
    expect(made(world)).toEqual([[0, "failed", 0]]);
    expect(clipOf(world)?.makes[0]?.error?.type).toBe("moderation_blocked");
    expect(come(world.production())).toEqual(["completed", null, "fd", 10]);
  });

  it("and whose answer was lost is risked once more, and no further time (26)", async () => {
    const lost = () => {
      throw new Error("the answer was lost");
    };
    const answers = Object.fromEntries(prices.map((_, rung) => [`clip ${rung}`, lost]));
    const world = await openWorld({ graph, script: { ...answering(answers), lostSubmit: "never" } });
    await produce(world);
    expect(clipOf(world)?.makes.map(({ rung, error }) => [rung, error?.type])).toEqual([
      [0, "provider_unknown"],
      [1, "provider_unknown"],
    ]);
    expect(come(world.production())).toEqual(["failed", "incomplete", "dfds", 20]);
    const uncertain = world.nodeJobs().filter((job) => job.uncertain.length > 0);
    expect(uncertain.length).toBe(2);
  });

  it("whose models are all gone is lost like one that failed, and a way whose model is gone is left out (13)", async () => {
    const planner = graphPlanner(graph);
    const withModels = (models: readonly string[]): Planner => {
      const nodes = planner
        .plan({ screenplay: {} } as never)
        .nodes.map((node) =>
          node.id === "clip"
            ? { ...node, rungs: node.rungs.map((rung, i) => ({ ...rung, model: models[i] ?? "gone" })) }
            : node,
        );
      return { ...planner, plan: () => ({ nodes }) };
    };
    const some = await openWorld({ graph, planner: withModels(["gone", "gone", "gone", "scripted"]) });
    await produce(some);
    expect([come(some.production()), made(some)]).toEqual([["completed", null, "dgdd", 26], [[3, "completed", 6]]]);
    const none = await openWorld({ graph, planner: withModels([]) });
    await produce(none);
    expect([come(none.production()), made(none)]).toEqual([["failed", "incomplete", "dfds", 20], []]);
    expect(clipOf(none)?.reason).toMatch(/models .* not served/);
  });
});

describe("A node that the planner throws at", () => {
  const throwing = (isOdd: () => boolean): Planner => {
    const planner = graphPlanner(graph);
    return {
      ...planner,
      ask(snapshot, plan, node, rung, all) {
        if (plan.nodes[node]?.id === "music" && isOdd()) throw new Error("odd");
        return planner.ask(snapshot, plan, node, rung, all);
      },
    };
  };

  it("fails after three throws, and the film is made without it (4)", async () => {
    const world = await openWorld({ graph, planner: throwing(() => true) });
    await produce(world);
    expect(come(world.production())).toEqual(["completed", null, "ddfd", 20]);
    expect(world.log.filter(({ message }) => message === "a node of a production could not be begun").length).toBe(3);
    expect(world.nodes().find(({ id }) => id === "music")).toMatchObject({ reason: expect.stringMatching(/our side/) });
  });

  it("because there is nothing to make it from fails at once, says why, and is no error in the log", async () => {
    let isThere = false;
    const message = "No picture was made.";
    const planner = throwing(() => {
      if (!isThere) throw new AppError("invalid_request", { message });
      return false;
    });
    const world = await openWorld({ graph, planner });
    await produce(world);
    const music = () => world.nodes().find(({ id }) => id === "music");
    expect([come(world.production()), music()?.makes]).toEqual([["completed", null, "ddfd", 20], []]);
    expect(music()?.reason).toBe(message);
    const told = world.log.filter(({ fields }) => "node" in fields || "error" in fields);
    expect(told.map(({ level, fields }) => [level, fields])).toEqual([
      ["info", { productionId: world.production().id, node: 2, reason: message }],
    ]);
    isThere = true;
    await resumeProduction(world.deps, keyOf(world.production()));
    await world.rest({ withTickets: true });
    expect([come(world.production())[2], music()?.reason]).toEqual(["dddd", undefined]);
  });

  it("says why, at whichever write whoever finds that out dies", async () => {
    const planner = throwing(() => {
      throw new AppError("invalid_request", { message: "No picture was made." });
    });
    for (let nth = 1, isDead = true; isDead; nth++) {
      const world = await openWorld({ graph, planner });
      await world.start();
      let count = 0;
      const death = dying(({ name }) => (name === "put" && ++count === nth ? (nth % 2 ? "before" : "after") : null));
      const deps = world.depsOf(intercepted(world, death.around));
      for (let turn = 0; turn < 100 && !death.isDead(); turn++) if (!(await world.goOn(deps).catch(() => false))) break;
      isDead = death.isDead();
      await world.rest({ withTickets: true });
      const music = world.nodes().find(({ id }) => id === "music");
      expect([nth, come(world.production()), music?.reason]).toEqual([
        ...[nth, ["completed", null, "ddfd", 20], "No picture was made."],
      ]);
    }
  });

  it("once it is made is made nevertheless", async () => {
    let isOdd = false;
    const world = await openWorld({
      graph,
      planner: throwing(() => isOdd),
      script: answering({
        "music 0": () => {
          isOdd = true;
          return succeeded;
        },
      }),
    });
    await produce(world);
    expect(come(world.production())).toEqual(["completed", null, "dddd", 30]);
    expect(world.log.map(({ message }) => message)).toContain("what a node was made from cannot be said");
  });

  it("is not lost while its job goes on", async () => {
    const world = await openWorld({ graph });
    const { file } = world.wanted;
    const production = { ...(await world.start()), states: ".a..", throws: { 1: 2 } };
    expect(withThrow(production, 1, file, new Error("odd"), 0)).toBe(production);
    expect(withThrow({ ...production, states: "...." }, 1, file, new Error("odd"), 0).states).toBe(".f.s");
  });
});
