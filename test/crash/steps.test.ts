import { describe, test } from "vitest";
import type { GapOf } from "./gaps.ts";
import {
  generated,
  generatedInOneGo,
  imported,
  lackingOnce,
  type Row,
  refused,
  sentAlong,
  sketch,
  survives,
  twoFiles,
} from "./generation.ts";
import { words } from "./vendor.ts";

type Step = "claim" | "submit" | "transfer" | "persist" | "ending" | "closing";

const lake = generated("a lake");

const rows: Record<GapOf<Step>, Row> = {
  "claim: before the claim": lake,
  "claim: after the claim": lake,
  "claim: after a renewal, while a file streams": generated(words.slow),

  "submit: before submitting is written": lake,
  "submit: after submitting was written": lake,
  "submit: before a provider that takes our reference hears of it": lake,
  "submit: before a provider that can be asked hears of it": generated("a lake", "lookUp"),
  "submit: before a provider that cannot be asked hears of it": { ...generatedInOneGo, tasks: 0 },
  // Nobody knows of the first task any more: harmless, says this provider.
  "submit: after the answer of a provider that may be asked twice": { ...generated("a lake", "restart"), tasks: 2 },
  "submit: after the answer of a provider that takes our reference": lake,
  "submit: after the answer of a provider that can be asked": generated("a lake", "lookUp"),
  "submit: after the answer of a provider that cannot be asked": generatedInOneGo,
  "submit: after the task was written": lake,
  "submit: after the task's item": lake,
  "submit: after a success was heard of": lake,

  "transfer: before the list of outputs": twoFiles,
  "transfer: after the list of outputs": twoFiles,
  "transfer: inside a file that is fetched": imported,
  "transfer: inside a file that is drawn": sketch,
  "transfer: inside a file that came with the request": sentAlong,
  "transfer: after a file, before its record": twoFiles,
  "transfer: after the record of the first of two files": twoFiles,
  "transfer: after the record of the last file": twoFiles,

  "persist: before the copy": sketch,
  "persist: after the copy": lake,
  "persist: before the output's record": imported,
  "persist: after the first of two records": twoFiles,
  "persist: after the last of two records": twoFiles,
  "persist: before the completing write": lake,

  "ending: after the completing write": lake,
  "ending: after the capture": twoFiles,
  "ending: after it reads as completed": lake,
  "ending: after the failing write": refused,
  "ending: after the failed one's credits went back": refused,
  "ending: after it reads as failed": refused,

  "closing: after one of several deletes": twoFiles,
  "closing: after the task's item is gone": lake,
  "closing: before closed is written": sentAlong,
  "closing: before the outputs of an earlier attempt go": lackingOnce,
  "closing: between the outputs and the records of an earlier attempt": lackingOnce,
  "closing: after the records of an earlier attempt went": lackingOnce,
};

/** The rows of the list of faults that each step answers for. */
const faults: Record<Step, string> = {
  claim: "F02",
  submit: "F02, F03",
  transfer: "F04, F05",
  persist: "F05, F06",
  ending: "F06, F08",
  closing: "F06",
};

function faultsOf(gap: GapOf<Step>): string {
  return faults[gap.slice(0, gap.indexOf(":")) as Step];
}

describe.concurrent("a process that dies while it takes a job's steps", () => {
  test.for((Object.entries(rows) as [GapOf<Step>, Row][]).map(([gap, row]) => [faultsOf(gap), gap, row] as const))(
    "%s: %s: the job ends as it should, charged once and kept once, or given back",
    ([, gap, row]) => survives(gap, row),
  );
});
