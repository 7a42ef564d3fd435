// How jobs end, as in `ending.long.ts`, over a table that writes items together.
import { exploreOn, openLocally } from "./scenario.ts";

exploreOn({ open: openLocally, tooFewRuns: 5 });

await import("./ending.long.ts");
