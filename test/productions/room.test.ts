// Room in the store is set aside for what a round makes: not for what is there already.
import { expect, it } from "vitest";
import { setMaxBytes } from "../../shared/credits/storage.ts";
import { keyOf } from "../../shared/productions/production.ts";
import { remakeNodes, resumeProduction } from "../../shared/productions/starting/resume.ts";
import { succeeded } from "../jobs/scripted-provider.ts";
import { answering, no } from "./scripts.ts";
import { openWorld, userId, type World } from "./world.ts";

const MiB = 1024 ** 2;
const graph = [
  { id: "portrait" },
  { id: "still", from: ["portrait"] },
  { id: "music" },
  { id: "episode", kind: "episode" as const, from: ["still", "music?"] },
];

/** So much is free. */
async function leave(world: World, bytes: number): Promise<void> {
  const { usedBytes = 0 } = await world.account();
  await setMaxBytes(world.deps, userId, usedBytes + bytes);
}

const roomsOf = async (world: World) => (await world.account()).holds.map(({ bytes }) => bytes);

it("a remake needs room for what it makes, and is refused without it", async () => {
  const world = await openWorld({ graph });
  await world.start();
  expect(await roomsOf(world)).toEqual([8 * MiB]);
  await world.rest();
  const key = keyOf(world.production());

  await leave(world, 4 * MiB - 1);
  await expect(remakeNodes(world.deps, key, ["music"])).rejects.toMatchObject({
    type: "storage_full",
    message: expect.stringContaining("For 2 parts to be made 4 MiB are set aside."),
  });
  expect(world.production()).toMatchObject({ state: "settled", round: 1 });

  await leave(world, 4 * MiB);
  await remakeNodes(world.deps, key, ["music"]);
  expect(await roomsOf(world)).toEqual([4 * MiB]);
  await world.rest();
  await world.checkAtRest();
  expect(world.production().outcome).toBe("completed");
});

it("a resume needs room for what is missing, and for what is made from it", async () => {
  let isDown = true;
  const world = await openWorld({ graph, script: answering({ "music 0": () => (isDown ? no : succeeded) }) });
  await world.start();
  await world.rest();
  expect(world.production().states).toBe("ddfd");

  await leave(world, 4 * MiB);
  isDown = false;
  await resumeProduction(world.deps, keyOf(world.production()));
  expect(await roomsOf(world)).toEqual([4 * MiB]);
  await world.rest();
  await world.checkAtRest();
  expect(world.production()).toMatchObject({ states: "dddd", outcome: "completed" });
});

it("another film of the same needs room for what the project does not have, as it was quoted", async () => {
  const world = await openWorld({ graph });
  await world.start();
  await world.rest();
  await leave(world, 2 * MiB);
  await expect(world.start()).rejects.toMatchObject({ type: "storage_full" });
  await world.start(world.deps, { unmade: 1 });
  expect(await roomsOf(world)).toEqual([2 * MiB]);
  await world.rest();
  await world.checkAtRest();
  expect(world.newest().states).toBe("rrrr");
});

it("a film that is still to be written needs room for all that was quoted", async () => {
  const written = [{ id: "screenplay", kind: "screenplay" as const }, ...graph];
  const world = await openWorld({ graph: written, screenplay: null, script: answering({}) });
  await world.start();
  expect(await roomsOf(world)).toEqual([10 * MiB]);
});
