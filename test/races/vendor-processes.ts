// Processes of the product that share a folder and a vendor.
import { fileURLToPath } from "node:url";
import type { TestContext } from "vitest";
import { callerOf, type User } from "../api/user.ts";
import { startVendor } from "../crash/vendor.ts";
import { processes, type Running } from "../process/running.ts";
import { startGate } from "./gate.ts";

const program = fileURLToPath(new URL("vendor-runtime.ts", import.meta.url));

/** Two of them. The answer to the first order of all is held back until the gate is opened. */
export async function startPair(atEnd: TestContext["onTestFinished"], environment: Record<string, string> = {}) {
  const vendor = await startVendor();
  atEnd(() => vendor.close());
  const gate = await startGate(vendor.url);
  atEnd(() => gate.close());
  const { emptyFolder, start } = processes(atEnd);
  const dataDir = await emptyFolder();
  const options = {
    command: [process.execPath, program],
    environment: { TRUSTED_HOSTS: `127.0.0.1:${vendor.port}`, MAX_ACTIVE_JOBS: "100", ...environment },
  };
  const launch = (url: string) => start(dataDir, { ...options, environment: { ...options.environment, VENDOR: url } });
  const [first, second] = await Promise.all([launch(gate.url), launch(gate.url)]);
  return { dataDir, vendor, gate, first, second };
}

/** The same user at another process. */
export function at(running: Running, user: User): User {
  return { ...user, call: callerOf(() => running.url, user.token) };
}
