// A file that others read while it is written: they see the old one or the new one, whole.
import { rename, rm, writeFile } from "node:fs/promises";

/** Throws an Error of one sentence; then the file is as it was, or was never there. */
export async function writeAtomically(path: string, content: string): Promise<void> {
  // Beside it: a rename is atomic only within one file system.
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    await writeFile(temporary, content, { flush: true });
    await rename(temporary, path);
  } catch (cause) {
    await rm(temporary, { force: true }).catch(() => {});
    throw new Error(`${path} could not be written: ${cause instanceof Error ? cause.message : cause}.`, { cause });
  }
}
