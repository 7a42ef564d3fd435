// Copies of the tree, what is built in them, and what the built ones do when they are loaded.
import { execFile } from "node:child_process";
import { cpSync, mkdtempSync } from "node:fs";
import { readFile, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Cloud } from "../../scripts/build/plan.ts";
import { childEnvironment } from "../child-environment.ts";

const run = promisify(execFile);
const root = process.cwd();

/** With today's times, and with the same packages. `only`: the tree declares no other functions. */
export async function copyOfTree(below: string, { only }: { only?: readonly string[] } = {}): Promise<string> {
  const copy = mkdtempSync(join(below, "copy-"));
  for (const each of ["functions", "scripts", "shared", "package.json"]) {
    cpSync(join(root, each), join(copy, each), { recursive: true });
  }
  await symlink(join(root, "node_modules"), join(copy, "node_modules"));
  if (only === undefined) return copy;
  const path = join(copy, "functions", "declarations.ts");
  const declared = await readFile(path, "utf8");
  const renamed = declared.replace("export const declarations", "const all");
  await writeFile(
    path,
    `${renamed}\nexport const declarations = all.filter(({ name }) => ${JSON.stringify(only)}.includes(name));\n`,
  );
  return copy;
}

const secret = "0123456789abcdef0123456789abcdef";

/** What a function has to be told; nobody is there where it says that something is. */
export const settings: Record<Cloud, Record<string, string>> = {
  aws: {
    ...{ PLATFORM: "aws", JWT_SECRET: secret, S3_BUCKET: "dreams", AWS_REGION: "eu-central-1", LOG_LEVEL: "silent" },
    ...{ AWS_ACCESS_KEY_ID: "AKIDEXAMPLE", AWS_SECRET_ACCESS_KEY: "secret", AWS_SESSION_TOKEN: "token" },
  },
  aliyun: {
    ...{ PLATFORM: "aliyun", JWT_SECRET: secret, OSS_BUCKET: "dreams", OSS_REGION: "cn-hangzhou", LOG_LEVEL: "silent" },
    ...{ TABLESTORE_ENDPOINT: "https://dreams.cn-hangzhou.ots.aliyuncs.com", TABLESTORE_INSTANCE: "dreams" },
    ...{ HOST: "127.0.0.1", PORT: "0" },
  },
};

export interface Ended {
  code: number;
  stdout: string;
  stderr: string;
}

/** What the module in the folder does when a process loads it that has these settings and nothing else. */
export function load(folder: string, env: Record<string, string>): Promise<Ended> {
  const program = 'await import("./index.mjs"); process.stdout.write("ready"); process.exit();';
  return ended(run(process.execPath, ["--input-type=module", "--eval", program], { cwd: folder, env }));
}

export function build(cwd: string, clouds: string[], env: Record<string, string>): Promise<Ended> {
  return ended(
    run(process.execPath, [join(cwd, "scripts/build.ts"), ...clouds], { cwd, env: { ...childEnvironment(), ...env } }),
  );
}

async function ended(running: Promise<{ stdout: string; stderr: string }>): Promise<Ended> {
  return running.then(
    ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
    ({ code, stdout, stderr }) => ({ code, stdout, stderr }),
  );
}
