// The page for `npm start`: built from its sources, or, where development packages are not installed, as `npm run build` has left it.
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { AppError } from "../../shared/errors/app-error.ts";
import type { PageFile, PageFiles } from "../../shared/runtime/local/page-server.ts";
import { contentTypeOfPage } from "./content-types.ts";

const builtFolder = fileURLToPath(new URL("../../dist/web", import.meta.url));

/** esbuild is loaded by the first who asks for the page: whoever only calls the API never waits for it. */
export async function loadPage(): Promise<PageFiles> {
  try {
    const { buildPage } = await import("./build-page.ts");
    return await buildPage();
  } catch (error) {
    if (!isMissingPackage(error)) throw error;
    return readBuilt(error);
  }
}

async function readBuilt(cause: unknown): Promise<PageFiles> {
  const names = await readdir(builtFolder, { recursive: true, withFileTypes: true }).catch(() => null);
  if (!names) throw new AppError("unavailable", { message: ADVICE, cause });
  const files = names.filter((entry) => entry.isFile());
  const read = await Promise.all(
    files.map(async ({ parentPath, name }): Promise<[string, PageFile]> => {
      const isImmutable = parentPath !== builtFolder;
      const path = isImmutable ? `assets/${name}` : name;
      return [
        path,
        { contentType: contentTypeOfPage(name), bytes: await readFile(join(parentPath, name)), isImmutable },
      ];
    }),
  );
  return new Map(read);
}

function isMissingPackage(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ERR_MODULE_NOT_FOUND";
}

const ADVICE =
  "The studio page is not built here: `npm ci` with its development packages, or `npm run build` elsewhere.";
