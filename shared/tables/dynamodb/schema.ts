// The table and its index in DynamoDB: attributes, keys, and what is created.
import type { CreateTableCommandInput, GlobalSecondaryIndex } from "@aws-sdk/client-dynamodb";

export const attributes = {
  partition: "partition",
  sort: "sort",
  data: "data",
  version: "version",
  write: "write",
  dueKey: "due_key",
  dueAt: "due_at",
  /** Epoch seconds, as DynamoDB's time to live demands. */
  expiresAt: "expires_at",
} as const;

export const DUE_INDEX = "due";

/** An item that lacks one of its keys is not in the index. */
export const dueIndex = {
  IndexName: DUE_INDEX,
  KeySchema: [
    { AttributeName: attributes.dueKey, KeyType: "HASH" },
    { AttributeName: attributes.dueAt, KeyType: "RANGE" },
  ],
  Projection: { ProjectionType: "KEYS_ONLY" },
} satisfies GlobalSecondaryIndex;

export const attributeDefinitions = [
  { AttributeName: attributes.partition, AttributeType: "S" as const },
  { AttributeName: attributes.sort, AttributeType: "S" as const },
  { AttributeName: attributes.dueKey, AttributeType: "S" as const },
  { AttributeName: attributes.dueAt, AttributeType: "N" as const },
];

/** Paid as it is used, and safe from a deletion by mistake. */
export function tableInput(tableName: string): CreateTableCommandInput {
  return {
    TableName: tableName,
    AttributeDefinitions: attributeDefinitions,
    KeySchema: [
      { AttributeName: attributes.partition, KeyType: "HASH" },
      { AttributeName: attributes.sort, KeyType: "RANGE" },
    ],
    GlobalSecondaryIndexes: [dueIndex],
    BillingMode: "PAY_PER_REQUEST",
    DeletionProtectionEnabled: true,
  };
}
