// The settings of a table in a cloud, in its adapter's words.
import type { DynamodbConfig, TablestoreConfig } from "../../config/table.ts";
import type { DueKind } from "../../ports/due.ts";
import { type AliyunRole, noRole } from "../cloud/aliyun-role.ts";

/** Of these kinds a timer only ever deletes what is due. */
export const onlyRemoved: DueKind[] = ["idempotency", "expiring"];

/** `role`: whose keys are used when none are written. */
export function tablestoreOptions(config: TablestoreConfig, role: AliyunRole = noRole) {
  const { endpoint, instance, tableName, accessKeyId, accessKeySecret, securityToken } = config;
  const written = {
    accessKeyId: accessKeyId ?? "",
    accessKeySecret: accessKeySecret ?? "",
    securityToken: securityToken ?? undefined,
  };
  const credentials = async () => (accessKeyId && accessKeySecret ? written : role());
  return { endpoint, instance, tableName, credentials };
}

export function dynamodbOptions({ region, endpoint, tableName }: DynamodbConfig) {
  return { region, tableName, endpoint: endpoint ?? undefined };
}
