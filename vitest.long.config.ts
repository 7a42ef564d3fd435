// npm run test:long: what takes minutes, one after the other. The same code runs briefly in `npm test`.
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.long.ts"],
    testTimeout: 3_600_000,
    hookTimeout: 600_000,
    expect: { poll: { timeout: 300_000 } },
    fileParallelism: false,
    disableConsoleIntercept: true,
    globalSetup: "test/shared-by-this-run.ts",
  },
});
