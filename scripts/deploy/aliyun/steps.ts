// A deployment on Alibaba Cloud, step by step.
import { createHash } from "node:crypto";
import { homedir } from "node:os";
import { join } from "node:path";
import type { Environment } from "../../../shared/config/config.ts";
import { ffmpegSettings, type LayerZip, readLayerZip } from "../ffmpeg-layer.ts";
import { closingSteps, programStep, type Surroundings, scriptOf, zipsStep } from "../program.ts";
import type { Step } from "../steps.ts";
import type { AliyunAccount } from "./account.ts";
import { instance } from "./instance.ts";
import { ffmpegLayer } from "./layer.ts";
import { logs } from "./logs.ts";
import { queue } from "./queue.ts";
import { roles } from "./roles.ts";
import { tokenSecret } from "./secrets.ts";

export interface AliyunWish extends Surroundings {
  /** Null: there is only one. */
  stage: string | null;
  /** JSON. */
  vendorKeys: string | null;
  ffmpeg: { place: string; sha256: string | null } | null;
  /** One address for all APIs. */
  endpoint: string | undefined;
}

/** Alias of the key in `s`, which it reads out of the environment and keeps nowhere. */
const access = "dream_factory";

/** What s.yaml and the scripts read: what whoever deploys has named, else names that are made of account and stage. */
export function namesOf(account: AliyunAccount, stage: string | null, environment: Environment) {
  const { region, id, key } = account;
  const app = stage === null ? "dream-factory" : `dream-factory-${stage}`;
  // Instances have short names, one for all accounts of a region, in which some letters may not meet.
  const short = `df-${createHash("sha256").update(`${id} ${app}`).digest("hex").slice(0, 10)}`;
  const { TABLESTORE_INSTANCE = short } = environment;
  return {
    ...{ ALIBABA_CLOUD_REGION: region, ALIBABA_CLOUD_ACCOUNT_ID: id, OSS_REGION: region, TABLESTORE_INSTANCE },
    APP_NAME: environment.APP_NAME ?? app,
    TABLE_NAME: environment.TABLE_NAME ?? app.replaceAll("-", "_"),
    OSS_BUCKET: environment.OSS_BUCKET ?? `${app}-${id}-${region}`,
    LOG_PROJECT: environment.LOG_PROJECT ?? `${app}-${id}`,
    LOG_STORE: environment.LOG_STORE ?? "functions",
    DEAD_LETTER_QUEUE: environment.DEAD_LETTER_QUEUE ?? `${app}-dead-letters`,
    TABLESTORE_ENDPOINT: environment.TABLESTORE_ENDPOINT ?? `https://${TABLESTORE_INSTANCE}.${region}.ots.aliyuncs.com`,
    ...keysOf("OSS", "SECURITY_TOKEN", key),
    ...keysOf("TABLESTORE", "SECURITY_TOKEN", key),
    // What was said for one of them goes before.
    ...Object.fromEntries(
      Object.entries(environment).filter(([name]) => /^(OSS|TABLESTORE)_(ACCESS|SECURITY)/.test(name)),
    ),
  };
}

function keysOf(of: string, token: string, key: AliyunAccount["key"]): Record<string, string> {
  return {
    ...{ [`${of}_ACCESS_KEY_ID`]: key.accessKeyId, [`${of}_ACCESS_KEY_SECRET`]: key.accessKeySecret },
    ...(key.securityToken !== null && { [`${of}_${token}`]: key.securityToken }),
  };
}

export function aliyunSteps(account: AliyunAccount, wish: AliyunWish): Step[] {
  const { stage, environment, root } = wish;
  const names = namesOf(account, stage, environment);
  const settings: Record<string, string | undefined> = { ...environment, ...names };
  const around = { ...wish, environment: settings };
  const folder = join(environment.HOME ?? homedir(), ".dream-factory", ...(stage === null ? [] : [stage]));
  // Of s alone: the functions' keys come from their roles.
  const ofS: Record<string, string | undefined> = {
    S_ACCESS: access,
    [`${access}_serverless_devs_key`]: JSON.stringify({
      ...{ AccountID: account.id, AccessKeyID: account.key.accessKeyId, AccessKeySecret: account.key.accessKeySecret },
      ...(account.key.securityToken !== null && { SecurityToken: account.key.securityToken }),
    }),
    VENDOR_KEYS: wish.vendorKeys ?? environment.VENDOR_KEYS,
  };
  const endpoint = wish.endpoint === undefined ? [] : ["--endpoint", wish.endpoint];
  const endpoints = ["aliyun", "--region", account.region, "--prefix", `${names.APP_NAME}-`, ...endpoint];
  const policies = { ...names, TABLESTORE_INSTANCE: names.TABLESTORE_INSTANCE.toLowerCase() };
  const again = "Said again, the same line goes on where it was.";
  return [
    tokenSecret(account, names.APP_NAME, join(folder, "jwt-secret"), (secret) =>
      Object.assign(ofS, { JWT_SECRET: secret }),
    ),
    instance(account, names.TABLESTORE_INSTANCE),
    programStep(around, {
      ...{ name: "table", ...scriptOf(wish, "scripts/create-table.ts", []) },
      environment: { TABLE_PROVIDER: "tablestore" },
      failed: again,
    }),
    programStep(around, {
      ...{ name: "bucket", ...scriptOf(wish, "scripts/create-bucket.ts", []) },
      environment: { STORAGE_PROVIDER: "oss" },
      failed: again,
    }),
    queue(account, names.DEAD_LETTER_QUEUE),
    logs(account, root, { project: names.LOG_PROJECT, store: names.LOG_STORE, days: 30 }),
    roles(account, root, policies),
    ...ffmpegSteps(account, wish, settings),
    zipsStep(around, "aliyun"),
    programStep(around, {
      ...{ name: "deployment", command: "s", args: ["deploy", "-t", "s.yaml", "-y"] },
      environment: ofS,
      failed: `Functions that were made before stay as they are. ${again}`,
    }),
    ...closingSteps(around, endpoints),
  ];
}

function ffmpegSteps(
  account: AliyunAccount,
  { ffmpeg }: AliyunWish,
  settings: Record<string, string | undefined>,
): Step[] {
  if (ffmpeg === null) return [];
  let read: Promise<LayerZip> | null = null;
  const zip = () => {
    read ??= readLayerZip(ffmpeg.place, ffmpeg.sha256);
    return read;
  };
  return [ffmpegLayer(account, zip, (arn) => Object.assign(settings, ffmpegSettings(arn, settings)))];
}
