// Which table a script means: the configured one, or one that the command line names beside it.
import { readFileSync } from "node:fs";
import { parseEnv } from "node:util";
import { type Config, type Environment, readConfig } from "../shared/config/config.ts";
import { onlySet, processEnvironment } from "../shared/config/environment.ts";
import { tableVariables } from "../shared/config/table.ts";

/** Other settings may be wrong: they are of no matter for a table. */
export function ofTheTable(environment: Environment): Environment {
  const names = new Set(["DATA_DIR", ...Object.keys(tableVariables)]);
  return Object.fromEntries(Object.entries(environment).filter(([name]) => names.has(name)));
}

export interface NamedTable {
  /** What a process is configured to use it by. */
  settings: Environment;
  config: Config;
}

const nameVariables: Readonly<Record<string, string>> = {
  sqlite: "DATA_DIR",
  tablestore: "TABLE_NAME",
  dynamodb: "TABLE_NAME",
};

/**
 * `text`: `dynamodb`, or `dynamodb:another_table`, `sqlite:another/folder`. All else comes from the environment and, before that, from the
 * file if there is one. Null for what is no such text; throws ConfigError for settings that lack something.
 */
export function namedTable(text: string, file: string | undefined): NamedTable | null {
  const [provider = "", ...rest] = text.split(":");
  const [nameVariable, name] = [nameVariables[provider], rest.join(":")];
  if (nameVariable === undefined || (rest.length > 0 && name === "")) return null;
  const settings = ofTheTable({
    ...onlySet(processEnvironment()),
    ...(file === undefined ? {} : onlySet(parseEnv(readFileSync(file, "utf8")))),
    TABLE_PROVIDER: provider,
    ...(name === "" ? {} : { [nameVariable]: name }),
  });
  return { settings, config: readConfig(settings) };
}
