// Lists partitions in DynamoDB: what no function needs, but an operator's check of everything does.
import { ScanCommand, type ScanCommandInput } from "@aws-sdk/client-dynamodb";
import { createAttempts } from "../attempts.ts";
import { explainDynamodbError, judgeDynamodbError } from "./errors.ts";
import type { AttributeMap } from "./items.ts";
import { attributes } from "./schema.ts";
import { createDynamodbSdk, type SdkOptions } from "./sdk.ts";
import type { DynamodbOptions } from "./table.ts";

/** The partitions whose names begin with `prefix`, in no order. DynamoDB has no list of them: it reads, and charges for, the whole table. */
export async function* listDynamodbPartitions(
  options: SdkOptions & Omit<DynamodbOptions, keyof SdkOptions>,
  prefix: string,
): AsyncGenerator<string> {
  const { send, close } = createDynamodbSdk(options);
  const attempt = createAttempts(judgeDynamodbError, options.attempts);
  const input: ScanCommandInput = {
    TableName: options.tableName,
    ConsistentRead: true,
    ProjectionExpression: "#partition",
    FilterExpression: "begins_with(#partition, :prefix)",
    ExpressionAttributeNames: { "#partition": attributes.partition },
    ExpressionAttributeValues: { ":prefix": { S: prefix } },
  };
  let latest = "";
  let start: AttributeMap | undefined;
  try {
    do {
      const scan = new ScanCommand(start ? { ...input, ExclusiveStartKey: start } : input);
      const page = (await attempt(() => send(scan))).answer;
      for (const { [attributes.partition]: partition } of page.Items ?? []) {
        // The items of a partition follow one another.
        if (partition?.S === undefined || partition.S === latest) continue;
        latest = partition.S;
        yield latest;
      }
      start = page.LastEvaluatedKey;
    } while (start);
  } catch (error) {
    throw explainDynamodbError(error);
  } finally {
    close();
  }
}
