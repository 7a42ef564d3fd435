// The studio page as the files that are served: esbuild over `web/`, in memory. The same sources give the same files.
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import type { PageFile, PageFiles } from "../../shared/runtime/local/page-server.ts";
import { contentTypeOfPage } from "./content-types.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const web = join(root, "web");

export async function buildPage(): Promise<PageFiles> {
  const built = await build({
    absWorkingDir: root,
    entryPoints: { studio: join(web, "main.tsx"), style: join(web, "styles/index.css") },
    outdir: "assets",
    bundle: true,
    write: false,
    minify: true,
    format: "esm",
    splitting: true,
    target: ["es2022", "chrome123", "firefox120", "safari17.5"],
    jsx: "automatic",
    entryNames: "[name]-[hash]",
    chunkNames: "[name]-[hash]",
    legalComments: "none",
    alias: aliases,
    tsconfigRaw: {},
    // Hashes are made of paths as well: those from the top folder, wherever node_modules really lies.
    preserveSymlinks: true,
    logLevel: "silent",
  });
  const assets = built.outputFiles.map(
    ({ path, contents }) => [`assets/${baseOf(path)}`, file(path, contents)] as const,
  );
  const icon = await readFile(join(web, "icon.svg"));
  const iconPath = `assets/icon-${hashOf(icon)}.svg`;
  const named = (start: string, end: string) =>
    assets.find(([path]) => path.startsWith(`assets/${start}-`) && path.endsWith(end))?.[0] ?? "";
  const index = (await readFile(join(web, "index.html"), "utf8"))
    .replace("{{icon}}", iconPath)
    .replace("{{styles}}", named("style", ".css"))
    .replace("{{script}}", named("studio", ".js"));
  return new Map<string, PageFile>([
    ["index.html", { ...file("index.html", Buffer.from(index)), isImmutable: false }],
    ["config.json", { ...file("config.json", await readFile(join(web, "config.json"))), isImmutable: false }],
    [iconPath, file(iconPath, icon)],
    ...assets,
  ]);
}

/** React's own words, with a runtime of a quarter of its size. Without these lines it is built on React itself. */
const aliases = {
  react: "preact/compat",
  "react-dom": "preact/compat",
  "react-dom/client": "preact/compat/client",
  "react/jsx-runtime": "preact/jsx-runtime",
  "dream-factory-client/react": join(root, "clients/js/src/react.ts"),
  "dream-factory-client": join(root, "clients/js/src/index.ts"),
};

function file(path: string, bytes: Uint8Array): PageFile {
  return { contentType: contentTypeOfPage(path), bytes, isImmutable: true };
}

function baseOf(path: string): string {
  return path.split(/[\\/]/).at(-1) ?? path;
}

function hashOf(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex").slice(0, 8).toUpperCase();
}
