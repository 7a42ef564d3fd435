import { describe, expect, test } from "vitest";
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

const ledgerGaps: GapOf<"ledger">[] = [
  "ledger: after a batch of older lines",
  "ledger: before the account lets go of them",
  "ledger: after the account let go of them",
];

const credits = 50;
const JOBS = 12;

describe.concurrent("a process that dies while it redeems a code", () => {
  test.for(redeemGaps)("%s: the repeat gives the credits once", (gap) =>
    inWorld(async (world) => {
      const user = await dieRedeeming(world, gap);
      await world.start({ secondsLater: AFTER_LEASES_S });
      expect((await redeem(user)).body.data).toEqual({ credits });
      await isRedeemedOnce(world, user);
    }),
  );

  test.for(redeemGaps)("%s: without a repeat the timer gives them, and a repeat gives no more", (gap) =>
    inWorld(async (world) => {
      const user = await dieRedeeming(world, gap);
      await world.start({ secondsLater: AFTER_LEASES_S });
      await comeToRest(world.dataDir);
      expect((await creditsOf(user)).balance).toBe(welcomeCredits + credits);
      expect((await redeem(user)).body.data).toEqual({ credits });
      await isRedeemedOnce(world, user);
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

async function dieRedeeming(world: World, gap: GapOf<"redeem">): Promise<User> {
  await world.start({ gap });
  const user = await world.register();
  expect((await user.call("POST", "/crash/codes", { json: { code: "a-code", credits } })).status).toBe(201);
  await world.diesDuring(() => redeem(user));
  return user;
}

function redeem(user: User) {
  return user.call("POST", "/crash/redeem", { json: { code: "a-code" } });
}

async function isRedeemedOnce(world: World, user: User): Promise<void> {
  const other = await world.register();
  expect((await redeem(other)).status).toBe(409);
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
