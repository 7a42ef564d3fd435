// What a deployment does with a package: its files, in a folder.
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join, normalize, sep } from "node:path";
import { unzipSync } from "fflate";

/**
 * Makes the folder if it is not there. Every file is 0644: nothing in our packages is executable. Resolves with the names of the files.
 * Throws, having written nothing, when a name leads outside.
 */
export async function unzipInto(zipPath: string, folder: string): Promise<string[]> {
  const files = Object.entries(unzipSync(await readFile(zipPath))).filter(([name]) => !name.endsWith("/"));
  const outside = files.find(([name]) => !join(folder, name).startsWith(normalize(folder + sep)));
  if (outside) throw new Error(`${outside[0]} lies outside of the package`);
  for (const [name, bytes] of files) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), bytes, { mode: 0o644 });
  }
  return files.map(([name]) => name);
}
