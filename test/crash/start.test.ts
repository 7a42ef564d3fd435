import { describe, test } from "vitest";
import { survivesStarting } from "./starts.ts";

/** From before the first line runs to about when it listens. */
const moments = [60, 120, 200, 300, 450];

describe.concurrent("a process that is killed while it starts on an empty folder", () => {
  test.for(moments)("after %i ms: the next one starts and serves", survivesStarting);
});
