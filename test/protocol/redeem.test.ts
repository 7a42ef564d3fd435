// Redeem, over all interleavings of two callers with a crash after each write. It writes no two items together: how a table does that is no matter.
import { describe, expect, it } from "vitest";
import { codeKey } from "../../shared/credits/codes.ts";
import type { Table } from "../../shared/ports/table.ts";
import { code, finishIt, redeem, redeemIt } from "./redeeming.ts";
import { exploreScenario, readingOnce, requireSafe, type Scenario } from "./scenario.ts";

describe("Redeem", () => {
  it("by the same user from two devices gives the credits once", async () => {
    const exploration = await exploreScenario(
      redeem([
        { name: "A", run: redeemIt },
        { name: "B", run: redeemIt },
      ]),
    );
    requireSafe(exploration);
  });

  const withTimer = (table?: (table: Table) => Table): Scenario =>
    redeem([
      { name: "A", run: redeemIt },
      { name: "timer", ...(table ? { table } : {}), run: finishIt },
    ]);

  it("meeting the timer that finishes claims gives the credits once", async () => {
    requireSafe(await exploreScenario(withTimer()));
  });

  it("would give them twice if the code were not read again after the account", async () => {
    const exploration = await exploreScenario(withTimer((table) => readingOnce(table, codeKey(code.code).partition)));
    expect(exploration.violation).not.toBeNull();
  });
});
