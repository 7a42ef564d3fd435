// Amazon DynamoDB, in a bundle.

import type { Table } from "../../../ports/table.ts";
import { createDynamodbTable } from "../../../tables/dynamodb/table.ts";
import { dynamodbOptions, onlyRemoved } from "../../adapters/table-options.ts";
import type { Carried } from "../prepare.ts";
import { refuse } from "./refuse.ts";

export const table: Carried<Table> = {
  name: "dynamodb",
  open: ({ table: config }) =>
    config.provider === "dynamodb"
      ? createDynamodbTable({ ...dynamodbOptions(config), expiringKinds: onlyRemoved })
      : refuse("TABLE_PROVIDER"),
};
