import { test } from "vitest";
import { survivesDeaths } from "./deaths.ts";

test("F09: 40 deaths in quick succession under load: every key has one job, charged once, and every acknowledged one ends", () =>
  survivesDeaths({ count: 40, shortestLifeMs: 50, longestLifeMs: 800 }));
