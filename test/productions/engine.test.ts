import { describe, expect, it } from "vitest";
import { failing } from "./scripts.ts";
import { openWorld } from "./world.ts";

const film = [
  { id: "portrait" },
  { id: "still-1", from: ["portrait"] },
  { id: "still-2", from: ["portrait"] },
  { id: "music", from: [] },
  { id: "episode", kind: "episode" as const, from: ["still-1", "still-2", "music?"], prices: [0] },
];

describe("A production", () => {
  it("makes its film, by timers alone, and costs what its nodes cost", async () => {
    const world = await openWorld({ graph: film });
    await world.start();
    await world.rest();
    await world.checkAtRest();
    expect([world.production().outcome, world.production().states]).toEqual(["completed", "ddddd"]);
    expect((await world.account()).balance).toBe(960);
  });

  it("makes it by tickets without waiting for a timer", async () => {
    const world = await openWorld({ graph: film });
    const startedAt = world.clock.now();
    await world.start();
    await world.runTickets();
    expect(world.clock.now()).toBe(startedAt);
    expect(world.production().state).toBe("settled");
    await world.rest();
    await world.checkAtRest();
  });

  it("leaves out what needs a node that failed, and what can do without goes on", async () => {
    const world = await openWorld({ graph: film, script: failing("music 0") });
    await world.start();
    await world.rest();
    await world.checkAtRest();
    expect([world.production().outcome, world.production().states]).toEqual(["completed", "dddfd"]);
    expect((await world.account()).balance).toBe(970);
  });
});
