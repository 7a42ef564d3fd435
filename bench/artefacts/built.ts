// The functions of a product as a cloud gets them, built in a process of its own.
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { Cloud } from "../../scripts/build/plan.ts";
import type { Package } from "./bare.ts";

export interface BuiltFunction {
  name: string;
  /** Unzipped: with an `index.mjs`. */
  folder: string;
  /** Of the zip. */
  bytes: number;
  packages: Package[];
}

interface Asked {
  /** Of the product. */
  root: string;
  outDir: string;
  cloud: Cloud;
  /** Names; all when there is none. */
  functions: readonly string[];
  signal: AbortSignal;
}

const program = fileURLToPath(new URL("../programs/build-functions.ts", import.meta.url));

export async function buildFunctions({ root, outDir, cloud, functions, signal }: Asked): Promise<BuiltFunction[]> {
  const args = [program, root, outDir, cloud, ...functions];
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: root, signal, maxBuffer: 1e7 });
  return JSON.parse(stdout);
}
