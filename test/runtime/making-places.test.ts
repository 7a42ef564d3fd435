// How many pictures and films a process makes at once: two films where the machine has room for them, and beside any films a picture of somebody else.
import { setImmediate as nextTurn } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { readConfig } from "../../shared/config/config.ts";
import type { Log } from "../../shared/ports/log.ts";
import { composeCore, composeJobs, metricsOf } from "../../shared/runtime/composing/compose.ts";
import { makingPlacesOf, thisMachine } from "../../shared/runtime/composing/making-places.ts";
import { putDelivery } from "../../shared/webhooks/delivery.ts";
import { memoryStore, memoryTable } from "../productions/memory.ts";

const GiB = 1024 ** 3;

describe("Making places", () => {
  it.each([
    ["two processors and 4 GiB", 2, 4 * GiB, 2],
    ["many of both", 64, 256 * GiB, 2],
    ["one processor", 1, 64 * GiB, 1],
    ["less than 4 GiB", 8, 4 * GiB - 1, 1],
  ])("of %s are for as many films as there is room for, and one more", (_, processors, memoryBytes, films) => {
    const { places, placesForLong, placesForOne } = makingPlacesOf({ processors, memoryBytes });
    expect([placesForLong, places - placesForLong, places - placesForOne]).toEqual([films, 1, 1]);
    // Four threads: one stays for files.
    expect(places).toBeLessThan(4);
  });

  it("are those of this machine in a process that makes things: more films than fit wait, and a picture does not wait for them", async () => {
    const { turns } = runtime();
    const { placesForLong } = makingPlacesOf(thisMachine());
    const begun: string[] = [];
    const ends: (() => void)[] = [];
    const begin = async (owner: string, isLong: boolean) => {
      const end = await turns.begin(owner, { isLong });
      begun.push(owner);
      ends.push(end);
    };
    const films = ["a", "b", "c"];
    const all = films.map((owner) => begin(owner, true));
    await begin("d", false);
    expect(begun).toEqual([...films.slice(0, placesForLong), "d"]);
    for (let end = ends.shift(); end; end = ends.shift()) {
      end();
      await nextTurn();
    }
    await Promise.all(all);
    expect(begun.toSorted()).toEqual([...films, "d"]);
  });

  it("are never all one user's", async () => {
    const { turns } = runtime();
    const begun: string[] = [];
    const begin = (owner: string) => turns.begin(owner).then(() => void begun.push(owner));
    for (let i = 0; i < 9; i++) void begin("a");
    await begin("b");
    expect(begun).toEqual([...Array.from({ length: makingPlacesOf(thisMachine()).placesForOne }, () => "a"), "b"]);
  });
});

function runtime() {
  const config = readConfig({});
  const table = memoryTable();
  return composeJobs(config, composeCore(config, { table, log: silent, metrics: metricsOf(config) }), {
    ...{ store: memoryStore(), providers: [], announceEnding: putDelivery, jwtSecret: "x".repeat(64) },
    ...{ moderation: null, stayMs: 0, tickParallel: 1 },
  });
}

const silent: Log = { debug() {}, info() {}, warn() {}, error() {}, child: () => silent };
