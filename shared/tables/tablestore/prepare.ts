// Makes the table and its index in Tablestore, or finds out that they are there already.
import { setTimeout as sleep } from "node:timers/promises";
import type { TableDescription } from "tablestore";
import { createAttempts } from "../attempts.ts";
import { judgeTablestoreError, TablestoreError } from "./errors.ts";
import { columns, dueIndexMeta, dueIndexOf, tableParams } from "./schema.ts";
import { createSender, type Send, type TablestoreOptions } from "./sender.ts";
import { createTablestoreTable } from "./table.ts";

export interface PrepareOptions {
  /** Hears one sentence for each thing that was done or found. */
  say: (sentence: string) => void;
  /** Resolves after that many milliseconds. */
  pause?: (ms: number) => Promise<unknown>;
}

/** Once a second: Tablestore takes 10 operations on tables a second, and a new one needs a few seconds. */
const LOOK_EVERY_MS = 1000;
const MAX_LOOKS = 300;

/** Can be repeated. Throws when a table of that name is not ours, and when it is not ready within five minutes. */
export async function prepareTablestore(
  options: TablestoreOptions,
  { say, pause = sleep }: PrepareOptions,
): Promise<void> {
  const { send, close } = createSender(options);
  const { tableName } = options;
  try {
    const found = await describe(send, tableName);
    if (found) await completeTable(send, found, say);
    else {
      await send("createTable", tableParams(tableName)).catch(ignoreExisting);
      say(`Made the table ${tableName} with its index ${dueIndexOf(tableName)}.`);
    }
    await waitUntilReady(send, options, pause);
    say(`The table ${tableName} and its index are ready.`);
  } finally {
    close();
  }
}

/** Null when there is none. */
async function describe(send: Send, tableName: string): Promise<TableDescription | null> {
  const attempt = createAttempts(judgeTablestoreError);
  try {
    return (await attempt(() => send("describeTable", { tableName }))).answer;
  } catch (error) {
    if (error instanceof TablestoreError && error.code === "OTSObjectNotExist") return null;
    throw error;
  }
}

/** A table without the columns that an index needs cannot get them afterwards. */
async function completeTable(send: Send, found: TableDescription, say: PrepareOptions["say"]): Promise<void> {
  const { tableName } = found.tableMeta;
  const keys = found.tableMeta.primaryKey.map(({ name }) => name).join();
  const defined = new Set(found.tableMeta.definedColumn.map(({ name }) => name));
  const isOurs =
    keys === `${columns.partition},${columns.sort}` && defined.has(columns.dueKey) && defined.has(columns.dueAt);
  if (!isOurs)
    throw new Error(`There is a table ${tableName} already, and it is not one of ours. Set another TABLE_NAME.`);
  say(`The table ${tableName} is there already.`);
  if (found.indexMetas.some(({ name }) => name === dueIndexOf(tableName))) return;
  const params = { mainTableName: tableName, includeBaseData: true, indexMeta: dueIndexMeta(tableName) };
  await send("createIndex", params).catch(ignoreExisting);
  say(`Made its index ${dueIndexOf(tableName)}, of what the table holds already too.`);
}

/** Somebody else who prepares the same table was faster. */
function ignoreExisting(error: unknown): void {
  if (!(error instanceof TablestoreError) || error.code !== "OTSObjectAlreadyExist") throw error;
}

/** Ready: the index holds all that was there before, and answers. */
async function waitUntilReady(
  send: Send,
  options: TablestoreOptions,
  pause: (ms: number) => Promise<unknown>,
): Promise<void> {
  for (let look = 1; ; look++) {
    const found = await describe(send, options.tableName);
    const index = found?.indexMetas.find(({ name }) => name === dueIndexOf(options.tableName));
    const problem = index?.indexSyncPhase === "INCR" ? await openingProblem(options) : "the index is being filled";
    if (problem === null) return;
    if (look === MAX_LOOKS) throw new Error(`The table ${options.tableName} is not ready yet: ${problem}.`);
    await pause(LOOK_EVERY_MS);
  }
}

/** What the server would say that opens it now. */
async function openingProblem(options: TablestoreOptions): Promise<string | null> {
  try {
    const table = await createTablestoreTable(options);
    await table.close();
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
