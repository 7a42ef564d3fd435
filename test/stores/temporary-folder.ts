// A folder for each test, removed after it.
import { rmSync } from "node:fs";
import { mkdtemp, realpath } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach } from "vitest";

/** Call it at the top of a test file: what it returns gives the folder of the test that runs. */
export function temporaryFolder(): () => string {
  let folder = "";
  beforeEach(async () => {
    folder = await realpath(await mkdtemp(join(tmpdir(), "folder-store-")));
  });
  // At once: asynchronously, each file would take its own trip through the thread pool.
  afterEach(() => rmSync(folder, { recursive: true, force: true }));
  return () => folder;
}
