// A folder on which processes play productions and are killed, and what is checked once somebody has come after them.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "vitest";
import { newAccountItem } from "../../../shared/credits/account.ts";
import type { Item } from "../../../shared/ports/table.ts";
import { sayReadyForProductions } from "../../../shared/productions/readiness.ts";
import { realIds } from "../../../shared/runtime/real.ts";
import { childEnvironment } from "../../child-environment.ts";
import { HandClock } from "../../jobs/hand-clock.ts";
import { scriptedProvider } from "../../jobs/scripted-provider.ts";
import { engineOf } from "../../productions/engine.ts";
import { rowsOf } from "../../productions/memory.ts";
import { graphPlanner } from "../../productions/planner.ts";
import { read, type Scenario } from "../../productions/scenarios.ts";
import { nextDue, runTicket, serveDue, userId } from "../../productions/timers.ts";
import { openWorld, projectItem } from "../../productions/world.ts";
import { bundled } from "../bundle.ts";
import { lastWords } from "../gap.ts";
import { errorsIn, openStore, openTable, projectId } from "./stage.ts";

/** In memory where that can be: what a disk keeps of a process that is killed is shown elsewhere, and a film is a thousand writes. */
const place = existsSync("/dev/shm") ? "/dev/shm" : tmpdir();
const WELCOME = 1_000_000;

export interface Folder {
  /** Plays until it dies in the gap. */
  diesIn(scenario: string, gap: string): Promise<void>;
  /** Plays until it is killed, so long after it has begun. `secondsLater`: it is so much later for it than for us. */
  isKilled(scenario: string, afterMs: number, secondsLater: number): Promise<void>;
  /** So many play it at the same time, to its end. */
  isPlayedBy(scenario: string, processes: number): Promise<void>;
  /** Whoever comes after them plays the scenario to its end, and finds all as it has to be. `secondsLater`: it is so much later for them. */
  comesOut(scenario: Scenario, secondsLater: number): Promise<void>;
  /** How many films were begun. */
  begun(): Promise<number>;
}

export async function inFolder(act: (folder: Folder) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(place, "dream-factory-productions-"));
  try {
    await furnish(folder);
    await act({
      async diesIn(scenario, gap) {
        const { ended } = await play(folder, scenario, 0, gap);
        expect(await ended).toEqual({ signal: "SIGKILL", stderr: lastWords(gap) });
      },
      async isKilled(scenario, afterMs, secondsLater) {
        const { child, ended, plays } = await play(folder, scenario, secondsLater);
        await Promise.race([plays, ended]);
        await new Promise((resolve) => setTimeout(resolve, afterMs));
        child.kill("SIGKILL");
        expect(await ended).toEqual({ signal: "SIGKILL", stderr: "" });
      },
      async isPlayedBy(scenario, processes) {
        const all = await Promise.all(Array.from({ length: processes }, () => play(folder, scenario, 0)));
        for (const { ended } of all) expect(await ended).toEqual({ signal: null, stderr: "" });
      },
      comesOut: (scenario, secondsLater) => comeOut(folder, scenario, secondsLater),
      async begun() {
        const items = await itemsIn(folder);
        return items.filter(({ sort }) => sort.startsWith("idem#")).length;
      },
    });
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function furnish(folder: string): Promise<void> {
  const table = await openTable(folder);
  const lineId = realIds.uuid();
  await table.put(newAccountItem({ userId, lineId, welcomeCredits: WELCOME, now: Date.now() }), "absent");
  await table.put(projectItem(projectId), "absent");
  await sayReadyForProductions({ table });
  await table.close();
}

async function play(folder: string, scenario: string, secondsLater: number, gap?: string) {
  const args = [
    await bundled("productions"),
    folder,
    scenario,
    String(secondsLater * 1000),
    ...(gap === undefined ? [] : [gap]),
  ];
  const child = spawn(process.execPath, args, { env: childEnvironment() });
  let stderr = "";
  child.stderr.setEncoding("utf8").on("data", (text) => {
    stderr += text;
  });
  const plays = once(child.stdout, "data");
  child.stdin.on("error", () => {});
  const ended = once(child, "close").then(([, signal]) => ({ signal, stderr }));
  return { child, ended, plays };
}

async function comeOut(folder: string, scenario: Scenario, secondsLater: number): Promise<void> {
  const errors: string[] = [];
  const tickets: string[] = [];
  const clock = new HandClock(Date.now() + secondsLater * 1000);
  const [table, store] = await Promise.all([openTable(folder), openStore(folder, (ticket) => tickets.push(ticket))]);
  const deps = engineOf({
    ...{ table, store, clock, ids: realIds, log: errorsIn(errors) },
    provider: scriptedProvider(scenario.script),
    planner: graphPlanner(scenario.graph),
  });
  /** One ticket, or what is due next. False: nothing is. */
  const goOn = async () => {
    const ticket = tickets.shift();
    if (ticket) return runTicket(deps, ticket).then(() => true);
    const next = await nextDue(table);
    if (next === null) return false;
    clock.moveTo(next);
    return serveDue(deps).then(() => true);
  };
  await scenario.play({
    ...{ deps, userId, projectId },
    async until(key, is) {
      for (;;) {
        const production = await read(deps, key);
        if (is(production) || !(await goOn())) return production;
      }
    },
  });
  while (await goOn());
  expect(errors).toEqual([]);
  await table.close();
  await check(folder, scenario);
}

/** What is left, held against every rule that a world in memory is held against. */
async function check(folder: string, scenario: Scenario): Promise<void> {
  const world = await openWorld({ graph: [], rows: rowsOf(await itemsIn(folder)), store: await openStore(folder) });
  world.clock.moveTo(Date.now() + 1e12);
  await world.checkAtRest();
  await world.checkFiles();
  const { earned, balance } = await world.account();
  expect(earned).toBe(WELCOME);
  const { found, expected } = scenario.comesTo(world.productions(), earned - balance);
  expect(found).toEqual(expected);
}

async function itemsIn(folder: string): Promise<Item[]> {
  const table = await openTable(folder);
  const items: Item[] = [];
  for await (const item of table.items()) items.push(item);
  await table.close();
  return items;
}
