// The way to a Tablestore instance: connections that stay open, and the present credentials.
import { Agent as HttpAgent } from "node:http";
import { Agent as HttpsAgent } from "node:https";
import TableStore, { type Operations } from "tablestore";
import type { AttemptOptions } from "../attempts.ts";
import { type AccessKey, createClientsByKey } from "../clients-by-key.ts";
import { send } from "./request.ts";

export interface TablestoreOptions {
  /** Such as https://dreams.cn-hangzhou.ots.aliyuncs.com, or the instance's address inside its VPC. */
  endpoint: string;
  instance: string;
  tableName: string;
  /** Asked for each request. */
  credentials: () => Promise<AccessKey>;
  /** How long one request may take, in milliseconds. Default 5000. */
  timeoutMs?: number;
  attempts?: AttemptOptions;
}

export type Send = <Name extends keyof Operations>(
  operation: Name,
  params: Operations[Name]["params"],
) => Promise<Operations[Name]["answer"]>;

/** Sends with the present credentials over connections that stay open; `close` ends those. */
export function createSender(options: TablestoreOptions): { send: Send; close(): void } {
  const { endpoint, instance, timeoutMs = 5000 } = options;
  const agent = endpoint.startsWith("https:")
    ? new HttpsAgent({ keepAlive: true })
    : new HttpAgent({ keepAlive: true });
  const client = createClientsByKey(options.credentials, ({ accessKeyId, accessKeySecret, securityToken }) => {
    const key = {
      accessKeyId,
      secretAccessKey: accessKeySecret,
      ...(securityToken ? { stsToken: securityToken } : {}),
    };
    // The SDK's own retries would hide that an answer was lost, and it has none for writes.
    return new TableStore.Client({ ...key, endpoint, instancename: instance, maxRetries: 0, httpOptions: { agent } });
  });
  return {
    send: async (operation, params) => send(await client(), operation, params, timeoutMs),
    close: () => agent.destroy(),
  };
}
