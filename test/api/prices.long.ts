// What is quoted, held and captured, for one output and for several of each.
import { describe } from "vitest";

process.env.OUTPUTS_AT_A_TIME = "1,3";

describe("for other numbers:", async () => {
  await import("./prices.test.ts");
});
