// Deleting a user, over interleavings with whatever else is under way in their name, with a crash after each write.
import { describe, expect, it } from "vitest";
import { readAccount } from "../../shared/credits/account.ts";
import { type Code, codeItem, readCode, redeemCode } from "../../shared/credits/codes.ts";
import { cancelJob } from "../../shared/jobs/asking/cancel.ts";
import { retryJob } from "../../shared/jobs/asking/retry.ts";
import { type Job, keyOf } from "../../shared/jobs/job.ts";
import { readLogin, readUser } from "../../shared/users/user.ts";
import { email, itemsOf, register, remove } from "../jobs/deleting.ts";
import {
  type Caller,
  create,
  created,
  existing,
  exploreScenario,
  failed,
  requireSafe,
  type Scenario,
} from "./scenario.ts";
import { type SmallWorld, userId } from "./world.ts";

const deleter: Caller = { name: "deleter", run: remove };
const retrier: Caller = { name: "retrier", run: (deps, job) => retryJob(deps, keyOf(existing(job))) };
const canceller: Caller = { name: "canceller", run: (deps, job) => cancelJob(deps, keyOf(existing(job))) };

/** The user exists before anybody calls. */
function existingUser(setUp?: (world: SmallWorld) => Promise<Job | undefined>): NonNullable<Scenario["setUp"]> {
  return async (world) => {
    await register(world.timer);
    return setUp?.(world);
  };
}

/** Either the user was deleted to the end, or the deletion died before its first write. */
async function expectGoneOrUntouched({ timer: { table } }: SmallWorld, crashed: string[]): Promise<boolean> {
  const account = (await readAccount(table, userId))?.account;
  const login = await readLogin(table, email);
  const profile = await readUser(table, userId);
  if (!account?.deletion) {
    expect([crashed.includes("deleter"), login === null, profile === null]).toEqual([true, false, false]);
    return false;
  }
  expect([login, profile, account.deletion.dueAt]).toEqual([null, null, null]);
  const kinds = (await itemsOf(table)).map(({ sort }) => sort.replace(/#.*/, ""));
  expect(kinds.filter((kind) => !["account", "job", "ledger"].includes(kind))).toEqual([]);
  return true;
}

function meeting(other: Caller, setUp?: (world: SmallWorld) => Promise<Job | undefined>): Scenario {
  return {
    credits: 30,
    maxSwitches: 2,
    setUp: existingUser(setUp),
    callers: [deleter, other],
    async expectFinally(world, _, crashed) {
      const isGone = await expectGoneOrUntouched(world, crashed);
      if (isGone) for (const { request } of await world.jobs()) expect(request.prompt).toBe("");
    },
  };
}

describe("Deleting a user", () => {
  it("meeting a create: the job is paid for and given back, or never was", async () => {
    requireSafe(await exploreScenario(meeting({ name: "creator", run: create })));
  });

  it("meeting a retry: its round is paid for and given back, or the job stays failed", async () => {
    requireSafe(await exploreScenario(meeting(retrier, failed)));
  });

  it("meeting a cancel: the credits go back once", async () => {
    requireSafe(await exploreScenario({ ...meeting(canceller, created), maxSwitches: 1 }));
  });

  const code: Code = { code: "C0DE", credits: 25, expiresAt: null, claimedBy: null, isDone: false };

  it("meeting a redemption: the code is spent and in the ledger, or as good as before", async () => {
    const redeemer: Caller = { name: "redeemer", run: (deps) => redeemCode(deps, userId, code.code) };
    const scenario = meeting(redeemer, async (world) => {
      await world.timer.table.put(codeItem(code, world.clock.now()), "absent");
      return undefined;
    });
    const exploration = await exploreScenario({
      ...scenario,
      async expectFinally(world, _, crashed) {
        await expectGoneOrUntouched(world, crashed);
        const found = await readCode(world.timer.table, code.code);
        const account = (await readAccount(world.timer.table, userId))?.account;
        expect([found?.isDone, found?.claimedBy]).toEqual(account?.earned === 55 ? [true, userId] : [false, null]);
      },
    });
    requireSafe(exploration);
  });
});
