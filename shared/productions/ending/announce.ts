// Who is told how a round has ended. A step of closing, which is repeated until it is done: whoever dies between the end and the delivery leaves the
// production due.
import type { RequestDeps } from "../../jobs/deps.ts";
import type { Production } from "../production.ts";

/** Makes the delivery of a settled round, if there is anybody to hear of it; repeating it is safe. Of a round that nobody paid for nobody hears. */
export async function announceProduction(
  deps: Pick<RequestDeps, "announceEnding" | "table" | "clock">,
  production: Production,
): Promise<void> {
  const { userId, id, round, paidRound, state, outcome, reason, completedAt, updatedAt, webhookUrl: url } = production;
  const isEnd = state === "settled" && outcome !== null && paidRound === round;
  if (url === undefined || !isEnd || reason === "user_deleted") return;
  const endedAt = completedAt ?? updatedAt;
  await deps.announceEnding(deps, { of: "production", userId, jobId: id, round, outcome, endedAt, url });
}
