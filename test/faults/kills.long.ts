// Deaths, as many and for as long as the list of faults has them.
import { test } from "vitest";
import { survivesDeaths } from "../crash/deaths.ts";
import { survivesKilledCreates } from "./killed-creates.ts";

test("F01: 200 deaths at random moments of a create: per key one job and one charge, or neither, and the repeat gets the same", () =>
  survivesKilledCreates(200));

test("F09: a death every 1 to 3 s for two minutes under 20 requests a second: all is well at the end, and every accepted job has ended", () =>
  survivesDeaths({ count: 60, shortestLifeMs: 1000, longestLifeMs: 3000 }));
