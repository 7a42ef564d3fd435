// Builds the functions of a product for one cloud, unzips them, and prints what they are: of this commit or of another one, by that one's own build. A
// process of its own, so that what building takes ends with it.
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import type { Declaration } from "../../shared/events/declaration.ts";
import { unzipInto } from "../../test/servers/zip.ts";
import { packagesIn } from "../artefacts/bare.ts";
import type { BuiltFunction } from "../artefacts/built.ts";

const [root = "", outDir = "", cloud = "", ...only] = process.argv.slice(2);
const of = (path: string) => import(pathToFileURL(resolve(root, path)).href);
const [{ buildCloud }, { adaptersOf }, { declarations }] = await Promise.all(
  ["scripts/build/build.ts", "scripts/build/plan.ts", "functions/declarations.ts"].map(of),
);
const wanted = declarations.filter(({ name }: Declaration) => only.length === 0 || only.includes(name));
const built: BuiltFunction[] = [];
for (const { name, path, bytes, metafile } of await buildCloud({
  ...{ root, outDir: join(outDir, "zips"), cloud },
  ...{ declarations: wanted, adapters: adaptersOf[cloud] },
})) {
  const folder = join(outDir, cloud, name);
  await unzipInto(path, folder);
  built.push({ name, folder, bytes, packages: packagesIn(metafile) });
}
process.stdout.write(JSON.stringify(built), () => process.exit());
