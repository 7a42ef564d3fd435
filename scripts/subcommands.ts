// What commands have in common: which one is meant, its help, the configured table, and how each ends.
// Exit code 0: done; 1: it could not be done; 2: the command was not understood. What goes wrong is one sentence on stderr.
//
// Arguments are read by node:util's parseArgs: Node keeps it, and there is no package to load or to trust.
import { existsSync } from "node:fs";
import { type ParseArgsConfig, parseArgs } from "node:util";
import { type Config, readConfig } from "../shared/config/config.ts";
import { processEnvironment } from "../shared/config/environment.ts";
import type { Table } from "../shared/ports/table.ts";
import { openTable, placeOfTable } from "../shared/runtime/adapters/table.ts";
import { exits, isHelpWanted } from "./help.ts";

export interface Subcommand {
  /** Behind its name, as in `--credits <credits> [--expires <date>]`. */
  usage: string;
  /** What it is for, in a sentence. */
  about: string;
  /** Throws UsageError for what it does not understand, and anything else when it cannot be done. */
  run(args: string[]): Promise<void>;
}

export class UsageError extends Error {}

/** What was found is not as it should be, and has been told: exit code 1 without another word. */
export class Found extends Error {}

/** `program`: as it is called, such as `npm run codes --`. `otherwise`: what is meant when nothing is said. */
export async function runSubcommand(
  program: string,
  subcommands: Readonly<Record<string, Subcommand>>,
  otherwise = "",
): Promise<void> {
  const [, , first = otherwise, ...rest] = process.argv;
  // A command whose only one has no name.
  const isOnly = Object.hasOwn(subcommands, "");
  const [name, args] = isOnly ? ["", process.argv.slice(2)] : [first, rest];
  const subcommand = Object.hasOwn(subcommands, name) ? subcommands[name] : undefined;
  const meant = Object.entries(subcommand ? { [name]: subcommand } : subcommands);
  const lineOf = ([each, { usage }]: [string, Subcommand]) => `  ${[program, each, usage].filter(Boolean).join(" ")}`;
  const usage = meant.map(lineOf).join("\n");
  if (isHelpWanted([first, ...rest])) {
    const about = meant.map((each) => `${lineOf(each)}\n      ${each[1].about}`).join("\n");
    console.log(`${about}\n\n${exits}`);
    return;
  }
  try {
    if (!subcommand) throw new UsageError(name === "" ? "What is to be done?" : `There is no ${JSON.stringify(name)}.`);
    await subcommand.run(args);
  } catch (error) {
    if (error instanceof Found) {
      process.exitCode = 1;
      return;
    }
    const misunderstood = usageOf(error, usage);
    console.error(misunderstood ?? messageOf(error));
    process.exitCode = misunderstood === null ? 1 : 2;
  }
}

/** For a command that does one thing. */
export function runCommand(program: string, command: Subcommand): Promise<void> {
  return runSubcommand(program, { "": command });
}

type Options = NonNullable<ParseArgsConfig["options"]>;
const json = { type: "boolean", default: false } as const;

/** The arguments of a command, with `--json`, which every one takes. `most`: how many may stand alone. */
export function parsed<O extends Options>(args: string[], options: O, most = 0) {
  const all = { ...options, json };
  const { values, positionals } = parseArgs({ args, allowPositionals: most > 0, options: all });
  if (positionals.length > most) throw new UsageError(`${JSON.stringify(positionals[most])} is one too many.`);
  return { values, positionals, isJson: (values as { json?: boolean }).json === true };
}

/** On stdout: lines for people, or the same for programs. */
export function say(isJson: boolean, lines: readonly string[], data: unknown): void {
  if (isJson) console.log(JSON.stringify(data, null, 2));
  else if (lines.length > 0) console.log(lines.join("\n"));
}

/** `text` as a whole number of an option. */
export function whole(option: string, text: string | undefined, least: number, most: number): number {
  if (text !== undefined && /^\d{1,10}$/.test(text) && Number(text) >= least && Number(text) <= most)
    return Number(text);
  throw new UsageError(`${option} must be a whole number from ${least} to ${most}.`);
}

/** What is said of a command that was not understood; null when it is something else that went wrong. */
export function usageOf(error: unknown, usage: string): string | null {
  return error instanceof UsageError || isParseError(error) ? `${messageOf(error)} Usage:\n${usage}` : null;
}

/** Opens the table that the server uses, and closes it behind `act`. `where` names it for people. Asking makes no table. */
export async function withTable<T>(act: (table: Table, where: string, config: Config) => Promise<T>): Promise<T> {
  const config = tableConfig();
  requireThere(config);
  const table = await openTable(config);
  try {
    return await act(table, placeOfTable(config), config);
  } finally {
    await table.close();
  }
}

/** Throws when the table is a file that is not there: opening it would make it. */
export function requireThere(config: Config): void {
  const place = placeOfTable(config);
  if (config.table.provider === "sqlite" && !existsSync(place))
    throw new Error(`There is no table at ${place}. npm start makes it; or set DATA_DIR to the folder that it uses.`);
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
