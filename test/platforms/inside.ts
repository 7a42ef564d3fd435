// What a function's bundle holds, as esbuild tells: whole packages by their names, our own files by their paths.
import type { Metafile } from "esbuild";

export interface Inside {
  packages: string[];
  /** From the top folder. */
  ours: string[];
  /** Packages that are not in the bundle and that it asks for when it runs. */
  beside: string[];
}

/** Of what was read, only that counts of which something is left. */
export function insideOf({ outputs }: Pick<Metafile, "outputs">): Inside {
  const all = Object.values(outputs);
  const paths = all.flatMap(({ inputs }) =>
    Object.entries(inputs).flatMap(([path, { bytesInOutput }]) => (bytesInOutput > 0 ? path : [])),
  );
  const beside = all.flatMap(({ imports }) =>
    imports.flatMap(({ path, external }) => (external && !path.startsWith("./") ? path : [])),
  );
  return {
    packages: distinct(paths.flatMap((path) => packageOf(path) ?? [])),
    ours: distinct(paths.filter((path) => packageOf(path) === null)),
    beside: distinct(beside),
  };
}

function packageOf(path: string): string | null {
  return /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1] ?? null;
}

function distinct(names: string[]): string[] {
  return [...new Set(names)].toSorted();
}
