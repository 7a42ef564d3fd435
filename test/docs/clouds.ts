// What an operator's account holds, as servers on this machine: a table, a bucket, what a deployment tells of itself.

import { join } from "node:path";
import { declarations } from "../../functions/declarations.ts";
import { isHttp } from "../../scripts/endpoints/document.ts";
import { runScript } from "../scripts/run-script.ts";
import { startCloudFormation } from "../servers/cloudformation.ts";
import { startDynamodb } from "../servers/dynamodb.ts";
import { startFunctionCompute } from "../servers/function-compute-api.ts";
import { startOssServer } from "../servers/oss/server.ts";
import { account } from "../servers/oss/starting.ts";
import { localhostNames } from "../servers/s3/localhost-names.ts";
import { startS3Server, testKey } from "../servers/s3/server.ts";
import { startTablestore } from "../servers/tablestore/server.ts";

export interface Cloud extends AsyncDisposable {
  /** The operator's own settings, in place of the runbook's placeholders. */
  own: Record<string, string>;
  /** Which table and store a server takes, that stands for the deployed functions. */
  product: Record<string, string>;
  /** Does what deploying would have done, or what only a cloud can be asked for. */
  deploy(folder: string): Promise<void>;
}

export async function openAws(): Promise<Cloud> {
  const [table, store, stacks] = [
    await startDynamodb(),
    await startS3Server({ vendor: "aws", isEmpty: true }),
    await startCloudFormation(),
  ];
  const { accessKeyId, accessKeySecret, securityToken } = stacks.key;
  table.keys.push(stacks.key);
  stacks.region = table.region;
  const outputs = {
    HttpApiUrl: "https://abc123.execute-api.eu-central-1.amazonaws.com",
    JobDasheventsLambdaFunctionUrl: "https://xyz.lambda-url.eu-central-1.on.aws/",
  };
  stacks.stacks = [{ name: "dream-factory-dev", status: "UPDATE_COMPLETE", outputs }];
  const own = {
    AWS_REGION: table.region,
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: accessKeySecret,
    AWS_SESSION_TOKEN: securityToken,
    AWS_ENDPOINT_URL_CLOUDFORMATION: stacks.url,
    DYNAMODB_ENDPOINT: table.endpoint,
    S3_BUCKET: store.bucketName,
    S3_REGION: store.region,
    S3_ENDPOINT: store.endpoint.replace("localhost", "127.0.0.1"),
    S3_ACCESS_KEY_ID: testKey.accessKeyId,
    S3_SECRET_ACCESS_KEY: testKey.secretAccessKey,
  };
  const product = {
    ...{ TABLE_PROVIDER: "dynamodb", TABLE_NAME: "dream_factory_dev" },
    ...{ STORAGE_PROVIDER: "s3", STORE_ACCESS: "private" },
  };
  return {
    own,
    product,
    async deploy() {
      await made("scripts/create-table.ts", [], { ...own, ...product });
      await made("scripts/create-bucket.ts", [], { ...own, ...product });
    },
    async [Symbol.asyncDispose]() {
      await Promise.all([table.close(), store.close(), stacks.close()]);
    },
  };
}

export async function openAlibabaCloud(): Promise<Cloud> {
  const [table, store, functions] = [await startTablestore(), await startOssServer(), await startFunctionCompute()];
  table.indexSteps = Number.POSITIVE_INFINITY;
  store.accounts.push(account);
  for (const { name } of declarations.filter(isHttp)) {
    const urlInternet = `https://df-${name}-abc.cn-hangzhou.fcapp.run`;
    functions.functions.set(`dream-factory-${name}`, [{ triggerType: "http", urlInternet }]);
  }
  const [key] = table.keys;
  const own = {
    ALIBABA_CLOUD_ACCESS_KEY_ID: functions.key.accessKeyId,
    ALIBABA_CLOUD_ACCESS_KEY_SECRET: functions.key.accessKeySecret,
    ALIBABA_CLOUD_SECURITY_TOKEN: functions.key.securityToken,
    OSS_BUCKET: store.bucket,
    OSS_REGION: store.region,
    // The bucket under a name of its own: an address has none.
    OSS_ENDPOINT: store.url.replace("127.0.0.1", "localhost"),
    OSS_ACCESS_KEY_ID: account.accessKeyId,
    OSS_ACCESS_KEY_SECRET: account.accessKeySecret,
    TABLESTORE_ENDPOINT: table.endpoint,
    TABLESTORE_INSTANCE: table.instance,
    TABLESTORE_ACCESS_KEY_ID: key?.accessKeyId ?? "",
    TABLESTORE_ACCESS_KEY_SECRET: key?.accessKeySecret ?? "",
  };
  const product = {
    ...{ TABLE_PROVIDER: "tablestore", STORAGE_PROVIDER: "oss", STORE_ACCESS: "private" },
    NODE_OPTIONS: localhostNames,
  };
  return {
    own,
    product,
    async deploy(folder) {
      await made("scripts/create-table.ts", [], { ...own, ...product });
      await made("scripts/create-bucket.ts", [], { ...own, ...product });
      const output = ["--output", join(folder, "endpoints.json")];
      await made("scripts/endpoints.ts", ["aliyun", "--endpoint", functions.url, ...output], own);
    },
    async [Symbol.asyncDispose]() {
      await Promise.all([table.close(), store.close(), functions.close()]);
    },
  };
}

async function made(script: string, args: string[], environment: Record<string, string>): Promise<void> {
  const { code, stderr } = await runScript(script, args, "/nowhere", environment);
  if (code !== 0) throw new Error(`${script} ended with ${code}: ${stderr}`);
}
