// What scripts with subcommands have in common: which one is meant, the configured table, and how each ends.
// Exit code 0: done; 1: it could not be done; 2: the command was not understood. What goes wrong is one sentence on stderr.
import { type Config, readConfig } from "../shared/config/config.ts";
import { processEnvironment } from "../shared/config/environment.ts";
import type { Table } from "../shared/ports/table.ts";
import { openTable, placeOfTable } from "../shared/runtime/adapters/table.ts";

export interface Subcommand {
  /** Behind its name, as in `--credits <credits> [--expires <date>]`. */
  usage: string;
  /** Throws UsageError for what it does not understand, and anything else when it cannot be done. */
  run(args: string[]): Promise<void>;
}

export class UsageError extends Error {}

/** `program`: as it is called, such as `npm run codes --`. `otherwise`: what is meant when nothing is said. */
export async function runSubcommand(
  program: string,
  subcommands: Readonly<Record<string, Subcommand>>,
  otherwise = "",
): Promise<void> {
  const [, , name = otherwise, ...args] = process.argv;
  const subcommand = Object.hasOwn(subcommands, name) ? subcommands[name] : undefined;
  const usages = Object.entries(subcommand ? { [name]: subcommand } : subcommands);
  const usage = usages.map(([each, { usage }]) => `  ${program} ${each} ${usage}`).join("\n");
  try {
    if (!subcommand) throw new UsageError(name === "" ? "What is to be done?" : `There is no ${JSON.stringify(name)}.`);
    await subcommand.run(args);
  } catch (error) {
    const misunderstood = usageOf(error, usage);
    console.error(misunderstood ?? messageOf(error));
    process.exitCode = misunderstood === null ? 1 : 2;
  }
}

/** What is said of a command that was not understood; null when it is something else that went wrong. */
export function usageOf(error: unknown, usage: string): string | null {
  return error instanceof UsageError || isParseError(error) ? `${messageOf(error)} Usage:\n${usage}` : null;
}

/** Opens the table that the server uses, and closes it behind `act`. `where` names it for people. */
export async function withTable<T>(act: (table: Table, where: string) => Promise<T>): Promise<T> {
  const config = tableConfig();
  const table = await openTable(config);
  try {
    return await act(table, placeOfTable(config));
  } finally {
    await table.close();
  }
}

/** No token is made here: on a machine that only runs scripts the server's secret need not be. */
function tableConfig(): Config {
  return readConfig({ ...processEnvironment(), NODE_ENV: undefined, JWT_SECRET: undefined });
}

/** Of node:util's parseArgs. */
function isParseError(error: unknown): boolean {
  return error instanceof Error && "code" in error && String(error.code).startsWith("ERR_PARSE_ARGS");
}

/** The first sentence: parseArgs goes on with advice about its own options. */
function messageOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return isParseError(error) ? `${text.split(". ")[0]?.replace(/\.$/, "")}.` : text;
}
