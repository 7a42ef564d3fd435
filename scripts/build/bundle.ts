// The functions' code, each as a few files that need no node_modules, made by esbuild.
import { readFileSync } from "node:fs";
import { createRequire, isBuiltin } from "node:module";
import { basename, join } from "node:path";
import { type BuildOptions, build, type Metafile, type OutputFile, type Plugin } from "esbuild";
import { readDocument } from "../../functions/reference.ts";
import type { Entry } from "./plan.ts";

export interface Bundle {
  /** By their names; `index.mjs` is the entry. */
  files: Record<string, Uint8Array>;
  /** What came into which file. */
  metafile: Pick<Metafile, "outputs">;
}

/** What signs files: machine code of 48 MB, carried only by those who sign. */
export const signing = "@contentauth/c2pa-node";

/** Packages of machine code, which is not bundled, and what finds files of its own in its folder. */
export const notBundled = ["sharp", "@expo-google-fonts/noto-sans-sc", signing];

/** Whether the bundle imports this package, which is not in it, or a part of it, when it runs. */
export function asksFor({ outputs }: Bundle["metafile"], name: string): boolean {
  const isOf = (path: string) => path === name || path.startsWith(`${name}/`);
  return Object.values(outputs).some(({ imports }) => imports.some(({ path, external }) => external && isOf(path)));
}

/** Machine code that `ws` takes where it is there. */
const quickerSockets = ["bufferutil", "utf-8-validate"];

/**
 * Optional, and never there: the SDK of OSS asks for the first when a proxy is configured, its debug lines for the second when it happens to be
 * installed, the drawing of videos for the third, and OSS' SDK for the last when another package has brought it.
 */
const absent = ["proxy-agent", "supports-color", "@ffmpeg-installer/ffmpeg", "graceful-fs", ...quickerSockets];

/** CommonJS packages ask for Node's own modules by `require`, which modules lack. */
const banner = 'const require=process.getBuiltinModule("node:module").createRequire(import.meta.url);';

/**
 * The SDKs that assign to variables which they never declare: CommonJS allows it, modules do not, and a bundle is one. Each gets a CommonJS file of
 * its own.
 */
const loose = ["tablestore", "ali-oss"];

/** So many in one run of esbuild, which takes some 20 MB for each. */
const AT_ONCE = 16;

/**
 * Each as `bundle` makes it, in their order. A run of esbuild for several entries reads what they share once; but pieces that are loaded later would
 * be shared by functions as well, so whoever has some is made alone.
 */
export async function* bundles(root: string, entries: readonly Entry[]): AsyncGenerator<[Entry, Bundle]> {
  const apart = new Map<string, Promise<Made>>();
  for (let first = 0; first < entries.length; first += AT_ONCE) {
    const some = entries.slice(first, first + AT_ONCE);
    const { outputFiles, metafile } = await own(root, some, { splitting: false });
    for (const entry of some) {
      const path = `out/${entry.name}/index.mjs`;
      const output = metafile.outputs[path];
      const file = outputFiles.find((each) => each.path === join(root, path));
      if (!output || !file) throw new Error(`esbuild made nothing of ${entry.name}`);
      const made = { outputFiles: [file], metafile: { outputs: { [path]: output } } };
      const isWhole = !loadsLater(metafile, output.entryPoint);
      yield [entry, await withLoose(root, isWhole ? made : await own(root, [entry], { splitting: true }), apart)];
    }
  }
}

/** One function's. */
export async function bundle(root: string, entry: Entry): Promise<Bundle> {
  return withLoose(root, await own(root, [entry], { splitting: true }), new Map());
}

/** Whether anything that this entry reaches may be loaded later; esbuild makes pieces of such, even where nobody loads them any more. */
function loadsLater({ inputs }: Metafile, entry = ""): boolean {
  const reached = new Set([entry]);
  for (const path of reached) {
    for (const { kind, external, path: imported } of inputs[path]?.imports ?? []) {
      if (external) continue;
      if (kind === "dynamic-import") return true;
      reached.add(imported);
    }
  }
  return false;
}

/** What several entries become lies in folders of their names. */
function own(root: string, entries: readonly Entry[], { splitting }: { splitting: boolean }) {
  return build({
    ...common(root),
    entryPoints: entries.map(({ name }) => ({ in: `entry:${name}`, out: splitting ? "index" : `${name}/index` })),
    chunkNames: "[name]-[hash]",
    outExtension: { ".js": ".mjs" },
    splitting,
    format: "esm",
    banner: { js: banner },
    plugins: [
      entriesFromText(root, entries),
      documentMadeNow(),
      keysOfTheEnvironment(),
      answeredByThisNode(),
      builtinsAsObjects(),
      withoutShapes(),
      looseApart(),
    ],
  });
}

/** With those that are `loose` beside it. `apart`: such as were made before. */
async function withLoose(
  root: string,
  { outputFiles, metafile: { outputs } }: Made,
  apart: Map<string, Promise<Made>>,
): Promise<Bundle> {
  const asked = loose.filter((name) =>
    Object.values(outputs).some(({ imports }) => imports.some(({ path }) => path === `./${name}.cjs`)),
  );
  const beside = asked.map((name) => {
    const made = apart.get(name) ?? looseOne(root, name);
    apart.set(name, made);
    return made;
  });
  const all = [{ outputFiles, metafile: { outputs } }, ...(await Promise.all(beside))];
  return {
    files: Object.fromEntries(
      all.flatMap((made) => made.outputFiles.map(({ path, contents }) => [basename(path), contents])),
    ),
    metafile: { outputs: Object.assign({}, ...all.map((made) => made.metafile.outputs)) },
  };
}

/** What is read of what esbuild made. */
interface Made extends Pick<Bundle, "metafile"> {
  outputFiles: OutputFile[];
}

function looseOne(root: string, name: string): Promise<Made> {
  return build({ ...common(root), entryPoints: { [name]: name }, outExtension: { ".js": ".cjs" }, format: "cjs" });
}

function common(absWorkingDir: string) {
  return {
    absWorkingDir,
    outdir: "out",
    bundle: true,
    platform: "node",
    target: "node24",
    mainFields: ["module", "main"],
    // Names stay: errors are read in logs, with the names of what threw them. Short ones that are given back at run time cost a start 7 ms.
    minifyWhitespace: true,
    minifySyntax: true,
    legalComments: "none",
    external: [...notBundled, ...absent],
    // The names of the pieces are made of paths: those from the top folder, wherever node_modules really lies.
    preserveSymlinks: true,
    metafile: true,
    write: false,
    logLevel: "silent",
  } as const satisfies BuildOptions;
}

function looseApart(): Plugin {
  return {
    name: "loose-apart",
    setup({ onResolve }) {
      onResolve({ filter: /^[a-z-]+$/ }, ({ path }) =>
        loose.includes(path) ? { path: `./${path}.cjs`, external: true } : null,
      );
    },
  };
}

/** As files of the top folder. */
function entriesFromText(resolveDir: string, entries: readonly Entry[]): Plugin {
  const namespace = "entries-from-text";
  const sources = new Map(entries.map(({ name, source }) => [name, source]));
  return {
    name: namespace,
    setup({ onResolve, onLoad }) {
      onResolve({ filter: /^entry:/ }, ({ path }) => ({ path: path.slice("entry:".length), namespace }));
      onLoad({ filter: /.*/, namespace }, ({ path }) => ({
        contents: sources.get(path) ?? "",
        loader: "ts",
        resolveDir,
      }));
    },
  };
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

/** Whether Node can do what it can since 16.9 is asked by a library of versions, at each start: here it is asked once. */
function answeredByThisNode(): Plugin {
  return {
    name: "answered-by-this-node",
    setup({ onLoad }) {
      onLoad({ filter: /node_modules\/jsonwebtoken\/lib\/\w+Supported\.js$/ }, ({ path }) => ({
        contents: `module.exports = ${JSON.stringify(createRequire(path)(path))};`,
      }));
    },
  };
}

/**
 * To import one of Node's own modules makes Node read each of its exports, and some of these load whole other modules when they are read: all of
 * `fetch` and `WebSocket` behind node:http, streams behind node:fs. That was half of a start. To ask for the module's object does not.
 */
export function builtinsAsObjects(): Plugin {
  const namespace = "builtins-as-objects";
  return {
    name: namespace,
    setup({ onResolve, onLoad }) {
      onResolve({ filter: /^[a-z0-9_:/]+$/ }, ({ path, kind }) =>
        kind === "import-statement" && isBuiltin(path)
          ? { path: path.replace(/^(node:)?/, "node:"), namespace, sideEffects: false }
          : null,
      );
      onLoad({ filter: /.*/, namespace }, ({ path }) => ({ contents: exportsOf(path) }));
    },
  };
}

/** Only what is imported is read: the others are dropped, as calls without effects. */
function exportsOf(builtin: string): string {
  const names = Object.keys(process.getBuiltinModule(builtin) ?? {}).filter(
    (name) => /^\w+$/.test(name) && name !== "default",
  );
  return [
    `const $all = process.getBuiltinModule(${JSON.stringify(builtin)});`,
    "const $of = (name) => $all[name];",
    "export default $all;",
    ...names.map((name) => `export const ${name} = /* @__PURE__ */ $of("${name}");`),
  ].join("\n");
}

/** What answers look like is said to the reference alone, which is made here: a function that runs never asks for it. */
function withoutShapes(): Plugin {
  const namespace = "without-shapes";
  return {
    name: namespace,
    setup({ onResolve, onLoad }) {
      onResolve({ filter: /\/openapi\/shapes\/[a-z-]+\.ts$/ }, ({ path, importer }) =>
        /functions\/(http\/)?[a-z-]+\.ts$/.test(importer) ? { path, namespace } : null,
      );
      // As CommonJS, it has every name, and nothing behind any.
      onLoad({ filter: /.*/, namespace }, () => ({ contents: "module.exports = {};" }));
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
