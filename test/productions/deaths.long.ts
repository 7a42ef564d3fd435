import { it } from "vitest";
import { names, survivesDeaths } from "./deaths.ts";

it.each(names)("%s: dies at every write, and comes out the same", (name) => survivesDeaths(name, 1));
