import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { makeCodes } from "../../shared/credits/codes-making.ts";
import { realClock, realIds } from "../../shared/runtime/real.ts";
import { openSqliteTable } from "../../shared/tables/sqlite.ts";
import { grantRole } from "../../shared/users/grant-role.ts";
import { creditsOf, follow, type User } from "../api/user.ts";
import { comeToRest } from "./at-rest.ts";
import type { GapOf } from "./gaps.ts";
import { checkAtRest } from "./invariants.ts";
import { AFTER_LEASES_S, inWorld, type World, welcomeCredits } from "./world.ts";

const redeemGaps: GapOf<"redeem">[] = [
  "redeem: after the claim",
  "redeem: after the grant",
  "redeem: after the code is done",
  "redeem: before the marker is removed",
];

const codeGaps: GapOf<"codes">[] = ["codes: after some of those that were asked for"];

const ledgerGaps: GapOf<"ledger">[] = [
  "ledger: after a batch of older lines",
  "ledger: before the account lets go of them",
  "ledger: after the account let go of them",
];

type MakingDeps = Parameters<typeof makeCodes>[0];

const credits = 50;
const JOBS = 12;

describe.concurrent("a process that dies while it redeems a code", () => {
  test.for(redeemGaps)("%s: the repeat gives the credits once", (gap) =>
    inWorld(async (world) => {
      const { user, code } = await dieRedeeming(world, gap);
      await world.start({ secondsLater: AFTER_LEASES_S });
      await isToldOfItsCredits(user, code);
      await isRedeemedOnce(world, user, code);
    }),
  );

  test.for(redeemGaps)("%s: without a repeat the timer gives them, and a repeat gives no more", (gap) =>
    inWorld(async (world) => {
      const { user, code } = await dieRedeeming(world, gap);
      await world.start({ secondsLater: AFTER_LEASES_S });
      await comeToRest(world.dataDir);
      expect((await creditsOf(user)).balance).toBe(welcomeCredits + credits);
      await isToldOfItsCredits(user, code);
      await isRedeemedOnce(world, user, code);
    }),
  );
});

describe.concurrent("a process that dies while it moves older lines out of an account", () => {
  test.for(ledgerGaps)("%s: every line is there once, and in order", (gap) =>
    inWorld(async (world) => {
      await world.start({ gap });
      const user = await world.register();
      await world.diesDuring(() => draw(user));
      await world.start({ secondsLater: AFTER_LEASES_S });
      for (const id of await draw(user)) expect((await follow(user, id)).status).toBe("completed");
      expect((await creditsOf(user)).balance).toBe(welcomeCredits - JOBS);
      const { jobs, olderLines, accounts } = await checkAtRest(world, [user]);
      expect([jobs.length, accounts.map(({ nextLine }) => nextLine)]).toEqual([JOBS, [JOBS + 2]]);
      expect(olderLines.length).toBe(1);
    }),
  );
});

describe.concurrent("a process that dies while it makes codes", () => {
  test.for(codeGaps)("%s: nobody was shown any; asking again makes as many, each good once", (gap) =>
    inWorld(async (world) => {
      await world.start({ gap });
      const admin = await world.register();
      await withTable(world, ({ table }) => grantRole({ table }, "admin", admin.email));
      const make = () => admin.call("POST", "/admin/codes", { json: { credits, count: 40 } });
      await world.diesDuring(make);
      await world.start({ secondsLater: AFTER_LEASES_S });
      const { items } = (await make()).body.data;
      expect(items.length).toBe(40);
      for (const { code } of items.slice(-2)) expect((await redeem(admin, code)).status).toBe(200);
      expect((await creditsOf(admin)).balance).toBe(welcomeCredits + 2 * credits);
      const { codes } = await checkAtRest(world, [admin]);
      const unclaimed = codes.filter(({ claimedBy }) => claimedBy === null);
      expect([codes.length - unclaimed.length, unclaimed.length >= 38 + 30]).toEqual([2, true]);
    }),
  );
});

async function dieRedeeming(world: World, gap: GapOf<"redeem">): Promise<{ user: User; code: string }> {
  await world.start({ gap });
  const user = await world.register();
  const [code = ""] = await withTable(world, (deps) => makeCodes(deps, { credits, count: 1, expiresAt: null }));
  await world.diesDuring(() => redeem(user, code));
  return { user, code };
}

/** As a script of the operator's does: beside the process, without its gap. */
async function withTable<T>({ dataDir }: World, act: (deps: MakingDeps) => Promise<T>): Promise<T> {
  const table = await openSqliteTable({ path: join(dataDir, "table.sqlite") });
  try {
    return await act({ table, clock: realClock, ids: realIds });
  } finally {
    await table.close();
  }
}

function redeem(user: User, code: string) {
  return user.call("POST", "/credits/redeem", { json: { code } });
}

async function isToldOfItsCredits(user: User, code: string): Promise<void> {
  const { status, body } = await redeem(user, code);
  expect([status, body.data]).toEqual([200, { credits, balance: welcomeCredits + credits }]);
}

async function isRedeemedOnce(world: World, user: User, code: string): Promise<void> {
  const other = await world.register();
  expect((await redeem(other, code)).status).toBe(409);
  await comeToRest(world.dataDir);
  expect(await creditsOf(user)).toMatchObject({
    balance: welcomeCredits + credits,
    totalEarned: welcomeCredits + credits,
  });
  const { codes } = await checkAtRest(world, [user, other]);
  expect(codes).toMatchObject([{ claimedBy: user.userId, isDone: true }]);
}

/** Asks for each picture under a key of its own. Answers the ids of their jobs. */
async function draw(user: User): Promise<string[]> {
  const ids: string[] = [];
  for (let n = 1; n <= JOBS; n++) {
    const { body } = await user.call("POST", "/ai/generate-image", {
      json: { prompt: `picture ${n}`, provider: "sketch", size: "64x64" },
      headers: { "idempotency-key": `picture ${n}` },
    });
    ids.push(body.data.id);
  }
  return ids;
}
