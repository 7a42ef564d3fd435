import { describe, test } from "vitest";
import { survivesStarting } from "./starts.ts";

/** From before the first line runs to about when it listens. */
const moments = [60, 120, 180, 240, 300, 350, 400, 450, 500, 600, 700];

describe.concurrent("a process that is killed while it starts on an empty folder", () => {
  test.for(moments)("after %i ms: the next one starts and serves", survivesStarting);
});
