// The same scenarios over a table that writes items together: fewer writes, so fewer ways, and what must hold is the same.
import { describe } from "vitest";
import { exploreOn, openLocally } from "./scenario.ts";

exploreOn({ open: openLocally, tooFewRuns: 5 });

describe("over a table that writes items together:", async () => {
  await import("./create.test.ts");
  await import("./ending.test.ts");
  await import("./money.test.ts");
  await import("./storage.test.ts");
  await import("./delete-user.test.ts");
});
