// Runs an installed CLI as an operator without an account would: offline, in a folder of its own, with nothing in its environment.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { delimiter, dirname, join, resolve } from "node:path";
import { text } from "node:stream/consumers";
import { childEnvironment } from "../child-environment.ts";

export interface CliRun {
  code: number | null;
  stdout: string;
  stderr: string;
  /** Whom it tried to reach; all of them were refused. */
  connections: string[];
}

/** `folder`: where it runs and, below `home`, leaves what it keeps. `settings`: environment beside PATH and HOME. */
export async function runCli(
  script: string,
  args: readonly string[],
  { folder, settings = {} }: { folder: string; settings?: Readonly<Record<string, string>> },
): Promise<CliRun> {
  const record = join(folder, "connections");
  const env = {
    ...childEnvironment(),
    PATH: [dirname(process.execPath), process.env.PATH].join(delimiter),
    HOME: join(folder, "home"),
    NODE_OPTIONS: `--require=${resolve(import.meta.dirname, "offline.cjs")}`,
    CONNECTIONS: record,
    ...settings,
  };
  const cli = spawn(process.execPath, [resolve(script), ...args], {
    cwd: folder,
    env,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const [stdout, stderr, [code]] = await Promise.all([text(cli.stdout), text(cli.stderr), once(cli, "close")]);
  const connections = existsSync(record) ? readFileSync(record, "utf8").trimEnd().split("\n") : [];
  return { code: typeof code === "number" ? code : null, stdout, stderr, connections };
}
