// Redeem, over all interleavings of two callers with a crash after each write. It writes no two items together: how a table does that is no matter.
import { describe, expect, it } from "vitest";
import { codeKey } from "../../shared/credits/codes.ts";
import { code, fromTwoDevices, meetingTheTimer } from "./redeeming.ts";
import { exploreScenario, readingOnce, requireSafe } from "./scenario.ts";

describe("Redeem", () => {
  it("by the same user from two devices gives the credits once", async () => {
    requireSafe(await exploreScenario(fromTwoDevices()));
  });

  it("meeting the timer that finishes claims gives the credits once", async () => {
    requireSafe(await exploreScenario(meetingTheTimer()));
  });

  it("would give them twice if the code were not read again after the account", async () => {
    const reading = meetingTheTimer((table) => readingOnce(table, codeKey(code.code).partition));
    const exploration = await exploreScenario(reading);
    expect(exploration.violation).not.toBeNull();
  });
});
