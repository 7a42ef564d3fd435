// Building a cloud's zips.
import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Declaration } from "../../shared/events/declaration.ts";
import { asksFor, type Bundle, bundles, notBundled, signing } from "./bundle.ts";
import { filesOfPackages } from "./native.ts";
import { type Adapters, type Cloud, planOf } from "./plan.ts";
import { zipOf } from "./zip.ts";

export interface BuildOptions {
  /** The repository. */
  root: string;
  /** Where a folder of the cloud's name is made anew. */
  outDir: string;
  cloud: Cloud;
  declarations: readonly Declaration[];
  adapters: Adapters;
}

export interface Built {
  name: string;
  /** Of the zip. */
  path: string;
  /** Of the zip. */
  bytes: number;
  metafile: Bundle["metafile"];
}

/** The old zips stay until all of the new ones are there. */
export async function buildCloud({ root, outDir, cloud, declarations, adapters }: BuildOptions): Promise<Built[]> {
  const [target, draft] = [join(outDir, cloud), join(outDir, `.${cloud}`)];
  await rm(draft, { recursive: true, force: true });
  await mkdir(draft, { recursive: true });
  const built: Built[] = [];
  for await (const [entry, { files, metafile }] of bundles(root, planOf(cloud, declarations, adapters))) {
    const isWanted = (name: string) =>
      name === signing ? adapters.signs && asksFor(metafile, name) : entry.draws || asksFor(metafile, name);
    const wanted = notBundled.filter(isWanted);
    const zip = zipOf({ ...files, ...filesOfPackages(root, wanted) });
    await writeFile(join(draft, `${entry.name}.zip`), zip);
    built.push({ name: entry.name, path: join(target, `${entry.name}.zip`), bytes: zip.byteLength, metafile });
  }
  await rm(target, { recursive: true, force: true });
  await rename(draft, target);
  return built;
}
