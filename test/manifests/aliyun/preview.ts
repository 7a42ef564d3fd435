// A manifest of Serverless Devs as its CLI resolves it.
import { cp, mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { type CliRun, runCli } from "../run-cli.ts";

export interface Trigger {
  triggerName: string;
  triggerType: string;
  triggerConfig: Record<string, unknown>;
  [key: string]: unknown;
}

export interface FunctionProps {
  functionName: string;
  code: string;
  role: string;
  memorySize: number;
  cpu: number;
  timeout: number;
  instanceConcurrency: number;
  concurrencyConfig?: { reservedConcurrency: number };
  asyncInvokeConfig: Record<string, unknown>;
  environmentVariables: Record<string, string>;
  triggers: Trigger[];
  [key: string]: unknown;
}

export interface Previewed<Props> {
  run: CliRun;
  resources: Record<string, { component: string; props: Props }>;
}

/** `s preview`, in a folder that holds nothing else. `settings`: the environment beside PATH and HOME. */
export async function preview<Props>(
  manifest: string,
  settings: Readonly<Record<string, string>> = {},
): Promise<Previewed<Props>> {
  const folder = await mkdtemp(join(tmpdir(), "preview-"));
  try {
    await cp(resolve(manifest), join(folder, manifest));
    await mkdir(join(folder, "home"));
    const args = ["preview", "-t", manifest, "-o", "json", "--silent"];
    // NODE_ENV=test keeps it from starting processes in the background, which look for updates and tell its makers of its use.
    const quiet = { NODE_ENV: "test", ...settings };
    const run = await runCli("node_modules/@serverless-devs/s/bin/s", args, { folder, settings: quiet });
    if (run.code !== 0) throw new Error(`s preview ended with ${run.code}: ${run.stdout}${run.stderr}`);
    return { run, resources: JSON.parse(run.stdout).resources };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
