import { defineConfig } from "vitest/config";
import { LongestFirst } from "./test/longest-first.ts";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    // One limit for all, far beyond what any machine needs: it only ends what hangs.
    testTimeout: 600_000,
    hookTimeout: 600_000,
    expect: { poll: { timeout: 300_000 } },
    // More than most machines have processors: many tests wait for leases and timers.
    maxWorkers: 4,
    sequence: { sequencer: LongestFirst },
    globalSetup: "test/shared-by-this-run.ts",
  },
});
