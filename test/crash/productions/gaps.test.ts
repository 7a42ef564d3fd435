// A process that dies in a gap of a production, one of each step; `gaps.long.ts` has all of them.
import { describe, it } from "vitest";
import { survivesGap } from "./survive.ts";

const some = [
  "start: after the hold",
  "admit: after the entry",
  "node: after its production knows",
  "end: after it has ended",
  "cancel: after a job was cancelled",
  "resume: after the next round",
  "reuse: after a node is written",
];

describe.concurrent("a process that dies while it makes a film", () => {
  it.each(some)("%s: one job for each node, charged once, and the film comes out", survivesGap);
});
