// Create and Retry over all ways of two callers, however often they interrupt each other.
import { describe } from "vitest";

process.env.CREATE_SWITCHES = "Infinity";

describe("with any number of interruptions:", async () => {
  await import("./create.test.ts");
});
