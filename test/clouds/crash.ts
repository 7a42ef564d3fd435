// Processes that die, on a pair: the worlds and invariants of test/crash, with everything that outlives a process in a cloud.

import { describe, expect, test } from "vitest";
import type { User } from "../api/user.ts";
import { comeToRest } from "../crash/at-rest.ts";
import type { GapName, GapOf } from "../crash/gaps.ts";
import {
  dataUrlOf,
  generated,
  type Row,
  refused,
  sentAlong,
  survives,
  survivesWithoutClient,
  twoFiles,
} from "../crash/generation.ts";
import { checkAtRest } from "../crash/invariants.ts";
import { readKeys } from "../crash/remains.ts";
import { AFTER_LEASES_S, type Ground, importPrice, inWorldOn, type World } from "../crash/world.ts";
import { localhostNames } from "../servers/s3/localhost-names.ts";
import { type PairName, pairs } from "./pairs.ts";

const lake = generated("a lake");

/** One of each kind of write that a step makes. */
const rows: Partial<Record<GapName, Row>> = {
  "create: after the key": lake,
  "create: after the input": sentAlong,
  "claim: after the claim": lake,
  "submit: after submitting was written": lake,
  "submit: after the answer of a provider that takes our reference": lake,
  "transfer: inside a file that came with the request": sentAlong,
  "transfer: after a file, before its record": twoFiles,
  "persist: after the copy": lake,
  "persist: after the first of two records": twoFiles,
  "ending: after the completing write": lake,
  "ending: after the failed one's credits went back": refused,
  "closing: after one of several deletes": twoFiles,
};

/** Whether the job goes on although its client never asks again. */
const withoutClient: Partial<Record<GapOf<"create">, Row & { goesOn: boolean }>> = {
  "create: before the hold": { ...lake, goesOn: false },
  "create: before the ticket": { ...sentAlong, goesOn: true },
};

export function crashesOn(name: PairName): void {
  const ground = () => startGround(name);

  describe.concurrent(`a process that dies on ${name}`, () => {
    test.for(entries(rows))("%s: the job ends as it should, charged once and kept once, or given back", ([gap, row]) =>
      survives(gap, row, ground),
    );

    test.for(entries(withoutClient))(
      "%s: without a repeat it goes on if it was paid for, else it never was",
      ([gap, row]) => survivesWithoutClient(gap, row, row.goesOn, ground),
    );

    test("purge: after some deletes: the next purge takes the rest, and an unfinished job keeps what it needs", () =>
      inWorldOn(ground, async (world) => {
        const user = await leaveUnfinished(world);
        const needed = await readKeys(world.place);
        const planted = await plant(world, user);
        await world.startsAndDies({ gap: "purge: after some deletes", environment: everythingIsOld });
        const left = await readKeys(world.place);
        expect(left.filter((key) => needed.includes(key))).toEqual(needed);
        expect(left.filter((key) => planted.includes(key)).length).toBe(planted.length - 3);
        await world.start({ environment: everythingIsOld, secondsLater: AFTER_LEASES_S });
        await comeToRest(world.place);
        const { jobs } = await checkAtRest(world, [user]);
        expect(jobs.map(({ outcome, captured }) => [outcome, captured])).toEqual([["completed", importPrice]]);
        expect((await readKeys(world.place)).filter((key) => key.startsWith("temp/"))).toEqual([]);
      }));
  });
}

const everythingIsOld = { TEMP_TTL_HOURS: "0" };

async function startGround(name: PairName): Promise<Ground> {
  const pair = await pairs[name]();
  return { ...pair, environment: { ...pair.environment, NODE_OPTIONS: localhostNames } };
}

function entries<Name extends string, Value>(table: Partial<Record<Name, Value>>): [Name, Value][] {
  return Object.entries(table) as [Name, Value][];
}

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
async function plant({ place }: World, { userId }: User): Promise<string[]> {
  if (typeof place === "string") throw new Error("the objects of a folder are planted as files");
  const stranger = "01900000-0000-7000-8000-000000000000";
  const last = "ffffffff-0000-7000-8000-000000000000";
  const keys = [stranger, last].flatMap((jobId) => [
    `temp/inputs/${userId}/${jobId}/0`,
    `temp/outputs/${userId}/${jobId}/1-0`,
    `temp/tickets/${userId}/${jobId}/1-1`,
  ]);
  for (const key of keys) await place.store.put(key, Buffer.from("left behind"));
  return keys;
}
