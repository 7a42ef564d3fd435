import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    // One limit for all, far beyond what any machine needs: it only ends what hangs.
    testTimeout: 600_000,
    hookTimeout: 600_000,
    expect: { poll: { timeout: 300_000 } },
    // More than most machines have processors: many tests wait for leases and timers.
    maxWorkers: 4,
    globalSetup: "test/shared-by-this-run.ts",
  },
});
