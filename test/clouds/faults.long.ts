// As faults.test.ts, with more jobs.
process.env.CLOUDS_JOBS = "20";

await import("./faults.test.ts");
