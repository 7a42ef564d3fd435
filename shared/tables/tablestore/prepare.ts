// Makes the table and its index in Tablestore, or finds out that they are there already.
import { setTimeout as sleep } from "node:timers/promises";
import type { TableDescription } from "tablestore";
import { AppError } from "../../errors/app-error.ts";
import { type SetUpTold, takeSteps } from "../../ports/set-up.ts";
import { createAttempts } from "../attempts.ts";
import type { TablestoreOptions } from "./client.ts";
import { dueIndexMeta, tableParams } from "./creation.ts";
import { judgeTablestoreError, TablestoreError } from "./errors.ts";
import { columns, dueIndexOf } from "./schema.ts";
import { createTablestoreSdk, type Send } from "./sdk.ts";
import { createTablestoreTable } from "./table.ts";

export interface PrepareOptions extends SetUpTold {
  /** Resolves after that many milliseconds. */
  pause?: (ms: number) => Promise<unknown>;
}

/** Once a second: Tablestore takes 10 operations on tables a second, and a new one needs a few seconds. */
const LOOK_EVERY_MS = 1000;
const MAX_LOOKS = 300;

/**
 * Can be repeated. Throws `conflict` when a table of that name is not ours, and nothing is done to it; else throws at the end when a step failed
 * or the table is not ready within five minutes.
 */
export async function prepareTablestore(
  options: TablestoreOptions,
  { pause = sleep, ...told }: PrepareOptions,
): Promise<void> {
  const { send, close } = createTablestoreSdk(options);
  const { tableName } = options;
  try {
    await takeSteps(
      [
        { name: `the table ${tableName}`, isFoundation: true, act: () => makeTable(send, tableName) },
        { name: `the index ${dueIndexOf(tableName)}`, act: () => addIndex(send, tableName) },
        { name: "that table and index are ready", act: () => waitUntilReady(send, options, pause) },
      ],
      told,
    );
  } finally {
    close();
  }
}

/** With its index. */
async function makeTable(send: Send, tableName: string): Promise<string> {
  const found = await describe(send, tableName);
  if (found) {
    requireOurs(found);
    return `The table ${tableName} is there already.`;
  }
  await send("createTable", tableParams(tableName)).catch(ignoreExisting);
  return `Made the table ${tableName} with its index ${dueIndexOf(tableName)}.`;
}

async function addIndex(send: Send, tableName: string): Promise<string> {
  const found = await describe(send, tableName);
  if (found?.indexMetas.some(({ name }) => name === dueIndexOf(tableName))) {
    return `It has the index ${dueIndexOf(tableName)}.`;
  }
  const params = { mainTableName: tableName, includeBaseData: true, indexMeta: dueIndexMeta(tableName) };
  await send("createIndex", params).catch(ignoreExisting);
  return `Made its index ${dueIndexOf(tableName)}, of what the table holds already too.`;
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
function requireOurs({ tableMeta }: TableDescription): void {
  const keys = tableMeta.primaryKey.map(({ name }) => name).join();
  const defined = new Set(tableMeta.definedColumn.map(({ name }) => name));
  const isOurs =
    keys === `${columns.partition},${columns.sort}` && defined.has(columns.dueKey) && defined.has(columns.dueAt);
  if (isOurs) return;
  const message = `There is a table ${tableMeta.tableName} already, and it is not one of ours. Set another TABLE_NAME.`;
  throw new AppError("conflict", { message });
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
): Promise<string> {
  for (let look = 1; ; look++) {
    const found = await describe(send, options.tableName);
    const index = found?.indexMetas.find(({ name }) => name === dueIndexOf(options.tableName));
    const problem = index?.indexSyncPhase === "INCR" ? await openingProblem(options) : "the index is being filled";
    if (problem === null) return `The table ${options.tableName} and its index are ready.`;
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
