import { it } from "vitest";
import { survivesMoments } from "./survive.ts";

it("dies at 40 random moments while films are made: one job for each node, each charged once, and all of them come out", () =>
  survivesMoments(40));
