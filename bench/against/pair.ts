// One part measured of two products in alternating rounds, and the one's rows held against the other's.
import { median } from "../numbers.ts";
import type { Result } from "../results.ts";
import { createTurns, type Turns } from "./turns.ts";

type Measure = (turn: Turns["turn"]) => Promise<Result[]>;

/** Rejects when ours cannot be measured. What theirs cannot do is told, and shown beside each row. */
export async function measureBoth(ours: Measure, theirs: Measure): Promise<Result[]> {
  const [first, second] = createTurns();
  const [own, other] = await Promise.allSettled([
    first.during(() => ours(first.turn)),
    second.during(() => theirs(second.turn)),
  ]);
  if (own.status === "rejected") throw own.reason;
  if (other.status === "fulfilled") return own.value.map((row) => held(row, other.value));
  const { reason } = other;
  console.error(`The other commit could not be measured. ${reason instanceof Error ? reason.stack : reason}`);
  return own.value.map((row) => ({ ...row, theirs: "failed" }));
}

/** The median of the rounds' ratios: what came between the two of a round came to both. */
function held(row: Result, others: readonly Result[]): Result {
  const other = others.find(({ measure }) => measure === row.measure);
  if (!other) return { ...row, theirs: "has no such row" };
  const ratios = (row.rounds ?? []).flatMap((value, i) => {
    const theirs = other.rounds?.[i];
    return theirs === undefined ? [] : [value / theirs];
  });
  const details = `${row.details}; theirs: ${other.details}`;
  return { ...row, theirs: other.ours, ...(ratios.length > 0 && { toTheirs: median(ratios) }), details };
}
