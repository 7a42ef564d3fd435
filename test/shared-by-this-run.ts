// For a whole run of the tests: a folder for what is built once, and its end. Nothing is built unless a test asks for it.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";

declare module "vitest" {
  interface ProvidedContext {
    builtFolder: string;
  }
}

export async function setup({ provide }: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), "dream-factory-built-"));
  provide("builtFolder", folder);
  // Hundreds of processes are started from the same sources: what Node makes of them is kept, which is half of a start.
  process.env.NODE_COMPILE_CACHE = join(folder, "compile-cache");
  return () => rm(folder, { recursive: true, force: true, maxRetries: 5 });
}
