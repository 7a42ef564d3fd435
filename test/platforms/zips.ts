// The zips as `npm run build` makes them: once in a run, whichever test file asks first, with the others waiting for it.
import { existsSync } from "node:fs";
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { inject } from "vitest";
import { declarations } from "../../functions/declarations.ts";
import { buildCloud } from "../../scripts/build/build.ts";
import { adaptersOf, type Cloud } from "../../scripts/build/plan.ts";
import { type Inside, insideOf } from "./inside.ts";

const root = process.cwd();
const LOOK_EVERY_MS = 100;
const PATIENCE_MS = 500_000;

/** The folder with `{function}.zip` for each function. `vendors`: those that the zips carry. */
export async function zipsOf(cloud: Cloud, vendors: readonly string[] = []): Promise<string> {
  const folder = join(inject("builtFolder"), ["with", ...vendors].join("-"));
  await mkdir(folder, { recursive: true });
  const [lock, failure] = [join(folder, `${cloud}.lock`), join(folder, `${cloud}.failed`)];
  const isFirst = await mkdir(lock).then(
    () => true,
    () => false,
  );
  if (isFirst) await build(cloud, folder, vendors).catch((error) => fail(failure, error));
  for (const giveUpAt = Date.now() + PATIENCE_MS; !existsSync(insides(cloud, folder)); ) {
    if (existsSync(failure) || Date.now() > giveUpAt) throw new Error(`The zips for ${cloud} were not built.`);
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
  return join(folder, cloud);
}

/** What each function's bundle holds, by the function's name. */
export async function insidesOf(cloud: Cloud): Promise<Record<string, Inside>> {
  return JSON.parse(await readFile(insides(cloud, dirname(await zipsOf(cloud))), "utf8"));
}

/** Written last: once it is there, everything is. */
function insides(cloud: Cloud, folder: string): string {
  return join(folder, `${cloud}.json`);
}

async function build(cloud: Cloud, folder: string, vendors: readonly string[]): Promise<void> {
  const adapters = { ...adaptersOf[cloud], vendors };
  const built = await buildCloud({ root, outDir: folder, cloud, declarations, adapters });
  const found = built.map(({ name, metafile }) => [name, insideOf(metafile)]);
  await writeWhole(insides(cloud, folder), JSON.stringify(Object.fromEntries(found)));
}

async function fail(path: string, error: unknown): Promise<never> {
  await writeWhole(path, String(error));
  throw error;
}

async function writeWhole(path: string, text: string): Promise<void> {
  await writeFile(`${path}.draft`, text);
  await rename(`${path}.draft`, path);
}
