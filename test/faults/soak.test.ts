// A soak that is over before anything is soaked: that the load itself is well, and nothing leaks by the megabyte.
import { test } from "vitest";
import { holdsSteady } from "./soak.ts";

test("F67: 15 s at 50 requests a second in a heap of 128 MiB", (context) =>
  holdsSteady({ seconds: 15, perSecond: 50, growthMebibytes: 60, slower: null }, context));
