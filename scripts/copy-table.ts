// npm run copy-table -- --from sqlite --to dynamodb: copies every item of a table into another one, with versions and due entries, compares
// both, and has the ledger of the new one checked. Nobody may serve from either meanwhile. Stopped at any point, it is run again.
// Exit code 0: both are equal and all adds up; 1: they are not, or it could not be done; 2: the command or the settings were not understood.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { ConfigError } from "../shared/config/config-error.ts";
import { processEnvironment } from "../shared/config/environment.ts";
import type { WholeTable } from "../shared/ports/whole-table.ts";
import { openTable, placeOfTable } from "../shared/runtime/adapters/table.ts";
import { copyItems, differences } from "../shared/tables/copy-items.ts";
import { answerHelp } from "./help.ts";
import { type NamedTable, namedTable } from "./table-settings.ts";

const USAGE = `Usage: npm run copy-table -- --from TABLE --to TABLE [--from-env FILE] [--to-env FILE] [--json]
  TABLE: sqlite, dynamodb or tablestore, found by the usual settings; or with a name of its own: sqlite:another/folder, dynamodb:another_table
  FILE: settings of that table alone, written as in .env`;

answerHelp(
  "Copies every item of a table into another one, compares both, and has the ledger checked. Nobody may serve from either meanwhile.",
  USAGE.replace(/^Usage:/, " "),
);

const TOLD_EVERY = 1000;
const MOST_SHOWN = 20;

const isJson = process.argv.includes("--json");
/** For people; the one answer for programs stands alone on stdout. */
const tell = isJson ? console.error : console.log;

class Misunderstood extends Error {}

try {
  const { from, to } = readCommand();
  const copied = await copy(from, to);
  const addsUp = copied.differences === 0 && (await checkLedger(to));
  if (isJson) console.log(JSON.stringify({ isFine: addsUp, ...copied, addsUp }, null, 2));
  process.exitCode = addsUp ? 0 : 1;
} catch (error) {
  const isCommand = error instanceof Misunderstood || error instanceof ConfigError;
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = isCommand ? 2 : 1;
}

function readCommand(): { from: NamedTable; to: NamedTable } {
  const text = { type: "string" } as const;
  const {
    from,
    to,
    json: _,
    ...files
  } = parsed(() =>
    parseArgs({ options: { from: text, to: text, "from-env": text, "to-env": text, json: { type: "boolean" } } }),
  );
  const named = { from: find(from, files["from-env"]), to: find(to, files["to-env"]) };
  if (placeOf(named.from) === placeOf(named.to)) throw new Misunderstood(`Both are the same table.\n${USAGE}`);
  return named;
}

function parsed<T>(parse: () => { values: T }): T {
  try {
    return parse().values;
  } catch (cause) {
    throw new Misunderstood(USAGE, { cause });
  }
}

function find(text: string | undefined, file: string | undefined): NamedTable {
  if (file !== undefined && !existsSync(file)) throw new Misunderstood(`There is no file ${file}.\n${USAGE}`);
  const table = text === undefined ? null : namedTable(text, file);
  if (!table) throw new Misunderstood(USAGE);
  return table;
}

function placeOf({ config: { dataDir, table } }: NamedTable): string {
  return table.provider === "sqlite"
    ? resolve(dataDir)
    : JSON.stringify({ ...table, accessKeyId: null, accessKeySecret: null, securityToken: null });
}

interface Copied {
  items: number;
  /** Of these, there already. */
  present: number;
  differences: number;
}

async function copy({ config: from }: NamedTable, { config: to }: NamedTable): Promise<Copied> {
  const file = join(from.dataDir, "table.sqlite");
  // Opening it would make one.
  if (from.table.provider === "sqlite" && !existsSync(file)) throw new Error(`There is no ${file}.`);
  const tables: WholeTable[] = [];
  try {
    const source = await openTable(from);
    tables.push(source);
    const target = await openTable(to);
    tables.push(target);
    console.error(`Copying ${placeOfTable(from)} to ${placeOfTable(to)}.`);
    const { items, present } = await copyItems(source, target, telling("copied"));
    tell(`${items} items, of which ${present} were there already.`);
    return { items, present, differences: await countDifferences(source, target) };
  } finally {
    await Promise.all(tables.map((table) => table.close()));
  }
}

async function countDifferences(source: WholeTable, target: WholeTable): Promise<number> {
  let count = 0;
  for await (const difference of differences(source, target, telling("compared"))) {
    if (++count <= MOST_SHOWN) tell(difference);
  }
  if (count > MOST_SHOWN) tell(`and ${count - MOST_SHOWN} more.`);
  if (count > 0) {
    console.error(
      "The tables are not equal. Stop every server and function that uses either, and copy into an empty table: nothing is replaced.",
    );
  } else tell("Every item is equal in both.");
  return count;
}

function telling(what: string): (items: number) => void {
  let told = 0;
  return (items) => {
    if (items - told < TOLD_EVERY) return;
    told = items;
    console.error(`${items} items ${what}.`);
  };
}

async function checkLedger({ settings }: NamedTable): Promise<boolean> {
  const script = fileURLToPath(new URL("check-ledger.ts", import.meta.url));
  const env = { ...processEnvironment(), ...settings };
  const [code] = await once(
    spawn(process.execPath, [script], { env, stdio: ["ignore", isJson ? process.stderr : "inherit", "inherit"] }),
    "close",
  );
  return code === 0;
}
