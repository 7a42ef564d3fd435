// Function Compute, OSS, Tablestore: the zips behind a custom domain, OSS's events and timers.
import { mkdtemp, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { declarations } from "../../../functions/declarations.ts";
import type { HttpDeclaration } from "../../../shared/events/declaration.ts";
import { domainRoutes } from "../../../shared/events/domain-routes.ts";
import { createOssStore } from "../../../shared/stores/oss/store.ts";
import { listTablestorePartitions } from "../../../shared/tables/tablestore/partitions.ts";
import { prepareTablestore } from "../../../shared/tables/tablestore/prepare.ts";
import { createTablestoreTable } from "../../../shared/tables/tablestore/table.ts";
import { deliverOssEvents, startTimer } from "../../servers/function-compute/events.ts";
import { startCustomDomain } from "../../servers/function-compute/http-trigger.ts";
import { type FcFunction, startFunction } from "../../servers/function-compute/instance.ts";
import { startInterceptor } from "../../servers/interceptor.ts";
import { optionsFor, startOssServerWithAccount } from "../../servers/oss/starting.ts";
import { localhostNames, useLocalhostNames } from "../../servers/s3/localhost-names.ts";
import { startTablestore } from "../../servers/tablestore/server.ts";
import { unzipInto } from "../../servers/zip.ts";
import { zipsOf } from "../zips.ts";
import { type Deployment, type DeployOptions, deployed, fewAtOnce, settings } from "./deployment.ts";

/** Of the functions' role, in both services: it comes with each request. */
const role = {
  accessKeyId: "STS.ROLE",
  accessKeySecret: "the secret of a role",
  securityToken: "FwoGZXIvYXdzEA/token+of/a/role==",
};
const key = { accessKeyId: "key-1", accessKeySecret: "secret-1" };
const tableName = "dream_factory";

export async function deployOnAliyun(options: DeployOptions = {}): Promise<Deployment> {
  const [zips, objects, rows] = [
    options.zips ?? (await zipsOf("aliyun", options.vendors)),
    await startOssServerWithAccount(),
    await startTablestore(),
  ];
  const forgetNames = useLocalhostNames();
  objects.accounts.push(role);
  rows.keys.push(role);
  const tableOptions = { endpoint: rows.endpoint, instance: rows.instance, tableName, credentials: async () => key };
  await prepareTablestore(tableOptions, { say: () => {}, pause: async () => {} });
  const table = await createTablestoreTable(tableOptions);

  const [toStore, toTable] = [await startInterceptor(objects.url), await startInterceptor(rows.endpoint)];
  const environment = {
    ...settings,
    PLATFORM: "aliyun",
    OSS_BUCKET: objects.bucket,
    OSS_REGION: objects.region,
    OSS_ENDPOINT: `http://localhost:${toStore.port}`,
    OSS_CNAME: `http://${objects.bucket}.localhost:${toStore.port}`,
    TABLE_NAME: tableName,
    TABLESTORE_ENDPOINT: `http://127.0.0.1:${toTable.port}`,
    TABLESTORE_INSTANCE: rows.instance,
    NODE_OPTIONS: localhostNames,
    ...options.environment,
  };

  const folder = await realpath(await mkdtemp(join(tmpdir(), "dream-factory-aliyun-")));
  const functions: Record<string, FcFunction> = {};
  for (const name of [...deployed, ...(options.functions ?? [])]) {
    await unzipInto(join(zips, `${name}.zip`), join(folder, name));
    const isHttp = declarations.some((each) => each.name === name && each.trigger.type === "http");
    functions[name] = await startFunction({
      ...{ name, folder: join(folder, name), environment, role, concurrency: isHttp ? 20 : 4 },
      // As s.yaml has it.
      command: ["node", "--min-semi-space-size=4", "index.mjs"],
      timeoutSeconds: 60,
    });
  }
  const named = (name: string): FcFunction => {
    const found = functions[name];
    if (!found) throw new Error(`${name} is not deployed`);
    return found;
  };

  const served = declarations.filter(
    (each): each is HttpDeclaration => each.trigger.type === "http" && Object.hasOwn(functions, each.name),
  );
  const routes = domainRoutes(served).flatMap(({ path, functions: [first] }) =>
    first ? [{ path: `/api/v1${path}`, function: named(first.name) }] : [],
  );
  const domain = await startCustomDomain(routes);
  const deliveries = deliverOssEvents(objects, [
    { target: named("run-job"), prefix: "temp/tickets/" },
    { target: named("persist-output"), prefix: "temp/outputs/" },
    ...(functions["run-assembly"] ? [{ target: functions["run-assembly"], prefix: "temp/assemblies/" }] : []),
  ]);
  const timer = startTimer({ target: named("poll-tasks"), retries: 0 });

  return {
    url: domain.url,
    feedUrl: domain.url,
    place: {
      ...{ table, store: createOssStore(optionsFor(objects)) },
      partitions: (prefix) => listTablestorePartitions(tableOptions, prefix),
    },
    killAt: ({ on, dies, ...ambush }) => {
      const act = () => Promise.all(dies.map((name) => functions[name]?.kill()));
      return (on === "table" ? toTable : toStore).ambush({ ...ambush, act });
    },
    disturb: (how, times) => deliveries.disturb(how, times),
    release: () => deliveries.release(),
    fireTimers: fewAtOnce(() => timer.fire()),
    output: () => Object.fromEntries(Object.values(functions).map((each) => [each.name, each.output()])),
    started: () => Object.fromEntries(Object.values(functions).map((each) => [each.name, each.started.length])),
    async close() {
      await Promise.all([deliveries.stop(), timer.stop(), domain.close()]);
      await Promise.all(Object.values(functions).map((each) => each.close()));
      await table.close();
      await Promise.all([toStore.close(), toTable.close()]);
      await Promise.all([rows.close(), objects.close()]);
      forgetNames();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
