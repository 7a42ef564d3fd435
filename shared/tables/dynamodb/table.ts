// The table in Amazon DynamoDB: one table and a sparse global secondary index of what is due.
import type {
  DeleteItemInput,
  GetItemInput,
  PutItemInput,
  QueryInput,
  QueryOutput,
  ScanInput,
} from "@aws-sdk/client-dynamodb";
import { AppError } from "../../errors/app-error.ts";
import type { WholeTable } from "../../ports/whole-table.ts";
import type { AttemptOptions } from "../attempts.ts";
import { createRemoteTable, type Page, type RowCondition, type Wire, type WriteAnswer } from "../remote-table.ts";
import { createDynamodbClient, type DynamodbClientOptions } from "./client.ts";
import { DynamodbRefusal, explainDynamodbError, judgeDynamodbError, NoAnswer, statusOf } from "./errors.ts";
import { type AttributeMap, dueKeyOf, keyOf, toAttributes, toDueEntry, toPlacedRow, toRow } from "./items.ts";
import { attributes, DUE_INDEX } from "./schema.ts";

export interface DynamodbOptions extends DynamodbClientOptions {
  tableName: string;
  /**
   * Kinds of the due index whose items are only deleted when they are due: DynamoDB's time to live deletes them a day later,
   * should no timer have done it. Default none.
   */
  expiringKinds?: readonly string[];
  attempts?: AttemptOptions;
}

/**
 * Throws AppError `unavailable` when the table or its index is not there, saying what makes them; when the credentials are refused;
 * and when nobody answers.
 */
export async function createDynamodbTable(options: DynamodbOptions): Promise<WholeTable> {
  const table = createRemoteTable(createWire(options), options.attempts);
  try {
    await table.check();
  } catch (error) {
    await table.close();
    throw refusal(options, error);
  }
  return table;
}

function createWire({ tableName, expiringKinds = [], ...options }: DynamodbOptions): Wire<AttributeMap> {
  const { send, close } = createDynamodbClient(options);

  async function readPage<T>(
    operation: "Query" | "Scan",
    input: Omit<QueryInput | ScanInput, "TableName">,
    toEntry: (item: AttributeMap) => T,
  ): Promise<Page<T, AttributeMap>> {
    const answer = await send(operation, { TableName: tableName, ...input });
    const { Items = [], LastEvaluatedKey } = answer as Pick<QueryOutput, "Items" | "LastEvaluatedKey">;
    return { entries: Items.map(toEntry), next: LastEvaluatedKey ?? null };
  }

  return {
    // GetItem, "ConsistentRead: true".
    async read(key) {
      const input: GetItemInput = { TableName: tableName, Key: keyOf(key), ConsistentRead: true };
      const { Item } = (await send("GetItem", input)) as { Item?: AttributeMap };
      return Item ? toRow(Item) : null;
    },

    // PutItem replaces the item with all its attributes.
    write(partition, row, condition, mayBeRepeated) {
      const put: PutItemInput = {
        TableName: tableName,
        Item: toAttributes(partition, row, expiringKinds),
        ...conditionOf(condition),
        ReturnValuesOnConditionCheckFailure: mayBeRepeated ? "ALL_OLD" : "NONE",
      };
      return whetherTaken(send("PutItem", put));
    },

    // DeleteItem.
    async remove(key, condition) {
      const deletion: DeleteItemInput = { TableName: tableName, Key: keyOf(key), ...conditionOf(condition) };
      return (await whetherTaken(send("DeleteItem", deletion))).isTaken;
    },

    // Query: at most 1 MB at once, "LastEvaluatedKey" while more may follow. A start key outside of the prefix would be refused.
    page({ partition, prefix, order }, { after }, limit, cursor) {
      const start = cursor ?? (after === null ? undefined : keyOf({ partition, sort: after }));
      const isPrefixed = prefix !== "";
      const input = {
        KeyConditionExpression: isPrefixed
          ? "#partition = :partition AND begins_with(#sort, :prefix)"
          : "#partition = :partition",
        ExpressionAttributeNames: {
          "#partition": attributes.partition,
          ...(isPrefixed ? { "#sort": attributes.sort } : {}),
        },
        ExpressionAttributeValues: {
          ":partition": { S: partition },
          ...(isPrefixed ? { ":prefix": { S: prefix } } : {}),
        },
        ConsistentRead: true,
        ScanIndexForward: order === "ascending",
        Limit: limit,
        ...(start ? { ExclusiveStartKey: start } : {}),
      } satisfies Omit<QueryInput, "TableName">;
      return readPage("Query", input, toRow);
    },

    // Query over the index, which follows the table and cannot be read consistently.
    due({ kind, shard, before }, limit, cursor) {
      const latest = Math.min(Math.floor(before), Number.MAX_SAFE_INTEGER);
      const input = {
        IndexName: DUE_INDEX,
        KeyConditionExpression: "#key = :key AND #at <= :before",
        ExpressionAttributeNames: { "#key": attributes.dueKey, "#at": attributes.dueAt },
        ExpressionAttributeValues: { ":key": dueKeyOf({ kind, shard }), ":before": { N: String(latest) } },
        Limit: limit,
        ...(cursor ? { ExclusiveStartKey: cursor } : {}),
      } satisfies Omit<QueryInput, "TableName">;
      return readPage("Query", input, toDueEntry);
    },

    // Scan: at most 1 MB at once, "LastEvaluatedKey" while more may follow.
    scan(limit, cursor) {
      const start = cursor ? { ExclusiveStartKey: cursor } : {};
      return readPage("Scan", { ConsistentRead: true, Limit: limit, ...start }, toPlacedRow);
    },

    judge: judgeDynamodbError,
    explain: explainDynamodbError,
    close,
  };
}

/** "data" and other names are reserved words: all of them go by placeholders. */
function conditionOf(condition: RowCondition) {
  if (condition === "absent") {
    const names = { "#partition": attributes.partition };
    return { ConditionExpression: "attribute_not_exists(#partition)", ExpressionAttributeNames: names };
  }
  const isVersion = {
    ConditionExpression: "#version = :version",
    ExpressionAttributeNames: { "#version": attributes.version },
    ExpressionAttributeValues: { ":version": { N: String(condition.version) } },
  };
  if (condition.write === undefined) return isVersion;
  return {
    ConditionExpression: "#version = :version AND #write = :write",
    ExpressionAttributeNames: { ...isVersion.ExpressionAttributeNames, "#write": attributes.write },
    ExpressionAttributeValues: { ...isVersion.ExpressionAttributeValues, ":write": { S: condition.write } },
  };
}

async function whetherTaken(request: Promise<unknown>): Promise<WriteAnswer> {
  try {
    await request;
    return { isTaken: true };
  } catch (error) {
    if (!(error instanceof DynamodbRefusal) || error.name !== "ConditionalCheckFailedException") throw error;
    return error.item ? { isTaken: false, found: toRow(error.item as AttributeMap) } : { isTaken: false };
  }
}

function refusal({ tableName, region, endpoint }: DynamodbOptions, error: unknown): unknown {
  const cause = error instanceof AppError ? error.cause : error;
  const where = endpoint === undefined ? region : `${region} at ${endpoint}`;
  if (!(cause instanceof Error)) return error;
  const isAbsent = cause.name === "ResourceNotFoundException" || /specified index/.test(cause.message);
  const isAnswer = statusOf(cause) !== null || cause instanceof NoAnswer;
  if (!isAnswer && cause.name !== "CredentialsProviderError") return error;
  const advice = isAbsent
    ? `The table ${tableName} or its index does not exist in ${where}. npm run create-table makes them.`
    : `The table ${tableName} in ${where} cannot be read.`;
  return new AppError("unavailable", { message: `${advice} ${cause.name}: ${cause.message}`, cause });
}
