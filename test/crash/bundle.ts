// The programs of the child processes as a bundle, made once in a run of the tests: hundreds of them start, and looking for a thousand modules would
// be half of what they do. The first worker that asks makes it; of several at the same time the quickest.
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rename, rm, symlink } from "node:fs/promises";
import { join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build, type Plugin } from "esbuild";
import { inject } from "vitest";
import { builtinsAsObjects } from "../../scripts/build/bundle.ts";

const programs = { runtime: "runtime-process.ts", productions: "productions/process.ts" };

/** Machine code, what assigns to variables that it never declares, and what few of the processes load. */
const notBundled = ["sharp", "@contentauth/c2pa-node", "ali-oss", "tablestore", "@aws-sdk/*", "nodemailer"];

/** By this worker. */
let making: Promise<void> | undefined;

export async function bundled(program: keyof typeof programs): Promise<string> {
  const folder = join(inject("builtFolder"), "crash");
  if (!existsSync(folder)) {
    making ??= make(folder);
    await making;
  }
  return join(folder, `${program}.mjs`);
}

async function make(folder: string): Promise<void> {
  const draft = await mkdtemp(`${folder}-`);
  const paths = Object.entries(programs).map(([name, path]) => [name, fileURLToPath(new URL(path, import.meta.url))]);
  await build({
    entryPoints: Object.fromEntries(paths),
    outdir: draft,
    outExtension: { ".js": ".mjs" },
    ...{ bundle: true, splitting: true, format: "esm", platform: "node", target: "node24", logLevel: "warning" },
    external: notBundled,
    banner: { js: 'const require=process.getBuiltinModule("node:module").createRequire(import.meta.url);' },
    plugins: [builtinsAsObjects(), whereItWas],
  });
  await symlink(resolve("node_modules"), join(draft, "node_modules"));
  await rename(draft, folder).catch(async (error) => {
    await rm(draft, { recursive: true });
    if (!existsSync(folder)) throw error;
  });
}

/** Files beside a module are looked for beside its source. */
const whereItWas: Plugin = {
  name: "where-it-was",
  setup({ onLoad }) {
    onLoad({ filter: /\.ts$/ }, async ({ path }) => {
      const source = await readFile(path, "utf8");
      const url = JSON.stringify(pathToFileURL(path).href);
      return { loader: "ts", contents: source.replaceAll("import.meta.url", url) };
    });
  },
};
