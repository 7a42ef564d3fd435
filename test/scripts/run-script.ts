// A script as operators run it, on a data folder.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";

export interface Ran {
  code: number;
  stdout: string;
  stderr: string;
}

export async function runScript(
  path: string,
  args: readonly string[],
  dataDir: string,
  environment: Record<string, string> = {},
): Promise<Ran> {
  const env = { ...process.env, DATA_DIR: dataDir, ...environment };
  const script = spawn(process.execPath, [path, ...args], { env });
  const [stdout, stderr, [code]] = await Promise.all([text(script.stdout), text(script.stderr), once(script, "close")]);
  return { code, stdout, stderr };
}
