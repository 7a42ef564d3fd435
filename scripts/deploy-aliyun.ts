// npm run deploy:aliyun: everything that a deployment on Alibaba Cloud needs, looked at in its order, made where it lacks, and deployed. Without --yes it
// only looks. Exit code 0: deployed, or nothing stands against it; 1: something does, or failed; 2: the command was not understood.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { processEnvironment } from "../shared/config/environment.ts";
import { openAliyunAccount } from "./deploy/aliyun/account.ts";
import { vendorKeysIn } from "./deploy/aliyun/secrets.ts";
import { aliyunSteps, namesOf } from "./deploy/aliyun/steps.ts";
import { deploy } from "./deploy/answer.ts";
import { deployedSettings, requireSettings } from "./deploy/settings.ts";
import type { Endpoints } from "./endpoints/document.ts";
import { parsed, runCommand, UsageError } from "./subcommands.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const text = { type: "string" } as const;
const flag = { type: "boolean", default: false } as const;

/** Of the settings that are told to functions by names that only the deployment knows. */
const named = { OSS_BUCKET: "set-by-names", TABLESTORE_INSTANCE: "df-names" };

await runCommand("npm run deploy:aliyun --", {
  usage:
    "[--stage <name>] [--region cn-hongkong] [--yes | --dry-run] [--vendor-keys keys.json] [--ffmpeg <zip or URL> [--ffmpeg-sha256 <hash>]] [--json]",
  about:
    "Deploys on Alibaba Cloud: settings, key, secret, Tablestore, table, bucket, queue, logs, roles, zips, the functions, endpoints.json, a look at it. Without --yes nothing is made: it tells what there is, what would be done, and what stands against it.",
  async run(args) {
    const { values, isJson } = parsed(args, {
      ...{ stage: text, region: text, yes: flag, "dry-run": flag, endpoint: text },
      ...{ "vendor-keys": text, ffmpeg: text, "ffmpeg-sha256": text },
    });
    if (values.yes && values["dry-run"]) throw new UsageError("--yes or --dry-run, not both.");
    const { stage = null, endpoint } = values;
    if (stage !== null && !/^[a-z][a-z0-9-]{0,9}$/.test(stage))
      throw new UsageError("--stage must be at most ten lower-case letters, digits and dashes, such as dev.");
    const environment = deployedSettings(processEnvironment());
    const region = values.region ?? environment.ALIBABA_CLOUD_REGION;
    if (region === undefined) throw new Error("In which region? Say --region, or set ALIBABA_CLOUD_REGION.");
    const place = `https://${named.TABLESTORE_INSTANCE}.${region}.vpc.tablestore.aliyuncs.com`;
    const ofCloud = { PLATFORM: "aliyun", ...named, OSS_REGION: region, TABLESTORE_ENDPOINT: place };
    const notes = await requireSettings(environment, {
      ...ofCloud,
      STORAGE_PROVIDER: undefined,
      TABLE_PROVIDER: undefined,
    });
    const vendorKeys = values["vendor-keys"] === undefined ? null : await vendorKeysIn(values["vendor-keys"]);
    const account = await openAliyunAccount(region, environment, endpoint);
    const { APP_NAME } = namesOf(account, stage, environment);
    await deploy(
      {
        ...{ cloud: "aliyun", account: account.id, region, stage: stage ?? APP_NAME },
        steps: aliyunSteps(account, {
          ...{ root, environment, isJson, stage, vendorKeys, endpoint },
          ffmpeg:
            values.ffmpeg === undefined ? null : { place: values.ffmpeg, sha256: values["ffmpeg-sha256"] ?? null },
        }),
        notes: [
          ...notes,
          "Alibaba Cloud has no API that makes a budget: in the console, Expenses, Budgets, make one of your own",
        ],
        async address() {
          const endpoints = JSON.parse(await readFile(join(root, "endpoints.json"), "utf8")) as Endpoints;
          return endpoints.baseUrl ?? endpoints.functions.health?.url ?? null;
        },
      },
      { isJson, isWanted: values.yes },
    );
  },
});
