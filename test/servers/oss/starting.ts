// A store on a server that holds nothing, with short parts and no patience.
import { createOssStore, type OssStoreOptions } from "../../../shared/stores/oss/store.ts";
import { type OssServer, startOssServer } from "./server.ts";
import type { Account } from "./signature.ts";

export const account: Account = { accessKeyId: "LTAI5tTestKey", accessKeySecret: "a secret of this test" };

export function optionsFor(server: OssServer): OssStoreOptions {
  return {
    bucket: server.bucket,
    region: server.region,
    endpoint: server.url,
    publicEndpoint: server.url,
    isPathStyle: true,
    access: "private",
    credentials: async () => account,
    partBytes: 1024 * 1024,
    patience: { retryDelayMs: 1 },
  };
}

export async function startOssServerWithAccount(): Promise<OssServer> {
  const server = await startOssServer();
  server.accounts.push({ ...account });
  return server;
}

export async function startOssStore(options: Partial<OssStoreOptions> = {}) {
  const server = await startOssServerWithAccount();
  return { server, store: createOssStore({ ...optionsFor(server), ...options }) };
}
