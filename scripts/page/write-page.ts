// The page as files for a bucket and a CDN: the very ones that `npm start` serves.
import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { buildPage } from "./build-page.ts";

/** The old files stay until all of the new ones are there. A `config.json` that its operator has changed is theirs to keep: it lies elsewhere. */
export async function writePage(folder: string): Promise<{ files: number; bytes: number }> {
  const draft = `${folder}.new`;
  await rm(draft, { recursive: true, force: true });
  const files = await buildPage();
  let total = 0;
  for (const [path, { bytes }] of files) {
    await mkdir(dirname(join(draft, path)), { recursive: true });
    await writeFile(join(draft, path), bytes);
    total += bytes.byteLength;
  }
  await rm(folder, { recursive: true, force: true });
  await rename(draft, folder);
  return { files: files.size, bytes: total };
}
