// The rounds of a production behind its first one, explored: a resume, a remake, and what they meet.
import { expect, it } from "vitest";
import { keyOf } from "../../shared/productions/production.ts";
import { remakeNodes } from "../../shared/productions/starting/resume.ts";
import { answering } from "../productions/scripts.ts";
import { openWorld, type World } from "../productions/world.ts";
import {
  admitted,
  cancel,
  completed,
  costs,
  dyingBefore,
  exploreScenario,
  move,
  moveJob,
  one,
  projectItem,
  remakeUnderKey,
  resume,
  startOther,
  two,
} from "./production-scenario.ts";

export function exploreRounds(): void {
  const cancelled = async (world: World) => {
    await admitted(world);
    await cancel(world.deps, world);
    await move(world.deps, world);
    await world.rest();
    expect([world.production().state, world.production().states]).toEqual(["settled", "c"]);
  };

  it("by two callers begins one round and pays once", async () => {
    await exploreScenario({
      graph: one,
      setUp: cancelled,
      callers: [
        { name: "A", run: resume },
        { name: "B", run: resume },
      ],
      async expectFinally(world) {
        expect(world.production().round).toBeLessThanOrEqual(2);
        expect(await costs(world)).toBeLessThanOrEqual(10);
      },
    });
  });

  it("of a part under one key by two callers begins one round and pays once, and a repeat later changes nothing", async () => {
    await exploreScenario({
      graph: one,
      setUp: completed,
      callers: [
        { name: "A", run: remakeUnderKey },
        { name: "B", run: remakeUnderKey },
      ],
      async expectFinally(world) {
        await remakeUnderKey(world.deps, world);
        await world.rest();
        await remakeUnderKey(world.deps, world);
        await world.check();
        expect([world.production().outcome, await costs(world)]).toEqual(["completed", 20]);
      },
    });
  });

  it("of a part that is cancelled in the middle leaves the film: as it was, or stale where its part is another one", async () => {
    await exploreScenario({
      graph: two,
      // The still that is made anew is another picture.
      script: answering({}),
      async setUp(world) {
        await completed(world);
        await remakeNodes(world.deps, keyOf(world.production()), [two[0]?.id ?? ""]);
      },
      callers: [
        { name: "owner", run: move },
        { name: "user", run: cancel },
        { name: "runner", run: moveJob(0, 2) },
      ],
      async expectFinally(world) {
        const { states, progress } = world.production();
        const spent = (await costs(world)) - 20;
        expect([spent, states]).toEqual([spent, { 0: "dd", 10: "do", 20: "dd" }[spent]]);
        expect(progress.made).toBe(spent === 10 ? 1 : 2);
        expect(world.nodes().every(({ output }) => output !== null)).toBe(true);
      },
    });
  });

  it("meeting the start of another production: the project goes to one of them (8)", async () => {
    await exploreScenario({
      graph: one,
      setUp: cancelled,
      callers: [
        { name: "resumer", run: resume },
        { name: "starter", run: startOther },
      ],
      async expectFinally(world, _, crashed) {
        if (crashed.length === 0) expect(await costs(world)).toBe(10);
      },
    });
  });

  it("meeting the closing of the round before, whose lock still stands, keeps the lock (8)", async () => {
    await exploreScenario({
      graph: one,
      async setUp(world) {
        await admitted(world);
        await cancel(world.deps, world);
        const dead = dyingBefore((sort) => sort.startsWith("project#"))(world.table);
        for (let look = 0; look < 8 && world.production().state !== "settled"; look++) {
          world.clock.moveTo(world.clock.now() + 31_000);
          await move(world.depsOf({ table: dead }), world).catch(() => null);
        }
        expect([world.production().state, world.project()?.running]).toEqual(["settled", world.production().id]);
        world.clock.moveTo(world.clock.now() + 31_000);
      },
      callers: [
        { name: "closer", run: move },
        { name: "resumer", run: resume },
        { name: "starter", run: startOther },
      ],
      async expectFinally(world) {
        expect(await costs(world)).toBeLessThanOrEqual(20);
      },
    });
  });

  it("without the credits gives the production back what it had come to", async () => {
    await exploreScenario({
      graph: one,
      credits: 10,
      setUp: cancelled,
      callers: [
        { name: "resumer", run: resume },
        {
          name: "spender",
          run: (deps, world) =>
            world.start(
              deps,
              { projectId: "other", project: () => ({ ...projectItem(world), sort: "project#other" }) },
              "other",
            ),
        },
      ],
      async expectFinally(world) {
        expect(await costs(world)).toBeLessThanOrEqual(10);
      },
    });
  });

  it("of what is completed is refused, and changes nothing", async () => {
    const world = await openWorld({ graph: one });
    await completed(world);
    const before = world.table.dump();
    await expect(resume(world.deps, world)).rejects.toMatchObject({ type: "conflict" });
    expect(world.table.dump()).toBe(before);
  });
}
