// What loading a package costs, and which ones a function cannot do without.
import type { Cloud } from "../../scripts/build/plan.ts";
import type { RuntimePart } from "../../shared/events/declaration.ts";

/**
 * Milliseconds over an empty handler for `import()` of a bundle with this package alone, its client made: esbuild 0.28.2 to minified ESM, Node
 * 24.21, median of 15 runs in turns, on two cores, November 2026. The aims are made of it; how fast another machine is shows the limit, which is measured with it.
 */
export const importMs = {
  aws4fetch: 0.4,
  "@middy/core": 1.5,
  zod: 16.8,
  jsonwebtoken: 23.9,
  tablestore: 66.9,
  "ali-oss": 90.8,
  "@aws-sdk/client-s3": 119.5,
} as const;

export type Import = keyof typeof importMs;

type Kind = "requests" | RuntimePart;

/** DynamoDB is spoken to without its SDK. */
const tables = { aws: "aws4fetch", aliyun: "tablestore" } as const;
const stores = { aws: "@aws-sdk/client-s3", aliyun: "ali-oss" } as const;
/** Packages that cost nothing to speak of are left out. */
export function importsOf(cloud: Cloud, kind: Kind): Import[] {
  if (kind === "requests") return ["zod", "@middy/core", tables[cloud]];
  if (kind === "deliveries") return ["zod", tables[cloud]];
  return ["zod", tables[cloud], stores[cloud]];
}

/** A module with these imports and their clients, and nothing else. */
export function bareSource(imports: readonly Import[]): string {
  const made = imports.map((name, i) => bare[name].replaceAll("$", `made${i}`));
  return ["export const handler = async () => ({});", ...made].join("\n");
}

const amazon = `{ region: "eu-central-1", credentials: { accessKeyId: "key", secretAccessKey: "secret" } }`;
const aliyun = `accessKeyId: "key", accessKeySecret: "secret"`;

const bare: Record<Import, string> = {
  aws4fetch: `import { AwsV4Signer } from "aws4fetch"; export const $ = AwsV4Signer;`,
  "@middy/core": `import middy from "@middy/core"; export const $ = middy(async () => ({}));`,
  zod: `import * as z from "zod"; export const $ = z.object({ a: z.string() });`,
  jsonwebtoken: `import jwt from "jsonwebtoken"; export const $ = [jwt.sign, jwt.verify];`,
  tablestore: `import TableStore from "tablestore"; export const $ = new TableStore.Client({ ${aliyun}, secretAccessKey: "secret", endpoint: "https://a.cn-hangzhou.ots.aliyuncs.com", instancename: "a" });`,
  "ali-oss": `import Oss from "ali-oss"; export const $ = new Oss({ ${aliyun}, region: "oss-cn-hangzhou", bucket: "dreams" });`,
  "@aws-sdk/client-s3": `import * as $s3 from "@aws-sdk/client-s3"; export const $ = [new $s3.S3Client(${amazon}), $s3.GetObjectCommand, $s3.PutObjectCommand, $s3.CopyObjectCommand];`,
};
