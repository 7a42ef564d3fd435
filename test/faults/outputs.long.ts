// Large outputs, as large as the list of faults has them.
import { test } from "vitest";
import { cutsEndlessOutput } from "./endless-output.ts";
import { keepsLargeOutputs } from "./large-outputs.ts";

test("F37: an endless output is cut at 1 GiB, refunded, and takes less than 200 MiB of memory", (context) =>
  cutsEndlessOutput({ largestMebibytes: 1024, peakMebibytes: 200 }, context));

test("F38: one film of 1 GiB is kept whole in less than 200 MiB of memory", (context) =>
  keepsLargeOutputs({ films: 1, mebibytesEach: 1024, peakMebibytes: 200 }, context));

test("F39: ten films of 200 MiB at once are kept whole in less than 400 MiB of memory", (context) =>
  keepsLargeOutputs({ films: 10, mebibytesEach: 200, peakMebibytes: 400 }, context));
