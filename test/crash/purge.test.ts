import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import type { User } from "../api/user.ts";
import { comeToRest } from "./at-rest.ts";
import type { GapOf } from "./gaps.ts";
import { dataUrlOf } from "./generation.ts";
import { checkAtRest } from "./invariants.ts";
import { readKeys } from "./remains.ts";
import { AFTER_LEASES_S, importPrice, inWorld, type World } from "./world.ts";

const rows: GapOf<"purge">[] = ["purge: before the first delete", "purge: after some deletes"];

/** Everything in temp/ has had its time at once. */
const environment = { TEMP_TTL_HOURS: "0" };

describe.concurrent("a process that dies while it purges temp/", () => {
  test.for(rows)("F07: %s: the next purge takes the rest, and an unfinished job keeps what it needs", (gap) =>
    inWorld(async (world) => {
      const user = await leaveUnfinished(world);
      const needed = await readKeys(world.dataDir);
      const planted = await plant(world, user);
      await world.startsAndDies({ gap, environment });
      const left = await readKeys(world.dataDir);
      expect(left.filter((key) => needed.includes(key))).toEqual(needed);
      expect(left.filter((key) => planted.includes(key)).length).toBe(planted.length - deletesBefore[gap]);
      await world.start({ environment, secondsLater: AFTER_LEASES_S });
      await comeToRest(world.dataDir);
      const { jobs } = await checkAtRest(world, [user]);
      expect(jobs.map(({ outcome, captured }) => [outcome, captured])).toEqual([["completed", importPrice]]);
      expect((await readKeys(world.dataDir)).filter((key) => key.startsWith("temp/"))).toEqual([]);
    }),
  );
});

const deletesBefore: Record<GapOf<"purge">, number> = {
  "purge: before the first delete": 0,
  "purge: after some deletes": 3,
};

/** A job whose file lies in temp/inputs/ and nowhere else. */
async function leaveUnfinished(world: World): Promise<User> {
  // Nobody may go on with it before the purge has died, however slow the machine is.
  const environment = { LEASE_SECONDS: "30" };
  await world.start({ gap: "transfer: inside a file that came with the request", environment });
  const user = await world.register();
  await world.diesDuring(() => user.call("POST", "/ai/generate-image", { json: { imageUrl: dataUrlOf("needed") } }));
  return user;
}

/** Objects of jobs that nobody knows; in the order of their keys some lie before and some behind what is needed. */
async function plant({ dataDir }: World, { userId }: User): Promise<string[]> {
  const stranger = "01900000-0000-7000-8000-000000000000";
  const last = "ffffffff-0000-7000-8000-000000000000";
  const keys = [stranger, last].flatMap((jobId) => [
    `temp/inputs/${userId}/${jobId}/0`,
    `temp/outputs/${userId}/${jobId}/1-0`,
    `temp/tickets/${userId}/${jobId}/1-1`,
  ]);
  for (const key of keys) {
    const path = join(dataDir, "objects", key);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, "left behind");
  }
  return keys;
}
