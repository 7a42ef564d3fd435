// Clouds that answer badly now and then, all the time, while jobs run; and in between processes that find out about it.
import { describe, expect, it } from "vitest";
import { type Job, keyOf } from "../../shared/jobs/job.ts";
import { runJob } from "../../shared/jobs/moving/run.ts";
import { pictureOf } from "../crash/pictures.ts";
import { never, type World, worlds } from "../jobs/fixture.ts";
import type { Around, Call } from "../jobs/intercept.ts";
import { delivered, started } from "../jobs/outcomes.ts";
import { type Chance, chanceOf } from "../races/chance.ts";
import { type Pair, pairNames, pairs, type StoreCall, type TableCall, type Trouble, troubles } from "./pairs.ts";

const openWorld = worlds();
// Sockets take longer than a folder, and so does trying again.

/** `CLOUDS_SEED=…` asks for the same troubles again. */
const seed = Number(process.env.CLOUDS_SEED ?? Math.floor(Math.random() * 2 ** 31));

/** `faults.long.ts` has twice as many. */
const JOBS = Number(process.env.CLOUDS_JOBS ?? 10);
const ROUNDS = 6;
/** One of so many calls meets a trouble. */
const CALLS_FOR_A_TROUBLE = 3;
/** The first uploads fail: so many requests in a row are refused, about as many as all of their tries. */
const OUTAGE_REQUESTS = 4 * JOBS;
/** The pictures have three of them. */
const PART_BYTES = 100 * 1024;

describe.each(pairNames)("on %s", (name) => {
  it(`${JOBS} jobs, with a store that takes no files at first and then a trouble in every third call (seed ${seed}), are completed and charged or given back; no upload in parts is left open`, async () => {
    const pair = await pairs[name]({ partBytes: PART_BYTES });
    const w = await openWorld({
      credits: 1000,
      openGround: async () => pair,
      provider: { start: (n) => started(`T${n}`), check: () => delivered(1), open: (index) => whole(picture(index)) },
    });
    const jobs = await createAll(w);
    for (let n = 0; n < OUTAGE_REQUESTS; n++) pair.troubleStore("put in parts", "broken");
    const met = troubling(pair, chanceOf(seed));
    const machines = [w.process({ around: met.around }), w.process({ around: met.around })];
    for (let round = 0; round < ROUNDS; round++) {
      const runs = jobs.map((job, i) =>
        runJob(machines[i % 2] ?? w.deps, keyOf(job), { stayMs: 0, signal: never }).catch(isTrouble),
      );
      await Promise.all(runs);
      w.clock.pass(20_000);
    }
    await w.rest();
    const ends = (await w.jobs()).map(({ outcome }) => outcome);
    expect(ends.filter((outcome) => outcome !== "completed" && outcome !== "failed")).toEqual([]);
    expect(ends.filter((outcome) => outcome === "completed").length).toBeGreaterThan(JOBS / 2);
    expect(Math.min(...Object.values(met.counts))).toBeGreaterThan(0);
    expect(met.counts.failedCalls).toBeGreaterThanOrEqual(JOBS / 2);
    expect(pair.openUploads()).toBe(0);
  });
});

const tableCalls: readonly string[] = ["get", "put", "delete", "query", "due"] satisfies TableCall[];
const storeCalls: readonly string[] = ["get", "head", "copy", "delete", "list"] satisfies StoreCall[];
const partCalls = ["put in parts", "send a part", "complete"] as const;

/** Before some calls of the two ports, the server is told what the next such request meets. Several calls at once may meet each other's. */
function troubling(pair: Pair, chance: Chance) {
  const counts = { busy: 0, broken: 0, cut: 0, lost: 0, failedCalls: 0 };
  function plan({ port, name, args }: Call): void {
    if (port === "provider" || chance.next(CALLS_FOR_A_TROUBLE) > 0) return;
    const trouble = troubles[chance.next(troubles.length)] ?? "busy";
    counts[trouble]++;
    if (port === "table" && tableCalls.includes(name)) pair.troubleTable(name as TableCall, trouble);
    const call = port === "store" ? requestOf(name, args, chance) : null;
    if (call !== null) pair.troubleStore(call, worst(call, trouble));
  }
  const around: Around = async (call, act) => {
    plan(call);
    try {
      return await act();
    } catch (error) {
      counts.failedCalls++;
      throw error;
    }
  };
  return { around, counts };
}

/** An upload whose id got lost is nobody's: only the bucket's lifecycle rule removes it. */
function worst(call: StoreCall, trouble: Trouble): Trouble {
  return call === "put in parts" && trouble === "lost" ? "cut" : trouble;
}

/** The request by which a call of the store begins, or one that it goes on with. */
function requestOf(name: string, [, body]: readonly unknown[], chance: Chance): StoreCall | null {
  if (storeCalls.includes(name)) return name as StoreCall;
  if (name !== "put") return null;
  return body instanceof Uint8Array ? "put" : (partCalls[chance.next(partCalls.length)] ?? "put");
}

function createAll(w: World): Promise<Job[]> {
  return Promise.all(Array.from({ length: JOBS }, () => w.create()));
}

/** A process whose call could not be made goes on another time. */
function isTrouble(error: unknown): void {
  expect(error).toMatchObject({ type: "unavailable" });
}

function picture(index: number): Uint8Array {
  return pictureOf(`picture ${index}`, PICTURE_TIMES);
}

const PICTURE_TIMES = 12;

async function* whole(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
