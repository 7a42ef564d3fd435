// As races.test.ts, with a cancel at each call of a job's owner.
process.env.CLOUDS_TRIALS = "40";

await import("./races.test.ts");
