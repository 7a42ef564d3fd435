// Deaths at random moments, in quick succession; `npm run test:long` has them as the list of faults wants them.
import { test } from "vitest";
import { survivesDeaths } from "./deaths.ts";

test("F09: 12 deaths at random moments under load: every key has one job, charged once, and every acknowledged one ends", () =>
  survivesDeaths({ count: 12, shortestLifeMs: 50, longestLifeMs: 800 }));
