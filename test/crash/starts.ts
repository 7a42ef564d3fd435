// A process that is killed while it starts on an empty folder: the next one starts and serves.
import { expect } from "vitest";
import { create, follow } from "../api/user.ts";
import { checkAtRest } from "./invariants.ts";
import { inWorld } from "./world.ts";

/** Twice after so many milliseconds. */
export function survivesStarting(afterMs: number): Promise<void> {
  return inWorld(async (world) => {
    await world.startsAndIsKilled(afterMs);
    await world.startsAndIsKilled(afterMs);
    await world.start();
    const user = await world.register();
    const { id } = await create(user, { prompt: "a first lake", provider: "sketch", size: "64x64" });
    expect((await follow(user, id)).status).toBe("completed");
    await checkAtRest(world, [user]);
  });
}
