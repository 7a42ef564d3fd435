// One function's code as a few files that need no node_modules, made by esbuild.
import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { build, type Metafile, type Plugin } from "esbuild";
import { readDocument } from "../../functions/reference.ts";
import type { Entry } from "./plan.ts";

export interface Bundle {
  /** By their names; `index.mjs` is the entry. */
  files: Record<string, Uint8Array>;
  /** What came into which file. */
  metafile: Metafile;
}

/** Packages of machine code, which is not bundled, and what finds files of its own in its folder. */
export const notBundled = ["sharp", "@expo-google-fonts/noto-sans-sc"];

/** Optional, and never there: the SDK of OSS asks for the first when a proxy is configured, the drawing of videos for the second. */
const absent = ["proxy-agent", "@ffmpeg-installer/ffmpeg"];

/** CommonJS packages ask for Node's own modules by `require`, which modules lack. */
const banner =
  'import{createRequire as __createRequire}from"node:module";const require=__createRequire(import.meta.url);';

export async function bundle(root: string, { source }: Entry): Promise<Bundle> {
  const { outputFiles, metafile } = await build({
    absWorkingDir: root,
    stdin: { contents: source, loader: "ts", resolveDir: root, sourcefile: "index.ts" },
    outdir: "out",
    entryNames: "index",
    chunkNames: "[name]-[hash]",
    outExtension: { ".js": ".mjs" },
    bundle: true,
    splitting: true,
    format: "esm",
    platform: "node",
    target: "node24",
    mainFields: ["module", "main"],
    minify: true,
    // Errors are read in logs, with the names of what threw them.
    keepNames: true,
    legalComments: "none",
    external: [...notBundled, ...absent],
    banner: { js: banner },
    plugins: [documentMadeNow(), keysOfTheEnvironment()],
    metafile: true,
    write: false,
    logLevel: "silent",
  });
  const files = Object.fromEntries(outputFiles.map(({ path, contents }) => [basename(path), contents]));
  return { files, metafile };
}

/** A function has its role's keys in its environment: where else an SDK would search for some (profiles, single sign-on, machines) is left out. */
function keysOfTheEnvironment(): Plugin {
  return {
    name: "keys-of-the-environment",
    setup({ onResolve, onLoad }) {
      onResolve({ filter: /^@aws-sdk\/credential-provider-node$/ }, ({ resolveDir }) => ({
        path: resolveDir,
        namespace: "keys-of-the-environment",
      }));
      onLoad({ filter: /.*/, namespace: "keys-of-the-environment" }, ({ path: resolveDir }) => ({
        contents: 'export { fromEnv as defaultProvider } from "@aws-sdk/credential-provider-env";',
        resolveDir,
      }));
    },
  };
}

/** The OpenAPI document is made here once: to make it in a function, every function would have to be in its bundle. */
function documentMadeNow(): Plugin {
  return {
    name: "document-made-now",
    setup({ onLoad }) {
      onLoad({ filter: /functions\/reference\.ts$/ }, async ({ path }) => {
        // The file itself is asked for, so that it is noticed when it moves.
        readFileSync(path);
        const document = JSON.stringify(await readDocument());
        const contents = `const document = JSON.parse(${JSON.stringify(document)});\nexport const readDocument = async () => document;`;
        return { contents, loader: "js" };
      });
    },
  };
}
