// Runs deploy/aliyun/create-roles.sh twice, in an account that lies in a folder.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";

export interface AliyunCall {
  action: string;
  parameters: Record<string, string>;
}

/** `code`: of the first run. Calls in their order. */
export async function createRoles(settings: Readonly<Record<string, string>>) {
  const folder = await mkdtemp(join(tmpdir(), "roles-"));
  try {
    const cli = `#!/bin/sh\nexec "${process.execPath}" "${join(import.meta.dirname, "aliyun-cli.ts")}" "$@"\n`;
    await writeFile(join(folder, "aliyun"), cli, { mode: 0o755 });
    const PATH = [folder, process.env.PATH].join(delimiter);
    const env = { PATH, ACCOUNT: join(folder, "account.json"), ...settings };
    const run = async () => {
      const script = spawn("sh", ["deploy/aliyun/create-roles.sh"], { env, stdio: "ignore" });
      const [code] = await once(script, "close");
      return { code, calls: await callsIn(env.ACCOUNT) };
    };
    const first = await run();
    const second = await run();
    return { code: first.code, first: first.calls, second: second.calls.slice(first.calls.length) };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function callsIn(account: string): Promise<AliyunCall[]> {
  const text = await readFile(account, "utf8").catch(() => '{"calls":[]}');
  return JSON.parse(text).calls;
}
