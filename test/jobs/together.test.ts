// What users and timers do with jobs, over a table that writes items together. Files about deaths between single writes are not among these:
// there are none here, and test/protocol goes through every death that is left.
import { describe } from "vitest";
import { writeTogether } from "./fixture.ts";

writeTogether();

describe("over a table that writes items together:", async () => {
  await import("./create.test.ts");
  await import("./retry.test.ts");
  await import("./tickets.test.ts");
  await import("./claims.test.ts");
  await import("./nudge.test.ts");
  await import("./transfer.test.ts");
  await import("./fallback.test.ts");
  await import("./pacing.test.ts");
  await import("./late-answers.test.ts");
  await import("./uncertain.test.ts");
});
