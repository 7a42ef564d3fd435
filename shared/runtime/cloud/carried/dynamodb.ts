// Amazon DynamoDB, in a bundle.

import { ConfigError } from "../../../config/config-error.ts";
import type { Table } from "../../../ports/table.ts";
import { createDynamodbTable } from "../../../tables/dynamodb/table.ts";
import { dynamodbOptions, onlyRemoved } from "../../adapters/table-options.ts";
import type { Carried } from "../prepare.ts";
import { refuse } from "./refuse.ts";

export const table: Carried<Table> = {
  name: "dynamodb",
  open({ table: config }) {
    if (config.provider !== "dynamodb") return refuse("TABLE_PROVIDER");
    const { accessKeyId, accessKeySecret, securityToken } = config;
    if (accessKeyId === null || accessKeySecret === null) throw noKeys();
    const key = { accessKeyId, accessKeySecret, securityToken: securityToken ?? undefined };
    return createDynamodbTable({
      ...dynamodbOptions(config),
      credentials: async () => key,
      expiringKinds: onlyRemoved,
    });
  },
};

function noKeys(): ConfigError {
  const message = "is not there, nor AWS_SECRET_ACCESS_KEY: Lambda tells the keys of the function's role by them";
  return new ConfigError([{ variable: "AWS_ACCESS_KEY_ID", message }]);
}
