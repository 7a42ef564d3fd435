// The least that a function with the same packages could take: a module that loads these and what it takes to speak to anybody, and nothing of ours.
import type { Metafile } from "esbuild";
import type { Cloud } from "../../scripts/build/plan.ts";

const amazon = `{ region: "eu-central-1", credentials: { accessKeyId: "key", secretAccessKey: "secret" } }`;
const aliyun = `accessKeyId: "key", accessKeySecret: "secret"`;

/** Each with its client made. Packages that cost nothing to speak of are left out. */
const sources = {
  aws4fetch: `import { AwsV4Signer } from "aws4fetch"; export const $ = AwsV4Signer;`,
  "@middy/core": `import middy from "@middy/core"; export const $ = middy(async () => ({}));`,
  zod: `import * as z from "zod/mini"; export const $ = z.object({ a: z.string() });`,
  "ali-oss": `import Oss from "ali-oss"; export const $ = new Oss({ ${aliyun}, region: "oss-cn-hangzhou", bucket: "dreams" });`,
  "@aws-sdk/client-s3": `import * as $s3 from "@aws-sdk/client-s3"; export const $ = [new $s3.S3Client(${amazon}), $s3.GetObjectCommand, $s3.PutObjectCommand, $s3.CopyObjectCommand];`,
} as const;

export type Package = keyof typeof sources;

/** Those of them that have code in a bundle: what was read and left out again counts for nothing. */
export function packagesIn({ outputs }: Metafile): Package[] {
  const held = Object.values(outputs).flatMap(({ inputs }) => Object.entries(inputs));
  const paths = held.flatMap(([path, { bytesInOutput }]) => (bytesInOutput > 0 ? [path] : []));
  const names = Object.keys(sources) as Package[];
  return names.filter((name) => paths.some((path) => path.includes(`node_modules/${name}/`)));
}

export function bareSource(cloud: Cloud, packages: readonly Package[]): string {
  return [
    'import { createHmac } from "node:crypto";',
    'import { createServer, request } from "node:http";',
    'import { request as requestTls } from "node:https";',
    "export const handler = async () => [createHmac, request, requestTls, createServer];",
    ...packages.map((name, i) => sources[name].replaceAll("$", `made${i}`)),
    // Function Compute calls a function over a port of its own.
    ...(cloud === "aliyun" ? ['createServer(() => {}).listen(0, "127.0.0.1");'] : []),
  ].join("\n");
}
