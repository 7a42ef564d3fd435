// How often, how long and how many: what somebody who asks without end makes of it.
import { expect, test } from "vitest";
import { tempUploadKey } from "../../shared/media/keys.ts";
import { createUploadLooks } from "../../shared/uploads/look-when-asked.ts";
import { readStored, type UploadRef } from "../../shared/uploads/upload.ts";
import type { Around } from "../jobs/intercept.ts";
import { TestClock } from "../jobs/test-clock.ts";
import { type UploadWorld, uploadWorlds } from "./world.ts";

const open = uploadWorlds();

/** A process in which every pause waits for the test, and the keys that it looked for. */
function processOf(world: UploadWorld, head: Around = (_call, act) => act()) {
  const clock = new TestClock(Date.now(), 0);
  const heads: unknown[] = [];
  const deps = world.process((call, act) => {
    if (call.name !== "head") return act();
    heads.push(call.args[0]);
    return head(call, act);
  });
  return { clock, heads, look: createUploadLooks({ ...deps, clock }) };
}

test("however many ask, looks at one upload follow each other with a pause, and one of them tells all", async () => {
  const world = await open();
  const { clock, heads, look } = processOf(world);
  const ref = await world.announce();
  await look(ref);
  expect(heads.length).toBe(1);

  const asked = Array.from({ length: 100 }, () => look(ref));
  await world.arrive(ref);
  expect(heads.length).toBe(1);
  clock.pass(1000);
  await Promise.all(asked);
  expect(heads.length).toBe(2);
  expect(await world.status(ref)).toMatchObject({ status: "ready" });
});

test("a file that comes while a look is under way is found by the next look, which those who asked meanwhile wait for", async () => {
  const world = await open();
  const [begun, mayGoOn] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const { clock, heads, look } = processOf(world, async (_call, act) => {
    const found = await act();
    begun.resolve();
    await mayGoOn.promise;
    return found;
  });
  const ref = await world.announce();
  const first = look(ref);
  await begun.promise;
  await world.arrive(ref);
  const second = look(ref);
  mayGoOn.resolve();
  await first;
  clock.pass(1000);
  await second;
  expect([heads.length, (await world.status(ref))?.status]).toEqual([2, "ready"]);
});

test("an answer waits five seconds for a store that is slow, and the look goes on", async () => {
  const world = await open();
  const [begun, mayGoOn] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const { clock, look } = processOf(world, async (_call, act) => {
    begun.resolve();
    await mayGoOn.promise;
    return act();
  });
  const ref = await world.announce();
  await world.arrive(ref);
  const asked = look(ref);
  await begun.promise;
  clock.pass(5000);
  await asked;
  expect(await world.status(ref)).toEqual({ status: "pending" });
  const paused = clock.nextSleep((ms) => ms === 1000);
  mayGoOn.resolve();
  await paused;
  expect(await world.status(ref)).toMatchObject({ status: "ready" });
});

test("sixteen looks are under way at most; who comes beyond is answered at once, and is looked at by the next ask", async () => {
  const world = await open();
  const [all, mayGoOn] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  let begun = 0;
  const { clock, heads, look } = processOf(world, async (_call, act) => {
    if (++begun === 16) all.resolve();
    await mayGoOn.promise;
    return act();
  });
  const refs: UploadRef[] = [];
  for (let n = 0; n < 17; n++) refs.push(await world.announce());
  const [last, ...others] = refs.reverse();
  const asked = others.map((ref) => look(ref));
  await all.promise;
  await look(last as UploadRef);
  expect(heads.length).toBe(16);
  mayGoOn.resolve();
  await Promise.all(asked);
  await world.arrive(last as UploadRef);
  const again = look(last as UploadRef);
  clock.pass(1000);
  await again;
  expect(await world.status(last as UploadRef)).toMatchObject({ status: "ready" });
});

test("a look that fails is told to the log and to nobody else, and the next ask looks again", async () => {
  const world = await open();
  let failures = 1;
  const { clock, look } = processOf(world, async (_call, act) => {
    if (failures-- > 0) throw new Error("the store is away");
    return act();
  });
  const ref = await world.announce();
  await world.arrive(ref);
  await look(ref);
  expect(world.log).toEqual(["an upload that was asked for could not be looked at"]);
  const again = look(ref);
  clock.pass(1000);
  await again;
  expect(await world.status(ref)).toMatchObject({ status: "ready" });
});

test("a file that kills whoever looks at it is looked at fourteen times, however often somebody asks", async () => {
  const world = await open();
  const ref = await world.announce();
  await world.arrive(ref);
  let deaths = 0;
  for (let process = 0; process < 20; process++) {
    const deps = world.process((call, act) => {
      if (call.name !== "get" || call.args[0] !== tempUploadKey(ref.userId, ref.uploadId)) return act();
      deaths += 1;
      throw new Error("dead");
    });
    await createUploadLooks({ ...deps, clock: new TestClock(Date.now(), 0) })(ref);
  }
  expect([deaths, (await readStored(world.table, ref))?.upload.looks]).toEqual([14, 14]);
  await world.rest();
  expect((await world.status(ref))?.status ?? "gone").not.toBe("pending");
});
