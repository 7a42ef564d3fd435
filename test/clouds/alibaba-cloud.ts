// OSS and Tablestore.
import { createOssStore } from "../../shared/stores/oss/store.ts";
import { listTablestorePartitions } from "../../shared/tables/tablestore/partitions.ts";
import { prepareTablestore } from "../../shared/tables/tablestore/prepare.ts";
import { createTablestoreTable } from "../../shared/tables/tablestore/table.ts";
import type { Failure } from "../servers/oss/server.ts";
import { account, optionsFor, startOssServerWithAccount } from "../servers/oss/starting.ts";
import { useLocalhostNames } from "../servers/s3/localhost-names.ts";
import { type Fault, startTablestore } from "../servers/tablestore/server.ts";
import type { Pair, PairOptions, StoreCall, TableCall, Trouble } from "./pairs.ts";

const key = { accessKeyId: "key-1", accessKeySecret: "secret-1" };
const tableName = "dream_factory";

/** Fewer than a run of anything makes between two looks, but not so few that the index never catches up. */
const CHANGES_PER_LOOK = 5;

export async function startAlibabaCloud({ partBytes, isLate = false }: PairOptions = {}): Promise<Pair> {
  const [objects, rows, forgetNames] = [
    await startOssServerWithAccount(),
    await startTablestore(),
    useLocalhostNames(),
  ];
  const options = { endpoint: rows.endpoint, instance: rows.instance, tableName, credentials: async () => key };
  await prepareTablestore(options, { say: () => {}, pause: async () => {} });
  rows.indexSteps = isLate ? CHANGES_PER_LOOK : Number.POSITIVE_INFINITY;
  const table = await createTablestoreTable(options);
  return {
    table,
    store: createOssStore({ ...optionsFor(objects), ...(partBytes === undefined ? {} : { partBytes }) }),
    environment: {
      STORAGE_PROVIDER: "oss",
      STORE_ACCESS: "private",
      OSS_BUCKET: objects.bucket,
      OSS_REGION: objects.region,
      OSS_ENDPOINT: objects.url.replace("127.0.0.1", "localhost"),
      // The bucket under a name of its own: an address has none.
      OSS_CNAME: objects.url.replace("127.0.0.1", `${objects.bucket}.localhost`),
      OSS_ACCESS_KEY_ID: account.accessKeyId,
      OSS_ACCESS_KEY_SECRET: account.accessKeySecret,
      TABLE_PROVIDER: "tablestore",
      TABLE_NAME: tableName,
      TABLESTORE_ENDPOINT: rows.endpoint,
      TABLESTORE_INSTANCE: rows.instance,
      TABLESTORE_ACCESS_KEY_ID: key.accessKeyId,
      TABLESTORE_ACCESS_KEY_SECRET: key.accessKeySecret,
    },
    troubleTable: (call, trouble) => rows.fail(tableOperations[call], tableFaults[trouble]),
    troubleStore: (call, trouble) => objects.fail(storeOperations[call], storeFailures[trouble]),
    partitions: (prefix) => listTablestorePartitions(options, prefix),
    openUploads: () => objects.content.uploads.size,
    async close() {
      await table.close();
      await Promise.all([rows.close(), objects.close()]);
      forgetNames();
    },
  };
}

const tableOperations: Record<TableCall, string> = {
  get: "GetRow",
  put: "PutRow",
  delete: "DeleteRow",
  query: "GetRange",
  due: "GetRange",
};

const tableFaults: Record<Trouble, Fault> = {
  busy: { status: 503, code: "OTSServerBusy" },
  broken: { status: 500, code: "OTSInternalServerError" },
  cut: "cutBefore",
  lost: "cutAfter",
};

const storeOperations = {
  put: "PutObject",
  "put in parts": "InitiateMultipartUpload",
  "send a part": "UploadPart",
  complete: "CompleteMultipartUpload",
  get: "GetObject",
  head: "HeadObject",
  copy: "CopyObject",
  delete: "DeleteObject",
  list: "ListObjectsV2",
} as const satisfies Record<StoreCall, string>;

const storeFailures: Record<Trouble, Failure> = {
  busy: { status: 503, code: "ServiceUnavailable" },
  broken: { status: 500, code: "InternalError" },
  cut: "cut",
  lost: "cut answer",
};
