// The three places where table and objects may be: on this machine, or in servers of the tests that speak the clouds' languages.
import { prepareDynamodb } from "../../shared/tables/dynamodb/prepare.ts";
import { prepareTablestore } from "../../shared/tables/tablestore/prepare.ts";
import { startDynamodb } from "../../test/servers/dynamodb.ts";
import { startOssServer } from "../../test/servers/oss/server.ts";
import { account } from "../../test/servers/oss/starting.ts";
import { useLocalhostNames } from "../../test/servers/s3/localhost-names.ts";
import { startS3Server, testKey } from "../../test/servers/s3/server.ts";
import { startTablestore } from "../../test/servers/tablestore/server.ts";
import { createDynamodbMeter } from "./dynamodb.ts";
import { type Exchange, startFront } from "./front.ts";
import { createObjectMeter } from "./objects.ts";
import { createTablestoreMeter } from "./tablestore.ts";
import type { Use } from "./uses.ts";

export type Place = "local" | "alibaba" | "aws";

export interface Cloud {
  /** For the product, whose requests are heard. */
  environment: Record<string, string>;
}

const tableName = "dream_factory";
const quiet = { say: () => {} };

/** They end with their process. */
export const startCloud: Record<Place, (hear: (use: Use) => void) => Promise<Cloud>> = {
  async local() {
    return { environment: {} };
  },

  async alibaba(hear) {
    const [table, store] = [await startTablestore(), await startOssServer({ pageSize: 1000 })];
    table.indexSteps = Number.POSITIVE_INFINITY;
    // The bucket stands in front of the host's name.
    useLocalhostNames();
    store.accounts.push(account);
    const { endpoint, instance, keys } = table;
    const key = { accessKeyId: "", accessKeySecret: "", ...keys[0] };
    await prepareTablestore({ endpoint, instance, tableName, credentials: async () => key }, quiet);
    const environment = {
      TABLE_PROVIDER: "tablestore",
      TABLE_NAME: tableName,
      TABLESTORE_ENDPOINT: await frontOf(endpoint, createTablestoreMeter(), hear),
      TABLESTORE_INSTANCE: instance,
      TABLESTORE_ACCESS_KEY_ID: key.accessKeyId,
      TABLESTORE_ACCESS_KEY_SECRET: key.accessKeySecret,
      STORAGE_PROVIDER: "oss",
      STORE_ACCESS: "private",
      OSS_BUCKET: store.bucket,
      OSS_REGION: store.region,
      OSS_ENDPOINT: await frontOf(
        store.url.replace("127.0.0.1", "localhost"),
        createObjectMeter("oss", store.bucket),
        hear,
      ),
      OSS_ACCESS_KEY_ID: account.accessKeyId,
      OSS_ACCESS_KEY_SECRET: account.accessKeySecret,
    };
    return { environment };
  },

  async aws(hear) {
    const [table, store] = [await startDynamodb(), await startS3Server({ vendor: "aws" })];
    const { endpoint, region, keys } = table;
    const key = { accessKeyId: "", accessKeySecret: "", ...keys[0] };
    await prepareDynamodb({ endpoint, region, tableName, credentials: async () => key }, quiet);
    // The SDK looks for the table's credentials by itself.
    Object.assign(process.env, { AWS_ACCESS_KEY_ID: key.accessKeyId, AWS_SECRET_ACCESS_KEY: key.accessKeySecret });
    const environment = {
      TABLE_PROVIDER: "dynamodb",
      TABLE_NAME: tableName,
      DYNAMODB_ENDPOINT: await frontOf(endpoint, createDynamodbMeter(), hear),
      DYNAMODB_REGION: region,
      STORAGE_PROVIDER: "s3",
      STORE_ACCESS: "private",
      S3_BUCKET: store.bucketName,
      S3_REGION: store.region,
      S3_ENDPOINT: await frontOf(store.endpoint, createObjectMeter("s3", store.bucketName), hear),
      S3_ACCESS_KEY_ID: testKey.accessKeyId,
      S3_SECRET_ACCESS_KEY: testKey.secretAccessKey,
    };
    return { environment };
  },
};

type Meter = (exchange: Exchange) => Use | null;

async function frontOf(url: string, meter: Meter, hear: (use: Use) => void): Promise<string> {
  const { protocol, hostname, port } = new URL(url);
  const front = await startFront(Number(port), (exchange) => {
    const use = meter(exchange);
    if (use) hear(use);
  });
  return `${protocol}//${hostname}:${front}`;
}
