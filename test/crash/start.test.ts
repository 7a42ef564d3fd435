import { describe, expect, test } from "vitest";
import { create, follow } from "../api/user.ts";
import { checkAtRest } from "./invariants.ts";
import { inWorld } from "./world.ts";

/** From before the first line runs to about when it listens. */
const moments = [60, 120, 180, 240, 300, 350, 400, 450, 500, 600, 700];

describe.concurrent("a process that is killed while it starts on an empty folder", () => {
  test.for(moments)("after %i ms: the next one starts and serves", (afterMs) =>
    inWorld(async (world) => {
      await world.startsAndIsKilled(afterMs);
      await world.startsAndIsKilled(afterMs);
      await world.start();
      const user = await world.register();
      const { id } = await create(user, { prompt: "a first lake", provider: "sketch", size: "64x64" });
      expect((await follow(user, id)).status).toBe("completed");
      await checkAtRest(world, [user]);
    }),
  );
});
