// Large outputs, as large as a quick test can have them: held whole in memory they would already be too many.
import { test } from "vitest";
import { cutsEndlessOutput } from "./endless-output.ts";
import { keepsLargeOutputs } from "./large-outputs.ts";

test("F37: an endless output is cut at 256 MiB, refunded, and takes less than 200 MiB of memory", (context) =>
  cutsEndlessOutput({ largestMebibytes: 256, peakMebibytes: 200 }, context));

test("F38: one film of 384 MiB is kept whole in less than 200 MiB of memory", (context) =>
  keepsLargeOutputs({ films: 1, mebibytesEach: 384, peakMebibytes: 200 }, context));

test("F39: ten films of 40 MiB at once are kept whole in less than 400 MiB of memory", (context) =>
  keepsLargeOutputs({ films: 10, mebibytesEach: 40, peakMebibytes: 400 }, context));
