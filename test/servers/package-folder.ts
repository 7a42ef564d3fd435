// Where a package lies while it runs.
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";

/** A package that lacks a module has to fail here as it would in the cloud. */
export function refuseOurModules(folder: string): void {
  for (let above = dirname(folder); above !== dirname(above); above = dirname(above)) {
    if (existsSync(join(above, "node_modules"))) throw new Error(`${above} holds node_modules, above ${folder}`);
  }
}
