// The largest film: every item well within what a table takes, and each look at the production as small as at one of a tenth of its nodes.
import { beforeAll, describe, expect, it } from "vitest";
import { maxNodes } from "../../shared/drama/plan.ts";
import { isNodeJobId } from "../../shared/ports/ids.ts";
import type { StartOutcome } from "../../shared/ports/provider.ts";
import { MAX_ITEM_BYTES } from "../../shared/ports/table.ts";
import { advanceProduction } from "../../shared/productions/advancing/advance.ts";
import { keyOf } from "../../shared/productions/production.ts";
import { type Around, intercepted } from "../jobs/intercept.ts";
import { succeeded } from "../jobs/scripted-provider.ts";
import type { GraphNode } from "./planner.ts";
import { read } from "./scenarios.ts";
import { promptOf, unique } from "./scripts.ts";
import { signal } from "./timers.ts";
import { openWorld, type World } from "./world.ts";

/** Of one node of this film. */
const MOST_INPUTS = 12;

const words = "The vendor says at length why it cannot do what it was asked for. ".repeat(12);
const failed: StartOutcome = {
  state: "failed",
  failure: { type: "provider_error", message: words, retryable: false },
};

/** Shots of six in a scene; each still goes by all portraits, and each third one fails in five ways of six. */
function filmOf(shots: number): GraphNode[] {
  const portraits = Array.from({ length: 12 }, (_, n): GraphNode => ({ id: `portrait-${n}` }));
  const all = Array.from({ length: shots }, (_, n) => n);
  const stills = all.map((n): GraphNode => {
    return { id: `still-${n}`, from: portraits.map(({ id }) => `${id}?`), prices: [10, 10, 8, 6, 4, 2] };
  });
  const clips = all.map((n): GraphNode => ({ id: `clip-${n}`, from: [`still-${n}`], prices: [50, 40] }));
  const lines = all.map((n): GraphNode => ({ id: `line-${n}`, prices: [1] }));
  const cuts = all
    .filter((n) => n % 6 === 0)
    .map((n): GraphNode => {
      const own = all.slice(n, n + 6);
      return {
        id: `cut-${n}`,
        from: own.flatMap((shot) => [`clip-${shot}`, `line-${shot}?`]),
        prices: [0],
        lane: "job",
      };
    });
  const joined: GraphNode = {
    id: "episode",
    kind: "episode",
    from: cuts.slice(0, 40).map(({ id }) => id),
    prices: [0],
  };
  return [...portraits, ...stills, ...clips, ...lines, ...cuts, joined];
}

interface Counted {
  world: World;
  /** The largest item of each kind, in bytes. */
  sizes: Map<string, number>;
  /** Calls of each look at a production: those that read, those that write. */
  looks: { reads: number; writes: number }[];
}

async function produced(shots: number): Promise<Counted> {
  const world = await openWorld({
    graph: filmOf(shots),
    credits: 1e6,
    script: {
      open: unique,
      start(_, __, call) {
        const [, shot, rung] = /^still-(\d+) (\d)/.exec(promptOf(call)) ?? [];
        return Number(shot) % 3 === 0 && Number(rung) < 5 ? failed : succeeded;
      },
    },
  });
  const counted: Counted = { world, sizes: new Map(), looks: [] };
  await world.start(counting(counted));
  await produce(counted);
  return counted;
}

function counting({ world, sizes, looks }: Counted) {
  const around: Around = async ({ port, name, args }, act) => {
    const look = looks.at(-1);
    const isWrite = /^(put|delete|deleteMany|copy)$/.test(name);
    if (look) look[isWrite ? "writes" : "reads"]++;
    if (port === "table" && name === "put") {
      const { sort, data } = args[0] as { sort: string; data: object };
      const kind = sort.split("#")[0] ?? "";
      sizes.set(kind, Math.max(sizes.get(kind) ?? 0, Buffer.byteLength(JSON.stringify(data))));
    }
    return act();
  };
  return world.depsOf(intercepted(world, around));
}

/** Jobs are run by others: what a look at the production does is counted by itself. */
async function produce(counted: Counted): Promise<void> {
  const { world, looks } = counted;
  const deps = counting(counted);
  const key = keyOf(world.newest());
  for (let look = 0; look < 4000; look++) {
    const jobs = world.tickets.splice(0).filter((ticket) => isNodeJobId(ticket.split("/")[3] ?? ""));
    for (const ticket of jobs) await world.runTicket(ticket);
    const production = await read(world.deps, key);
    if (production.dueAt === null) return;
    if (jobs.length === 0) world.clock.moveTo(Math.max(world.clock.now(), production.dueAt));
    looks.push({ reads: 0, writes: 0 });
    await advanceProduction(deps, key, { by: "run-job", signal });
  }
  throw new Error(`never at rest: ${JSON.stringify(world.newest())}`);
}

const most = (looks: Counted["looks"]) => ({
  reads: Math.max(...looks.map(({ reads }) => reads)),
  writes: Math.max(...looks.map(({ writes }) => writes)),
});

describe("A film of nearly 600 nodes", () => {
  let large: Counted;
  let small: Counted;

  beforeAll(async () => {
    large = await produced(180);
    small = await produced(18);
  });

  it("is made, each node once, and the ledger is exact", async () => {
    const { world } = large;
    const { outcome, states, spent } = world.newest();
    expect(states.length).toBeGreaterThan(580);
    expect(states.length).toBeLessThanOrEqual(maxNodes);
    expect([outcome, states.replaceAll(/[dg]/g, "")]).toEqual(["completed", ""]);
    expect(spent).toBe(12 * 10 + 120 * 10 + 60 * 2 + 180 * 50 + 180);
    await world.checkAtRest();
  });

  it("has no item near to what a table takes", () => {
    const { sizes, world } = large;
    const node = Math.max(...world.nodes().map((one) => Buffer.byteLength(JSON.stringify(one))));
    expect(sizes.get("production")).toBeLessThan(32 * 1024);
    expect(node).toBeLessThan(8 * 1024);
    for (const [kind, size] of sizes) expect([kind, size < MAX_ITEM_BYTES / 8]).toEqual([kind, true]);
    for (const { sort, data } of world.table.items()) {
      expect([sort, Buffer.byteLength(JSON.stringify(data)) < MAX_ITEM_BYTES / 8]).toEqual([sort, true]);
    }
  });

  it("is looked at in steps that its size is no matter for: eight nodes told and eight begun, with what those are made from", () => {
    const { reads, writes } = most(large.looks);
    expect(reads).toBeLessThanOrEqual(16 * (MOST_INPUTS + 6));
    expect(writes).toBeLessThanOrEqual(16 * 3);
    expect(writes).toBeLessThanOrEqual(most(small.looks).writes + 8);
    expect(large.looks.length).toBeGreaterThan(small.looks.length);
  });

  it("that is all there already is used again in steps, each of a part of it, for nothing", async () => {
    large.looks.length = 0;
    const { world } = large;
    const before = world.provider.calls.length;
    await world.start(counting(large), {}, "again");
    await produce(large);
    const { outcome, states, spent } = world.newest();
    expect([outcome, states.replaceAll("r", ""), spent]).toEqual(["completed", "", 0]);
    expect(world.provider.calls.length).toBe(before);
    const { reads, writes } = most(large.looks);
    expect(large.looks.length).toBeGreaterThan(3);
    expect(reads).toBeLessThanOrEqual(160 * 6);
    expect(writes).toBeLessThanOrEqual(160 + 20 * 3);
    await world.checkAtRest();
  });
});
