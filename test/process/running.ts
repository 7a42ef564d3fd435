// The product as a process of its own: started as `npm start` does it, stopped and killed by its number.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { TestContext } from "vitest";
import { type Call, callerOf, registerAt, type User } from "../api/user.ts";
import { childEnvironment } from "../child-environment.ts";

const program = fileURLToPath(new URL("../../scripts/start.ts", import.meta.url));

export interface Ended {
  code: number | null;
  signal: NodeJS.Signals | null;
}

export interface Running {
  pid: number;
  url: string;
  port: number;
  call: Call;
  register(): Promise<User>;
  /** All that it has printed so far. */
  stdout(): string;
  stderr(): string;
  ended: Promise<Ended>;
  /** Sends the signal to its whole group, and resolves when it has ended. */
  stop(signal: NodeJS.Signals): Promise<Ended>;
}

/** Timers and leases as short as they can sensibly be, so that nobody waits. */
const quick = { PORT: "0", TIMER_SECONDS: "1", LEASE_SECONDS: "2", LOG_LEVEL: "warn", RATE_LIMIT_PER_MINUTE: "0" };

export interface StartOptions {
  environment?: Record<string, string>;
  /** Default: the runtime alone, under the Node that runs the tests. */
  command?: readonly string[];
  /** Node's options. */
  node?: readonly string[];
  cwd?: string;
}

export interface Processes {
  /** A folder that goes with the test. */
  emptyFolder(): Promise<string>;
  /** Resolves when it listens. Rejects with what it printed when it ends before. */
  start(dataDir: string, options?: StartOptions): Promise<Running>;
  /** For a start that is to fail: how it ended, and what it said. One that succeeds is killed. */
  startInVain(dataDir: string, options?: StartOptions): Promise<Ended & { stdout: string; stderr: string }>;
}

type AtEnd = TestContext["onTestFinished"];

/** For one test: whatever is left of its processes and folders when it has ended goes with it. */
export function processes(atEnd: AtEnd): Processes {
  return {
    async emptyFolder() {
      const folder = await realpath(await mkdtemp(join(tmpdir(), "dream-factory-process-")));
      atEnd(() => rm(folder, { recursive: true, force: true }));
      return folder;
    },
    start: (dataDir, options = {}) => listening(launch(dataDir, options, atEnd)),
    async startInVain(dataDir, options = {}) {
      const { child, ended, kill, stdout, stderr } = launch(dataDir, options, atEnd);
      child.stdout.on("data", () => stdout().includes("listens on") && kill("SIGKILL"));
      return { ...(await ended), stdout: stdout(), stderr: stderr() };
    },
  };
}

type Launched = ReturnType<typeof launch>;

async function listening({ child, ended, kill, stdout, stderr }: Launched): Promise<Running> {
  const url = await new Promise<string>((resolve, reject) => {
    child.stdout.on("data", () => {
      const [, found] = /listens on (\S+)\n/.exec(stdout()) ?? [];
      if (found) resolve(found);
    });
    void ended.then(({ code }) => reject(new Error(`It ended with ${code}: ${stderr()}`)));
  });
  // Whoever calls it afterwards only finds nobody.
  void ended.then(({ code }) => code && console.error(`It ended with ${code}: ${stderr()}`));
  return {
    pid: child.pid ?? 0,
    url,
    port: Number(new URL(url).port),
    call: callerOf(() => url),
    register: () => registerAt(() => url),
    stdout,
    stderr,
    ended,
    stop(signal) {
      kill(signal);
      return ended;
    },
  };
}

function launch(dataDir: string, options: StartOptions, atEnd: AtEnd) {
  const { environment = {}, command, node = [], cwd = dataDir } = options;
  const [file = "", ...args] = command ?? [process.execPath, ...node, program];
  const { HOME } = process.env;
  const child = spawn(file, args, {
    cwd,
    // A group of its own: what it may have started itself ends with it.
    detached: true,
    env: { ...childEnvironment(), HOME, DATA_DIR: dataDir, ...quick, ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const output = { stdout: "", stderr: "" };
  child.stdout.on("data", (chunk) => {
    output.stdout += chunk;
  });
  child.stderr.on("data", (chunk) => {
    output.stderr += chunk;
  });
  const ended = once(child, "close").then(([code, signal]): Ended => ({ code, signal }));
  const kill = (signal: NodeJS.Signals) => killGroup(child, signal);
  atEnd(async () => {
    kill("SIGKILL");
    await ended;
  });
  return { child, ended, kill, stdout: () => output.stdout, stderr: () => output.stderr };
}

function killGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  const isOver = child.exitCode !== null || child.signalCode !== null;
  if (child.pid !== undefined && !isOver) process.kill(-child.pid, signal);
}
