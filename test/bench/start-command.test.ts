// The bench starts the product as `npm start` does: with the same settings of the process, and arguments that Node knows.
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { startCommand } from "../../bench/start-command.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));

test("what npm start sets is found in package.json, and Node starts with it", async () => {
  const { env, nodeArguments } = startCommand(root);
  expect(Object.keys(env)).toEqual(["MALLOC_ARENA_MAX", "MALLOC_MMAP_THRESHOLD_", "MALLOC_TRIM_THRESHOLD_"]);
  const print = "console.log(process.env.MALLOC_ARENA_MAX, process.execArgv.join(' '))";
  const { stdout } = await promisify(execFile)(process.execPath, [...nodeArguments, "-e", print], { env });
  expect(stdout).toContain(`${env.MALLOC_ARENA_MAX} ${nodeArguments.join(" ")}`);
  expect(nodeArguments.length).toBeGreaterThan(0);
});
