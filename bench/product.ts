// The product as `npm start` runs it: a process of its own, on an empty folder and a free port.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Bench } from "./bench.ts";
import { portOf } from "./origins.ts";
import { cpuSeconds, cpuSecondsWithChildren, peakMemory, residentMemory } from "./proc.ts";
import { stop, watched } from "./processes.ts";
import { startCommand } from "./start-command.ts";

export interface Product {
  port: number;
  dataDir: string;
  /** The memory that its process has now, in bytes. */
  memory(): number;
  /** The most memory that its process ever had, in bytes. */
  peakMemory(): number;
  /** Processor time that it has taken so far. */
  cpuSeconds(): number;
  /** With that of the programs which it has started and which have ended. */
  cpuSecondsWithChildren(): number;
  kill(): Promise<void>;
  /** Stops it and removes its folder. */
  [Symbol.asyncDispose](): Promise<void>;
}

/** `trustedPort`: of an origin on 127.0.0.1, if files are to come from one. Keeping a file costs one credit, so that every job has its hold and its line. */
export async function startProduct(
  bench: Bench,
  trustedPort: number | null,
  environment: Readonly<Record<string, string>> = {},
): Promise<Product> {
  const dataDir = await mkdtemp(join(bench.folder, "product-"));
  const port = await findFreePort();
  const env = {
    PORT: `${port}`,
    DATA_DIR: dataDir,
    LOG_LEVEL: "warn",
    RATE_LIMIT_PER_MINUTE: "0",
    WELCOME_CREDITS: "1000000",
    MAX_ACTIVE_JOBS: "1000",
    MAX_ACTIVE_FREE_JOBS: "1000",
    PRICES: '{"import":1}',
    TRUSTED_HOSTS: trustedPort === null ? "" : `127.0.0.1:${trustedPort}`,
    // One tick at the start. What falls due later is not looked at in the midst of a measurement.
    TIMER_SECONDS: "3600",
    ...environment,
  };
  // From another folder than the repository's: the operator's `.env` is none of the bench's business.
  const start = startCommand(bench.root);
  const script = join(bench.root, "scripts/start.ts");
  const child = spawn(process.execPath, [...start.nodeArguments, ...bench.nodeArguments, script], {
    env: { ...start.env, ...env },
    cwd: bench.folder,
    stdio: ["ignore", "pipe", "inherit"],
  });
  watched(child);
  const { pid = 0 } = child;
  await listening(child.stdout);
  return {
    port,
    dataDir,
    memory: () => residentMemory(pid),
    peakMemory: () => peakMemory(pid),
    cpuSeconds: () => cpuSeconds(pid),
    cpuSecondsWithChildren: () => cpuSecondsWithChildren(pid),
    kill: () => stop(child, "SIGKILL"),
    async [Symbol.asyncDispose]() {
      await stop(child, "SIGTERM");
      await rm(dataDir, { recursive: true });
    },
  };
}

/** Resolves with the greeting. Warnings and errors that come later are shown: a measurement with them is worth nothing. */
async function listening(stdout: NodeJS.ReadableStream): Promise<void> {
  const lines = createInterface(stdout);
  const isReady = Promise.withResolvers<void>();
  lines.on("line", (line) => {
    if (line.includes("listens on")) isReady.resolve();
    if (line.startsWith("{")) console.error(`the product: ${line.slice(0, 500)}`);
  });
  lines.once("close", () => isReady.reject(new Error("The product has ended.")));
  await isReady.promise;
}

export async function findFreePort(): Promise<number> {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const port = portOf(probe);
  probe.close();
  await once(probe, "close");
  return port;
}
