// The table that the configuration names. Its adapter is loaded only here and only then: the clouds' SDKs are large.
import { join } from "node:path";
import type { Config } from "../../config/config.ts";
import type { SetUpTold } from "../../ports/set-up.ts";
import type { WholeTable } from "../../ports/whole-table.ts";
import { makeFolder } from "../local/make-folder.ts";
import { dynamodbOptions, onlyRemoved, tablestoreOptions } from "./table-options.ts";

/** Also for scripts that need nothing else. Throws AppError `unavailable`, saying what is wrong with it. */
export async function openTable({ dataDir, table }: Pick<Config, "dataDir" | "table">): Promise<WholeTable> {
  if (table.provider === "tablestore") {
    const { createTablestoreTable } = await import("../../tables/tablestore/table.ts");
    return createTablestoreTable(tablestoreOptions(table));
  }
  if (table.provider === "dynamodb") {
    const [{ createDynamodbTable }, { credentialsOfTheSdk }] = await Promise.all([
      import("../../tables/dynamodb/table.ts"),
      import("../../tables/dynamodb/sdk.ts"),
    ]);
    const credentials = credentialsOfTheSdk(table.region);
    return createDynamodbTable({ ...dynamodbOptions(table), credentials, expiringKinds: onlyRemoved });
  }
  await makeFolder(dataDir);
  const { openSqliteTable } = await import("../../tables/sqlite.ts");
  return openSqliteTable({ path: join(dataDir, "table.sqlite") });
}

/** Makes the table in its cloud, or adds what is missing; a file needs nothing. Throws at the end when a step failed. */
export async function prepareTable({ table }: Pick<Config, "table">, told: SetUpTold): Promise<void> {
  if (table.provider === "tablestore") {
    const { prepareTablestore } = await import("../../tables/tablestore/prepare.ts");
    await prepareTablestore(tablestoreOptions(table), told);
  } else if (table.provider === "dynamodb") {
    const { prepareDynamodb } = await import("../../tables/dynamodb/prepare.ts");
    await prepareDynamodb(dynamodbOptions(table), told);
  } else told.say("With TABLE_PROVIDER=sqlite the table is a file in DATA_DIR, and npm start makes it.");
}

/** The names of the partitions in a cloud's table that begin with `prefix`. Throws for a file, which its owner reads directly. */
export async function* partitionsOf({ table }: Pick<Config, "table">, prefix: string): AsyncGenerator<string> {
  if (table.provider === "tablestore") {
    const { listTablestorePartitions } = await import("../../tables/tablestore/partitions.ts");
    yield* listTablestorePartitions(tablestoreOptions(table), prefix);
  } else if (table.provider === "dynamodb") {
    const { listDynamodbPartitions } = await import("../../tables/dynamodb/partitions.ts");
    yield* listDynamodbPartitions(dynamodbOptions(table), prefix);
  } else throw new Error("The partitions of a file are not listed here.");
}

/** For people. */
export function placeOfTable({ dataDir, table }: Pick<Config, "dataDir" | "table">): string {
  if (table.provider === "sqlite") return join(dataDir, "table.sqlite");
  if (table.provider === "tablestore") return `${table.tableName} in the Tablestore instance ${table.instance}`;
  return `${table.tableName} in DynamoDB, ${table.region}`;
}
