// The soak of the list of faults: half an hour, or as many seconds as SOAK_SECONDS says.
import { test } from "vitest";
import { holdsSteady } from "./soak.ts";

const seconds = Number(process.env.SOAK_SECONDS ?? 1800);

test(`F67: ${seconds} s at 50 requests a second in a heap of 128 MiB: memory and answers stay as they are`, (context) =>
  holdsSteady({ seconds, perSecond: 50, growthMebibytes: 10, slower: 2 }, context));
