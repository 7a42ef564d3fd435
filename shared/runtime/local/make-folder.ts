// Makes a folder and those above it.
import { mkdir, stat } from "node:fs/promises";
import { dirname } from "node:path";

/**
 * Like a recursive mkdir, which never ends where a file system lets nobody make anything and says ENOENT, as /proc does: here each folder
 * is tried once more behind those above it, and then the error is thrown.
 */
export async function makeFolder(path: string): Promise<void> {
  try {
    await mkdir(path);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === "ENOENT" && dirname(path) !== path) {
      await makeFolder(dirname(path));
      await mkdir(path).catch(unlessFolder(path));
    } else await unlessFolder(path)(error);
  }
}

function unlessFolder(path: string) {
  return async (error: unknown): Promise<void> => {
    const there = await stat(path).catch(() => null);
    if (!there?.isDirectory()) throw error;
  };
}
