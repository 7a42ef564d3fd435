import { it } from "vitest";
import { costNoMore } from "./chances.ts";

it("150 graphs of chance with failures of chance cost no more than their budget, and just what they kept", () =>
  costNoMore(150));
