// Productions: two that make one film at the same moment, a cancel that meets the last node, and owners that wake in the next round.
import { setImmediate as nextTurn } from "node:timers/promises";
import { expect } from "vitest";
import { AppError } from "../../shared/errors/app-error.ts";
import { readJob } from "../../shared/jobs/job.ts";
import { purgeTemp } from "../../shared/jobs/timers/purge.ts";
import type { ProductionDeps } from "../../shared/productions/deps.ts";
import { cancelProduction } from "../../shared/productions/ending/stop.ts";
import { keyOf } from "../../shared/productions/production.ts";
import { remakeNodes, resumeProduction } from "../../shared/productions/starting/resume.ts";
import { realClock } from "../../shared/runtime/real.ts";
import { ahead } from "../jobs/hand-clock.ts";
import { type Around, intercepted } from "../jobs/intercept.ts";
import { scenarios } from "../productions/scenarios.ts";
import { failing, unique } from "../productions/scripts.ts";
import { nextDue, serveDue } from "../productions/timers.ts";
import { openWorld, userId, type World } from "../productions/world.ts";
import { type Chance, chanceOf } from "./chance.ts";

const { graph, script } = scenarios["a film with a node that fails"];
const film = 25;

/** Ports of a process each call of which takes a few turns more or less. */
function hesitant(world: World, chance: Chance, clock = world.clock as ProductionDeps["clock"]): ProductionDeps {
  const around: Around = async (_, act) => {
    for (let turns = chance.next(4); turns > 0; turns--) await nextTurn();
    return act();
  };
  return world.depsOf({ ...intercepted(world, around), clock });
}

async function goOnUntilSettled(world: World, deps: ProductionDeps): Promise<void> {
  for (let turn = 0; turn < 300 && world.production().state !== "settled"; turn++) await world.goOn(deps);
}

/** Both at the same time; the clock only moves when neither has anything to do. */
async function goOnTogether(world: World, both: readonly ProductionDeps[]): Promise<void> {
  for (let turn = 0; turn < 300 && world.production().state !== "settled"; turn++) {
    const next = await nextDue(world.table);
    if (world.tickets.length === 0 && next !== null) world.clock.moveTo(next);
    await Promise.all(both.map((deps) => (world.tickets.length > 0 ? world.runTickets(deps) : serveDue(deps))));
  }
}

/** Who lost a job to another may put its file when that one has closed it. Nobody needs it, and after a day the purge takes it, by the objects' own time. */
function purgeLater({ deps }: World) {
  return purgeTemp({ ...deps, clock: ahead(realClock, 25 * 3_600_000) }, new AbortController().signal);
}

/** One of them thinks that the other one's leases have ended. */
export async function twoRuntimesMakeOneFilm(seeds: number): Promise<void> {
  let givenUp = 0;
  for (let seed = 1; seed <= seeds; seed++) {
    const chance = chanceOf(seed);
    const world = await openWorld({ graph, script });
    const [a, b] = [hesitant(world, chance), hesitant(world, chance, ahead(world.clock, chance.next(3) * 16_000))];
    try {
      await Promise.all([world.start(a, {}, "k"), world.start(b, {}, "k")]);
      await goOnTogether(world, [a, b]);
      await world.rest();
      await world.checkAtRest();
      await purgeLater(world);
      await world.checkFiles();
      const { outcome, states, spent } = world.production();
      expect((await world.account()).balance).toBe(1000 - spent);
      // A job whose owners take it from each other again and again is given up, and given back.
      if (world.log.some(({ message }) => message === "a job was given up")) {
        givenUp++;
        continue;
      }
      expect([outcome, states, spent, world.nodeJobs().length]).toEqual(["completed", "dgdd", film, 5]);
    } catch (cause) {
      const told = world.log.map(({ message, fields }) => `${message} ${"error" in fields ? fields.error : ""}`);
      throw new Error(`seed ${seed}: ${told.join(", ")}`, { cause });
    }
  }
  expect(givenUp).toBeLessThan(seeds / 4);
}

/** A cancel at any call while the last node completes. */
export async function oneEndOfCancelAndCompletion(): Promise<void> {
  const short = [{ id: "still" }, { id: "episode", kind: "episode" as const, from: ["still"] }];
  const ends = { cancelled: 0, completed: 0 };
  const calls = await countCalls(short);
  for (let call = 1; call <= calls; call++) {
    const world = await untilLastNode(short);
    let count = 0;
    let cancelling: Promise<"cancelled" | "too late"> | null = null;
    const cancel = async (): Promise<"cancelled" | "too late"> => {
      try {
        await cancelProduction(world.depsOf(), keyOf(world.production()));
        return "cancelled";
      } catch (error) {
        if (error instanceof AppError && error.type === "conflict") return "too late";
        throw error;
      }
    };
    const around: Around = async (_, act) => {
      if (++count === call) {
        cancelling = cancel();
        if (call % 2 === 0) await cancelling;
      }
      return act();
    };
    await goOnUntilSettled(world, world.depsOf(intercepted(world, around)));
    const answer = await (cancelling ?? Promise.reject(new Error(`call ${call} was not reached`)));
    await world.rest();
    await world.checkAtRest();
    const { outcome, spent, states } = world.production();
    expect([call, outcome]).toEqual([call, answer === "cancelled" ? "cancelled" : "completed"]);
    expect([call, spent]).toEqual([call, states === "dd" ? 20 : 10]);
    expect([call, (await world.account()).balance]).toEqual([call, 1000 - spent]);
    ends[answer === "cancelled" ? "cancelled" : "completed"]++;
  }
  expect(Math.min(ends.cancelled, ends.completed)).toBeGreaterThan(3);
}

async function untilLastNode(of: typeof graph): Promise<World> {
  const world = await openWorld({ graph: of });
  await world.start();
  while (world.production().states !== "da") await world.goOn();
  return world;
}

async function countCalls(of: typeof graph): Promise<number> {
  const world = await untilLastNode(of);
  let count = 0;
  const around: Around = async (_, act) => {
    count++;
    return act();
  };
  await goOnUntilSettled(world, world.depsOf(intercepted(world, around)));
  return count - 1;
}

/** It stops at the first call, or so many calls later, and so on. */
export async function ownerWakesInTheNextRound(every: number): Promise<void> {
  let woken = 0;
  for (let call = 1, wasReached = true; wasReached; call += every) {
    const chance = chanceOf(call);
    const world = await openWorld({ graph, script: { ...failing("music 0"), open: unique } });
    await world.start();
    let count = 0;
    const goesOn = Promise.withResolvers<void>();
    const stopped = Promise.withResolvers<void>();
    const around: Around = async (_, act) => {
      if (++count === call) stopped.resolve();
      if (count >= call) await goesOn.promise;
      return act();
    };
    const owner = world.depsOf(intercepted(world, around));
    const owning = goOnUntilSettled(world, owner).catch(() => null);
    await Promise.race([stopped.promise, owning]);
    wasReached = count >= call;
    if (wasReached) woken++;
    // Others go on without it: a cancel, the end of the round, and the next one.
    world.clock.moveTo(world.clock.now() + 16_000);
    await cancelProduction(world.deps, keyOf(world.production())).catch(() => null);
    await goOnUntilSettled(world, world.deps);
    await (world.production().outcome === "completed"
      ? remakeNodes(world.deps, keyOf(world.production()), ["portrait"])
      : resumeProduction(world.deps, keyOf(world.production())));
    for (let steps = chance.next(12); steps > 0; steps--) await world.goOn();
    goesOn.resolve();
    await owning;
    try {
      await world.rest();
      await world.checkAtRest();
      await world.checkFiles();
      // The episode again without its music, which a resume has asked for in vain: it is the same.
      expect([world.production().outcome, world.production().states]).toEqual([
        "completed",
        expect.stringMatching(/^ddf[dr]$/),
      ]);
      await checkInputs(world);
    } catch (cause) {
      throw new Error(`stopped at call ${call}`, { cause });
    }
  }
  expect(woken).toBeGreaterThan(100 / every);
}

/** What each node was made from is what its production has. */
async function checkInputs(world: World): Promise<void> {
  const outputs = world.nodes().flatMap(({ output }) => (output ? [output.sha256] : []));
  for (const { output } of world.nodes()) {
    const job = output && (await readJob(world.table, { userId, jobId: output.jobId }))?.job;
    for (const { file } of job?.inputs ?? []) expect(outputs).toContain(file?.sha256);
  }
}
