// Lambda, S3, DynamoDB: the zips behind an HTTP API, S3's events and schedules.

import { mkdtemp, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { declarations } from "../../../functions/declarations.ts";
import { createS3Store } from "../../../shared/stores/s3/store.ts";
import { listDynamodbPartitions } from "../../../shared/tables/dynamodb/partitions.ts";
import { prepareDynamodb } from "../../../shared/tables/dynamodb/prepare.ts";
import { createDynamodbTable } from "../../../shared/tables/dynamodb/table.ts";
import { startDynamodb } from "../../servers/dynamodb.ts";
import { startInterceptor } from "../../servers/interceptor.ts";
import { startFunctionUrl, startHttpApi } from "../../servers/lambda/http-events.ts";
import { type LambdaFunction, startLambda } from "../../servers/lambda/instance.ts";
import { deliverS3Events } from "../../servers/lambda/s3-events.ts";
import { startSchedule } from "../../servers/lambda/schedule.ts";
import { localhostNames } from "../../servers/s3/localhost-names.ts";
import { startS3Server } from "../../servers/s3/server.ts";
import { unzipInto } from "../../servers/zip.ts";
import { zipsOf } from "../zips.ts";
import { type Deployment, type DeployOptions, deployed, fewAtOnce, settings } from "./deployment.ts";

/** Of the functions' role, in both services. */
const role = {
  accessKeyId: "ASIAROLE",
  secretAccessKey: "the secret of a role",
  sessionToken: "FwoGZXIvYXdzEA/token+of/a/role==",
};
const tableName = "dream_factory";

export async function deployOnAws(options: DeployOptions = {}): Promise<Deployment> {
  const [zips, objects, items] = [
    options.zips ?? (await zipsOf("aws", options.vendors)),
    await startS3Server({ vendor: "aws" }),
    await startDynamodb(),
  ];
  objects.keys.push(role);
  items.keys.push({ ...role, accessKeySecret: role.secretAccessKey, securityToken: role.sessionToken });
  const key = { accessKeyId: "key-1", accessKeySecret: "secret-1" };
  const tableOptions = { endpoint: items.endpoint, region: items.region, tableName, credentials: async () => key };
  await prepareDynamodb(tableOptions, { say: () => {}, pause: async () => {} });
  const table = await createDynamodbTable(tableOptions);
  const { endpoint, region, bucketName: bucket } = objects;
  const place = { preset: "aws", endpoint, region, bucket, access: "private" } as const;
  const store = createS3Store({ ...place, credentials: async () => role });

  const [toStore, toTable] = [await startInterceptor(endpoint), await startInterceptor(items.endpoint)];
  const environment = {
    ...settings,
    PLATFORM: "aws",
    S3_BUCKET: bucket,
    S3_ENDPOINT: Object.assign(new URL(endpoint), { port: toStore.port }).origin,
    TABLE_NAME: tableName,
    DYNAMODB_ENDPOINT: `http://127.0.0.1:${toTable.port}`,
    NODE_OPTIONS: localhostNames,
    ...options.environment,
  };

  const folder = await realpath(await mkdtemp(join(tmpdir(), "dream-factory-aws-")));
  const functions: Record<string, LambdaFunction> = {};
  for (const name of [...deployed, ...(options.functions ?? [])]) {
    await unzipInto(join(zips, `${name}.zip`), join(folder, name));
    functions[name] = await startLambda({
      ...{ name, folder: join(folder, name), environment, region, credentials: role },
      timeoutSeconds: Math.min(60, declarations.find((each) => each.name === name)?.timeoutSeconds ?? 10),
    });
  }
  const named = (name: (typeof deployed)[number]): LambdaFunction => {
    const found = functions[name];
    if (!found) throw new Error(`${name} is not deployed`);
    return found;
  };

  const feed = await startFunctionUrl({ function: named("job-events"), invokeMode: "RESPONSE_STREAM" });
  // The same zip once more: an HTTP API cannot stream.
  const buffered = await startLambda({
    ...{ name: "job-events-buffered", folder: join(folder, "job-events"), environment, region, credentials: role },
    ...{ handler: "index.buffered", timeoutSeconds: 29 },
  });
  const routes = declarations.flatMap(({ name, trigger }) => {
    const deployedOne = name === "job-events" ? buffered : functions[name];
    if (trigger.type !== "http" || !deployedOne) return [];
    return [{ routeKey: `ANY /api/v1${trigger.path}`, function: deployedOne }];
  });
  const api = await startHttpApi({ routes });
  const deliveries = deliverS3Events(objects, [
    { target: named("run-job"), prefix: "temp/tickets/" },
    { target: named("persist-output"), prefix: "temp/outputs/" },
    ...(functions["run-assembly"] ? [{ target: functions["run-assembly"], prefix: "temp/assemblies/" }] : []),
  ]);
  const schedule = startSchedule({ target: named("poll-tasks"), retries: 0 });

  return {
    url: api.url,
    feedUrl: feed.url,
    place: { table, store, partitions: (prefix) => listDynamodbPartitions(tableOptions, prefix) },
    killAt: ({ on, dies, ...ambush }) => {
      const act = () => Promise.all(dies.map((name) => functions[name]?.kill()));
      return (on === "table" ? toTable : toStore).ambush({ ...ambush, act });
    },
    disturb: (how, times) => deliveries.disturb(how, times),
    release: () => deliveries.release(),
    fireTimers: fewAtOnce(() => schedule.fire()),
    output: () => Object.fromEntries(Object.values(functions).map((each) => [each.name, each.output()])),
    started: () => Object.fromEntries(Object.values(functions).map((each) => [each.name, each.started.length])),
    async close() {
      await Promise.all([deliveries.stop(), schedule.stop(), api.close(), feed.close()]);
      await Promise.all([buffered, ...Object.values(functions)].map((each) => each.close()));
      await table.close();
      await Promise.all([toStore.close(), toTable.close()]);
      await Promise.all([items.close(), objects.close()]);
      await rm(folder, { recursive: true, force: true });
    },
  };
}
