// Crowds, as large as the list of faults has them.
import { expect, test } from "vitest";
import { expectOldestFirst, servesCrowd, sharesOfTheOne } from "./due-crowd.ts";
import { purgesCrowd } from "./purged-crowd.ts";

test("F51: after an hour without timers 20,000 jobs of as many users are looked at, the oldest first, 32 at once, in the memory of poll-tasks", async (context) => {
  const served = await servesCrowd({ users: 20_000, jobsEach: 1, jobsOfOne: 0 }, context);
  expect(served.atOnce).toBeLessThanOrEqual(32);
  expectOldestFirst(served, 32);
});

test("F52: 100,000 jobs due at once are looked at 32 at a time in the memory of poll-tasks, and whoever has 400 of the oldest keeps nobody waiting", async (context) => {
  const served = await servesCrowd({ users: 4980, jobsEach: 20, jobsOfOne: 400 }, context);
  expect(served.looks.length).toBe(100_000);
  expect(served.atOnce).toBeLessThanOrEqual(32);
  expect(sharesOfTheOne(served, 50)).toBeLessThan(20);
});

test("F56: a purge of 100,000 objects that is killed in the middle is finished by the next one, in less than 200 MiB", (context) =>
  purgesCrowd({ objects: 100_000, peakMebibytes: 200 }, context));
