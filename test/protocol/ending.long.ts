// How jobs end, over the ways of two callers with up to three interruptions each.
import { describe } from "vitest";

process.env.ENDING_SWITCHES = "3";

describe("with three interruptions:", async () => {
  await import("./ending.test.ts");
});
