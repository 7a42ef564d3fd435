// The settings of the object store in Alibaba Cloud OSS: what may be written, and what has to be when it is the store.
import { isIP } from "node:net";
import type { ConfigProblem } from "./config-error.ts";
import { flag, matching, trimmed, type Values } from "./setting.ts";

export interface OssConfig {
  readonly bucket: string;
  readonly region: string;
  /** Absolute; undefined: the region's. */
  readonly endpoint: string | undefined;
  readonly isInternal: boolean;
  /** Absolute: a domain that is bound to the bucket. */
  readonly customDomain: string | undefined;
  /** Undefined, with its secret: a function's role gives keys with each request. */
  readonly accessKeyId: string | undefined;
  readonly accessKeySecret: string | undefined;
  readonly securityToken: string | undefined;
}

const url = (example: string) =>
  trimmed(isPlainUrl, `must be an http(s) URL without user, query and fragment, such as ${example}`)
    .transform((text) => text.replace(/\/+$/, ""))
    .optional();

const secret = trimmed().optional();

export const ossVariables = {
  // "Bucket naming conventions".
  OSS_BUCKET: matching(
    /^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/,
    "must be the name of a bucket: 3 to 63 lower-case letters, digits and hyphens",
  ).optional(),
  OSS_REGION: matching(/^(oss-)?[a-z]{2,}(-[a-z0-9]+)+$/, "must be a region, such as cn-hangzhou").optional(),
  OSS_ENDPOINT: url("https://oss-cn-hangzhou.aliyuncs.com"),
  OSS_INTERNAL: flag().optional(),
  OSS_CNAME: url("https://files.example.com"),
  OSS_ACCESS_KEY_ID: secret,
  OSS_ACCESS_KEY_SECRET: secret,
  OSS_SECURITY_TOKEN: secret,
};

type Given = Readonly<Record<string, string | undefined>>;
type OssSettings = Values<typeof ossVariables>;

const required = {
  OSS_BUCKET: "the name of the bucket",
  OSS_REGION: "the bucket's region, such as cn-hangzhou",
  OSS_ACCESS_KEY_ID: "the key of a RAM user that may use the bucket",
  OSS_ACCESS_KEY_SECRET: "the secret of that key",
} as const;

/** What lacks or contradicts when OSS is the store; nothing when it is not. */
export function ossProblems(given: Given): ConfigProblem[] {
  if (given.STORAGE_PROVIDER?.trim() !== "oss") return [];
  const missing = Object.entries(required)
    .filter(([variable]) => !given[variable]?.trim() && !(isKey(variable) && hasRole(given)))
    .map(([variable, what]) => ({ variable, message: `is required with STORAGE_PROVIDER=oss: ${what}` }));
  const isTwice = given.OSS_ENDPOINT !== undefined && /^(1|true)$/.test(given.OSS_INTERNAL?.trim() ?? "");
  const message = "names the endpoint already; leave OSS_INTERNAL away, or this";
  return [...missing, ...(isTwice ? [{ variable: "OSS_ENDPOINT", message }] : []), ...namelessEndpoint(given)];
}

/** OSS takes a bucket by a name of its own, and an address has none below it. */
function namelessEndpoint({ OSS_ENDPOINT }: Given): ConfigProblem[] {
  if (OSS_ENDPOINT === undefined) return [];
  const { hostname = "" } = URL.parse(OSS_ENDPOINT) ?? {};
  if (isIP(hostname.replace(/^\[|\]$/g, "")) === 0) return [];
  return [
    { variable: "OSS_ENDPOINT", message: "must have a name in it, not an address: the bucket is a name below it" },
  ];
}

function isKey(variable: string): boolean {
  return variable.startsWith("OSS_ACCESS_KEY_");
}

/** A role's keys come with each request; whoever writes half of a key means another one. */
function hasRole(given: Given): boolean {
  return given.PLATFORM?.trim() === "aliyun" && !given.OSS_ACCESS_KEY_ID && !given.OSS_ACCESS_KEY_SECRET;
}

/** Null unless the bucket is named. */
export function ossConfigOf(set: OssSettings): OssConfig | null {
  const { OSS_BUCKET: bucket, OSS_REGION: region } = set;
  const { OSS_ACCESS_KEY_ID: accessKeyId, OSS_ACCESS_KEY_SECRET: accessKeySecret } = set;
  if (!bucket || !region) return null;
  return {
    bucket,
    region,
    endpoint: set.OSS_ENDPOINT,
    isInternal: set.OSS_INTERNAL ?? false,
    customDomain: set.OSS_CNAME,
    accessKeyId,
    accessKeySecret,
    securityToken: set.OSS_SECURITY_TOKEN,
  };
}

function isPlainUrl(text: string): boolean {
  const parsed = URL.parse(text);
  if (!parsed || !/^https?:$/.test(parsed.protocol)) return false;
  return !parsed.username && !parsed.password && !/[?#]/.test(text);
}
