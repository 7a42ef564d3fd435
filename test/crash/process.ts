// A child process that runs the product, and how it ends.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { childEnvironment } from "../child-environment.ts";
import { bundled } from "./bundle.ts";

export interface Ending {
  signal: NodeJS.Signals | null;
  code: number | null;
  /** All that was written to standard error. */
  stderr: string;
}

export interface ProductProcess {
  /** True when it listens, false when it ended before that. */
  listening: Promise<boolean>;
  ended: Promise<Ending>;
  /** What it has logged so far, line by line. */
  log(): string[];
  send(signal: "SIGKILL" | "SIGTERM"): void;
}

export async function startProcess(environment: Record<string, string>): Promise<ProductProcess> {
  const child = spawn(process.execPath, [await bundled("runtime")], { env: { ...childEnvironment(), ...environment } });
  let stdout = "";
  let stderr = "";
  child.stderr.setEncoding("utf8").on("data", (text) => {
    stderr += text;
  });
  const listens = new Promise<true>((resolve) => {
    child.stdout.setEncoding("utf8").on("data", (text) => {
      stdout += text;
      if (stdout.includes("listening\n")) resolve(true);
    });
  });
  // Its input stays open for as long as we live: it ends when that ends.
  child.stdin.on("error", () => {});
  const ended = once(child, "close").then(([code, signal]): Ending => ({ code, signal, stderr }));
  return {
    listening: Promise.race([listens, ended.then(() => false)]),
    ended,
    log: () => stdout.split("\n").filter((line) => line.startsWith("{")),
    send: (signal) => child.kill(signal),
  };
}
