// S3 and DynamoDB.
import type { DueEntry, Table } from "../../shared/ports/table.ts";
import { createS3Store } from "../../shared/stores/s3/store.ts";
import { listDynamodbPartitions } from "../../shared/tables/dynamodb/partitions.ts";
import { prepareDynamodb } from "../../shared/tables/dynamodb/prepare.ts";
import { createDynamodbTable } from "../../shared/tables/dynamodb/table.ts";
import { type DynamodbFault, startDynamodb } from "../servers/dynamodb.ts";
import { type S3Fault, startS3Server, testKey } from "../servers/s3/server.ts";
import type { Pair, PairOptions, StoreCall, TableCall, Trouble } from "./pairs.ts";

const key = { accessKeyId: "key-1", accessKeySecret: "secret-1" };
const tableName = "dream_factory";

export async function startAmazon({ partBytes, isLate = false }: PairOptions = {}): Promise<Pair> {
  const parts = partBytes === undefined ? {} : { minPartBytes: partBytes };
  const [objects, items] = [await startS3Server({ vendor: "aws", ...parts }), await startDynamodb()];
  const options = {
    endpoint: items.endpoint,
    region: items.region,
    tableName,
    credentials: async () => key,
  };
  await prepareDynamodb(options, { say: () => {}, pause: async () => {} });
  const table = await createDynamodbTable({ ...options, expiringKinds: ["idempotency", "expiring"] });
  const { endpoint, region, bucketName: bucket } = objects;
  const place = { preset: "aws", endpoint, region, bucket, credentials: async () => testKey } as const;
  return {
    table: isLate ? answeringLate(table) : table,
    store: createS3Store({ ...place, access: "private", ...(partBytes === undefined ? {} : { partBytes }) }),
    environment: {
      STORAGE_PROVIDER: "s3",
      STORE_ACCESS: "private",
      S3_BUCKET: bucket,
      S3_REGION: region,
      S3_ENDPOINT: endpoint,
      S3_ACCESS_KEY_ID: testKey.accessKeyId,
      S3_SECRET_ACCESS_KEY: testKey.secretAccessKey,
      TABLE_PROVIDER: "dynamodb",
      TABLE_NAME: tableName,
      DYNAMODB_ENDPOINT: items.endpoint,
      DYNAMODB_REGION: items.region,
      // Where the SDK looks for them by itself.
      AWS_ACCESS_KEY_ID: key.accessKeyId,
      AWS_SECRET_ACCESS_KEY: key.accessKeySecret,
    },
    troubleTable: (call, trouble) => items.fail(tableOperations[call], tableFaults[trouble]),
    troubleStore: (call, trouble) => objects.fail({ operation: storeOperations[call], does: storeFaults[trouble] }),
    partitions: (prefix) => listDynamodbPartitions(options, prefix),
    openUploads: () => objects.bucket().uploads.size,
    async close() {
      await table.close();
      await Promise.all([items.close(), objects.close()]);
    },
  };
}

/** The server's index is never behind: here each part of it answers as it was when it was asked before. */
function answeringLate(table: Table): Table {
  const before = new Map<string, DueEntry[]>();
  return {
    ...table,
    async due(query) {
      const part = `${query.kind} ${query.shard}`;
      const now = await table.due({ ...query, before: Number.MAX_SAFE_INTEGER, limit: 1000 });
      const known = before.get(part) ?? [];
      before.set(part, now);
      return known.filter(({ at }) => at <= query.before).slice(0, query.limit);
    },
  };
}

const tableOperations: Record<TableCall, string> = {
  get: "GetItem",
  put: "PutItem",
  delete: "DeleteItem",
  query: "Query",
  due: "Query",
};

const tableFaults: Record<Trouble, DynamodbFault> = {
  busy: { status: 400, type: "ThrottlingException" },
  broken: { status: 500, type: "InternalServerError" },
  cut: "cutBefore",
  lost: "cutAfter",
};

const storeOperations: Record<StoreCall, string> = {
  put: "PutObject",
  "put in parts": "CreateMultipartUpload",
  "send a part": "UploadPart",
  complete: "CompleteMultipartUpload",
  get: "GetObject",
  head: "HeadObject",
  copy: "CopyObject",
  delete: "DeleteObject",
  list: "ListObjectsV2",
};

const storeFaults: Record<Trouble, S3Fault["does"]> = {
  busy: { status: 503, code: "SlowDown" },
  broken: { status: 500, code: "InternalError" },
  cut: "cut",
  lost: "lost",
};
