// The zips that the manifests name.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { declared } from "./declared.ts";

/** The folder `.build` with a zip for each function, built now if one is not there. */
export async function buildFolder(): Promise<string> {
  const folder = resolve(".build");
  const isThere = [...declared.keys()].every((name) => existsSync(resolve(folder, "aws", `${name}.zip`)));
  if (!isThere) await build();
  return folder;
}

async function build(): Promise<void> {
  const [code] = await once(spawn("npm", ["run", "build"], { stdio: ["ignore", "ignore", "inherit"] }), "close");
  if (code !== 0) throw new Error(`npm run build ended with ${code}`);
}
