// What `npm start` sets before it runs the product, read from package.json: the product is measured as it is started.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

export interface StartCommand {
  /** Settings for the process itself, such as those of its memory. */
  env: Record<string, string>;
  nodeArguments: string[];
}

/** `root`: of the product. */
export function startCommand(root: string): StartCommand {
  const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  const words: string[] = scripts.start.split(" ");
  const node = words.indexOf("node");
  const settings = words.slice(0, node).filter((word) => word.includes("="));
  return {
    env: Object.fromEntries(settings.map((setting) => setting.split("=", 2))),
    nodeArguments: words
      .slice(node + 1)
      .filter((word) => word.startsWith("--"))
      .map((word) => word.replace(/(?<==)\.\/.*/, (path) => pathToFileURL(join(root, path)).href)),
  };
}
