// Redeeming one code: what is there, and what must hold however it went.
import { expect } from "vitest";
import { type Code, codeItem, finishCode, readCode, redeemCode } from "../../shared/credits/codes.ts";
import type { JobDeps } from "../../shared/jobs/deps.ts";
import type { Table } from "../../shared/ports/table.ts";
import type { Caller, Scenario } from "./scenario.ts";
import { userId } from "./world.ts";

export const code: Code = { code: "C0DE", credits: 25, expiresAt: null, claimedBy: null, isDone: false };

const redeemIt = (deps: JobDeps) => redeemCode(deps, userId, code.code);

/** As the timer does. */
async function finishIt(deps: JobDeps): Promise<void> {
  const found = await readCode(deps.table, code.code);
  if (found) await finishCode(deps, found);
}

export const fromTwoDevices = (): Scenario =>
  redeem([
    { name: "A", run: redeemIt },
    { name: "B", run: redeemIt },
  ]);

/** `table`: as the timer sees it. */
export const meetingTheTimer = (table?: (table: Table) => Table): Scenario =>
  redeem([
    { name: "A", run: redeemIt },
    { name: "timer", ...(table ? { table } : {}), run: finishIt },
  ]);

function redeem(callers: Caller[]): Scenario {
  return {
    credits: 5,
    async setUp(world) {
      await world.timer.table.put(codeItem(code, world.clock.now()), "absent");
      return undefined;
    },
    callers,
    async expectFinally(world, _, crashed) {
      const found = await readCode(world.timer.table, code.code);
      const account = await world.timer.table.get({ partition: `user#${userId}`, sort: "account" });
      const isClaimed = found?.claimedBy !== null;
      expect(account?.data.earned).toBe(isClaimed ? 30 : 5);
      expect(found?.isDone).toBe(isClaimed);
      if (crashed.length === 0) expect(isClaimed).toBe(true);
    },
  };
}
