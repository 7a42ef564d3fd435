// Whether a tick costs what is due, and not what exists: 1,000 due jobs among 100,000, and among no others.
import { mkdtemp } from "node:fs/promises";
import { join } from "node:path";
import type { Bench } from "../bench.ts";
import { median } from "../numbers.ts";
import { startProgram } from "../processes.ts";
import type { Ticked, Ticks } from "../programs/ticks.ts";
import type { Result } from "../results.ts";

const DUE = 1000;
const UNFINISHED = 100_000;
const ROUNDS = 9;

export async function measureTicks(bench: Bench): Promise<Result[]> {
  await using ticks = startProgram<Ticks, Ticked>("ticks");
  const folder = await mkdtemp(join(bench.folder, "ticks-"));
  const { few, many } = await ticks.ask({ folder, due: DUE, unfinished: UNFINISHED, rounds: ROUNDS });
  const ratio = median(few.map((ms, round) => (many[round] ?? 0) / ms));
  return [
    {
      measure: "tick, 1,000 due of 100,000",
      ours: `${median(many).toFixed(0)} ms`,
      limit: `${median(few).toFixed(0)} ms`,
      ratio,
      aim: "at most 1.2",
      isMet: ratio <= 1.2,
      details: `of 100,000: ${many.map(Math.round).join(" ")} ms; of 1,000: ${few.map(Math.round).join(" ")} ms`,
    },
  ];
}
