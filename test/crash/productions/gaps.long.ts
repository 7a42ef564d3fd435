// A process that dies in each gap of a production.
import { describe, expect, it } from "vitest";
import { productionGaps } from "./gaps.ts";
import { survivesGap } from "./survive.ts";

describe.concurrent("a process that dies while it makes a film", () => {
  it.each(Object.keys(productionGaps))("%s: one job for each node, charged once, and the film comes out", survivesGap);

  it("dies in no gap twice by another name", () => {
    expect(Object.keys(productionGaps).length).toBeGreaterThan(55);
  });
});
