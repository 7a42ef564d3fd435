// `deaths.long.ts` has a death at every write of each.
import { it } from "vitest";
import { names, survivesDeaths } from "./deaths.ts";

it("film: dies at every write, and comes out the same", () => survivesDeaths("film", 1));

it.each(names.filter((name) => name !== "film"))("%s: dies at every fourth write, and comes out the same", (name) =>
  survivesDeaths(name, 4),
);
