// What check-ledger says of productions: nothing while all is well, and of each kind of wrongness, made on purpose, a sentence that names it.
import { beforeAll, describe, expect, it } from "vitest";
import type { Account, LedgerLine } from "../../shared/credits/account.ts";
import { readLedger } from "../../shared/credits/ledger.ts";
import type { Job } from "../../shared/jobs/job.ts";
import { advanceProduction } from "../../shared/productions/advancing/advance.ts";
import {
  bytesOfProductions,
  checkProductions,
  type ProductionLedger,
} from "../../shared/productions/money/check-productions.ts";
import { keyOf, type Production } from "../../shared/productions/production.ts";
import { signal } from "./timers.ts";
import { openWorld, userId, type World } from "./world.ts";

const graph = [{ id: "a" }, { id: "b" }, { id: "episode", kind: "episode" as const, from: ["a", "b"] }];

interface Ledger extends ProductionLedger {
  account: Account;
  lines: LedgerLine[];
  productions: Production[];
  nodeJobs: Job[];
}

async function ledgerOf(world: World): Promise<Ledger> {
  return structuredClone({
    account: await world.account(),
    lines: (await readLedger(world.table, userId, { limit: 1000 }))?.lines ?? [],
    productions: world.productions(),
    nodeJobs: world.nodeJobs(),
  });
}

let now = 0;
let underWay: Ledger;
let ended: Ledger;

beforeAll(async () => {
  const world = await openWorld({ graph });
  await world.start();
  await advanceProduction(world.deps, keyOf(world.production()), { by: "run-job", signal });
  const [ticket] = world.tickets.splice(0);
  await world.runTicket(ticket ?? "");
  now = world.clock.now() + 10 * 60_000;
  underWay = await ledgerOf(world);
  await world.rest();
  ended = await ledgerOf(world);
});

/** What is found when one thing was changed in a ledger in which all was well. */
function foundIn(ledger: Ledger, change: (ledger: Ledger, production: Production) => void): string[] {
  const changed = structuredClone(ledger);
  const [production] = changed.productions;
  if (!production) throw new Error("there is no production");
  expect(checkProductions(changed, now)).toEqual([]);
  change(changed, production);
  return checkProductions(changed, now);
}

const first = <T>(all: readonly T[]): T => {
  const [one] = all;
  if (one === undefined) throw new Error("there is none");
  return one;
};

const wrong: [string, "underWay" | "ended", (ledger: Ledger, production: Production) => void, RegExp][] = [
  [
    "a line that names a node's job",
    "ended",
    ({ lines, nodeJobs }) => {
      first(lines).jobId = first(nodeJobs).id;
    },
    /line \d+ names a job of a production/,
  ],
  [
    "a hold without a production",
    "underWay",
    (ledger) => {
      ledger.productions = [];
      ledger.nodeJobs = [];
    },
    /30 are held, but there is no such production/,
  ],
  [
    "a hold of a production that has settled",
    "underWay",
    (_, production) => {
      production.state = "settled";
    },
    /30 are held, but it is settled/,
  ],
  [
    "a hold of another round",
    "underWay",
    ({ account }) => {
      first(account.holds).round = 2;
    },
    /round 2: 30 are held, but it is running in round 1/,
  ],
  [
    "a hold of another amount",
    "underWay",
    ({ account }) => {
      first(account.holds).amount = 29;
    },
    /29 are held/,
  ],
  [
    "a production that goes on without a hold",
    "underWay",
    ({ account }) => {
      account.holds = [];
    },
    /it goes on, but nothing is held for it/,
  ],
  [
    "more promised than there is",
    "underWay",
    (_, production) => {
      production.budget = 5;
    },
    /are spent and \d+ promised, of 5/,
  ],
  [
    "two charges of one round",
    "ended",
    ({ lines }) => {
      lines.push({ ...first(lines.filter(({ type }) => type === "charge")), n: 99 });
    },
    /there are several lines of type charge/,
  ],
  [
    "lines that do not add up",
    "ended",
    ({ lines }) => {
      first(lines.filter(({ type }) => type === "charge")).amount = -31;
    },
    /its lines should add up to -30, not -31/,
  ],
  [
    "more charged than was held",
    "ended",
    (_, production) => {
      first(production.rounds).held = 20;
    },
    /30 were charged instead of 20/,
  ],
  [
    "an entry whose job is not there",
    "underWay",
    (ledger, production) => {
      ledger.nodeJobs = ledger.nodeJobs.filter(({ id }) => id !== first(production.admitted).jobId);
    },
    /it pays for job .*, which is not there/,
  ],
  [
    "an entry of another price",
    "underWay",
    (_, production) => {
      first(production.admitted).price = 9;
    },
    /its production has admitted another price or make/,
  ],
  [
    "an entry of another make",
    "underWay",
    (_, production) => {
      first(production.admitted).make = 2;
    },
    /its production has admitted another price or make/,
  ],
  [
    "an entry of a job that has settled",
    "underWay",
    (ledger, production) => {
      const job = first(ledger.nodeJobs.filter(({ id }) => id === first(production.admitted).jobId));
      Object.assign(job, { phase: "closed", outcome: "failed", paidRound: 1 });
    },
    /it is settled, but its production still pays for it/,
  ],
  [
    "a job in two entries",
    "underWay",
    (_, production) => {
      production.admitted.push({ ...first(production.admitted) });
      production.budget = 60;
    },
    /1 jobs are paid for twice at once/,
  ],
  [
    "a job that runs and that nobody pays for",
    "underWay",
    (ledger, production) => {
      const { jobId } = first(production.admitted);
      production.admitted = [];
      Object.assign(first(ledger.nodeJobs.filter(({ id }) => id === jobId)), { paidRound: 1 });
    },
    /it was begun, but its production does not pay for it/,
  ],
  [
    "a job of no production",
    "ended",
    ({ nodeJobs }) => {
      Object.assign(first(nodeJobs), { production: { ...first(nodeJobs).production, id: "other" } });
    },
    /there is no production that it belongs to/,
  ],
  [
    "a node that was made twice in one round",
    "ended",
    ({ nodeJobs }) => {
      nodeJobs.push({ ...first(nodeJobs), id: "twin" });
    },
    /its node was made twice in one round/,
  ],
  [
    "more spent than jobs have captured",
    "underWay",
    (_, production) => {
      production.spent += 1;
    },
    /\d+ are spent, but its jobs have captured \d+/,
  ],
  [
    "a round that captured otherwise than its jobs",
    "ended",
    ({ lines, nodeJobs }) => {
      first(nodeJobs).captured = 9;
      expect(lines.length).toBeGreaterThan(0);
    },
    /round 1: it captured 30, but its jobs 29/,
  ],
];

describe("check-ledger, of productions", () => {
  it.each(wrong)("finds %s", (_, which, change, words) => {
    const found = foundIn(which === "ended" ? ended : underWay, change);
    expect(found.join("\n")).toMatch(words);
  });

  it("leaves alone a hold that a timer has still to look at", () => {
    const { account } = structuredClone(underWay);
    const late = first(account.holds).expiresAt + 60_000;
    expect(checkProductions({ account, lines: [], productions: [], nodeJobs: [] }, late)).toEqual([]);
  });

  it("counts the bytes of rounds once, and of none whose hold is still there", () => {
    const [production] = ended.productions;
    const bytes = production?.rounds[0]?.bytes ?? 0;
    expect(bytes).toBeGreaterThan(0);
    expect(bytesOfProductions(ended.account, ended.productions)).toBe(bytes);
    expect(ended.account.usedBytes).toBe(bytes);
    const held = { ...ended.account, holds: structuredClone(underWay.account.holds) };
    expect(bytesOfProductions(held, ended.productions)).toBe(0);
  });

  it("says nothing of what a purged production has captured: its jobs are gone", () => {
    const changed = structuredClone(ended);
    for (const production of changed.productions) production.purged = true;
    changed.nodeJobs = [];
    expect(checkProductions(changed, now)).toEqual([]);
  });
});
