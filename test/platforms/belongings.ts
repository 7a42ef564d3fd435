// What may be in a function's bundle, by the function's kind and its cloud.
import { existsSync, readFileSync } from "node:fs";
import { isBuiltin } from "node:module";
import { join } from "node:path";
import { declarations } from "../../functions/declarations.ts";
import type { Cloud } from "../../scripts/build/plan.ts";
import type { RuntimePart } from "../../shared/events/declaration.ts";
import type { Inside } from "./inside.ts";

export type Kind = "requests" | RuntimePart;

/** By name. */
export const kinds = new Map<string, Kind>(
  declarations.map((declaration) => [declaration.name, "needs" in declaration ? declaration.needs : "requests"]),
);

/** Of the packages that package.json names, exactly these; beside them what `withOwn` adds for single functions. */
export const packages: Record<Cloud, Record<Kind, string[]>> = {
  aws: {
    requests: ["@middy/core", "aws4fetch", "p-retry", "uuid"],
    deliveries: ["aws4fetch", "nodemailer", "p-retry", "standardwebhooks", "uuid"],
    files: ["@aws-sdk/client-s3", "@aws-sdk/s3-request-presigner", "aws4fetch", "p-retry", "uuid"],
    jobs: ["@aws-sdk/client-s3", "@aws-sdk/s3-request-presigner", "aws4fetch", "p-limit", "p-retry", "uuid"],
  },
  aliyun: {
    requests: ["@middy/core", "p-retry", "uuid"],
    deliveries: ["nodemailer", "p-retry", "standardwebhooks", "uuid"],
    files: ["ali-oss", "p-retry", "uuid"],
    jobs: ["ali-oss", "p-limit", "p-retry", "uuid"],
  },
};

interface Rule {
  /** From the top folder. */
  files: RegExp;
  of: (kind: Kind, cloud: Cloud, name: string) => boolean;
}

const nobody = () => false;

/** Our files that only some functions may have. */
export const rules: Record<string, Rule> = {
  "the table in a file": { files: /^shared\/tables\/sqlite/, of: nobody },
  "the store in a folder": { files: /^shared\/stores\/folder/, of: nobody },
  "what one machine serves": {
    files: /^shared\/runtime\/(local\/|open-runtime)/,
    of: nobody,
  },
  scripts: { files: /^scripts\//, of: nobody },
  "an HTTP server": {
    files: /^shared\/runtime\/http\/http-(server|exchange)\.ts$/,
    of: (kind, cloud) => cloud === "aliyun" && kind === "requests",
  },
  DynamoDB: { files: /^shared\/tables\/dynamodb\//, of: (_, cloud) => cloud === "aws" },
  Tablestore: { files: /^shared\/tables\/tablestore\//, of: (_, cloud) => cloud === "aliyun" },
  S3: { files: /^shared\/stores\/s3\//, of: (_, cloud) => cloud === "aws" },
  OSS: { files: /^shared\/stores\/oss\//, of: (_, cloud) => cloud === "aliyun" },
  "Lambda's front": { files: /^shared\/(runtime\/cloud|events)\/lambda\.ts$/, of: (_, cloud) => cloud === "aws" },
  "Function Compute's front": {
    files: /^shared\/(runtime\/cloud|events)\/function-compute.*\.ts$/,
    of: (_, cloud) => cloud === "aliyun",
  },
  "a whole store": {
    files: /^shared\/stores\/(s3|oss)\/(store|put|copy|list)\.ts$/,
    of: (kind) => kind === "files" || kind === "jobs",
  },
  drawing: {
    files: /^shared\/providers\/sketch\/(?!(offer|rules|test-offer|test-models)\.ts$)/,
    of: (kind) => kind === "jobs",
  },
  "decoding images": { files: /^shared\/media\/decode\.ts$/, of: (kind) => kind === "jobs" || kind === "files" },
  "advancing jobs": {
    files: /^shared\/jobs\/moving\/(advance|submit|transfer)\.ts$/,
    of: (kind) => kind === "jobs",
  },
  "labelling files": { files: /^shared\/labels\/(label|on-disk|watch)\.ts$/, of: (kind) => kind === "jobs" },
  "reading labels": { files: /^shared\/labels\//, of: (kind, _, name) => kind === "jobs" || name === "verify" },
  "verifying files": { files: /^shared\/labels\/verify\//, of: (_kind, _cloud, name) => name === "verify" },
  // Carried only where a service was chosen: these zips have none.
  "checking content": { files: /^shared\/(moderation\/|runtime\/cloud\/moderation)/, of: nobody },
  "posting webhooks": { files: /^shared\/webhooks\/(lanes|hosts)\.ts$/, of: (kind) => kind === "deliveries" },
  "sending mail": { files: /^shared\/mail\/(send|smtp|texts)\.ts$/, of: (kind) => kind === "deliveries" },
  "what answers look like": { files: /^shared\/http\/openapi\/shapes\//, of: nobody },
  "answering requests": { files: /^shared\/http\//, of: (kind) => kind === "requests" },
};

/** Machine code: where images are decoded. */
const besideDecoding = ["sharp"];
const decodes = ({ ours }: Inside) => ours.includes("shared/media/decode.ts");

/** What signs files: asked for where they are labelled, and there only where it is carried. */
const isSigning = (kind: Kind, path: string) => kind === "jobs" && path.startsWith("@contentauth/c2pa-node/");

/** Named where they may be asked for, and never there. */
const neverThere = ["proxy-agent", "graceful-fs", "supports-color", "@ffmpeg-installer/ffmpeg"];

/** A sentence for each thing that is there and should not be, or the other way round. `name`: the function's. */
export function misplaced(name: string, cloud: Cloud, inside: Inside): string[] {
  const kind = kinds.get(name) ?? "requests";
  return [
    ...misplacedPackages(packages[cloud][kind], inside),
    ...inside.beside
      .filter(
        (each) =>
          !isBuiltin(each) &&
          !neverThere.includes(each) &&
          !(decodes(inside) && besideDecoding.includes(each)) &&
          !isSigning(kind, each),
      )
      .map((each) => `asks for ${each}`),
    ...Object.entries(rules).flatMap(([what, { files, of }]) =>
      of(kind, cloud, name) ? [] : inside.ours.filter((path) => files.test(path)).map((path) => `has ${what}: ${path}`),
    ),
  ].map((sentence) => `${cloud}/${name} ${sentence}`);
}

function misplacedPackages(ofKind: string[], inside: Inside): string[] {
  const { packages: found } = inside;
  const wanted = withOwn(ofKind, inside);
  const reachable = closureOf(wanted);
  return [
    ...wanted.filter((each) => !found.includes(each)).map((each) => `lacks ${each}`),
    ...found.filter((each) => !reachable.has(each) || otherKeys.test(each)).map((each) => `has ${each}`),
  ];
}

/** Those that take a body or a query. */
const takesInput = [
  ...["register", "login", "update-me", "list-transactions", "redeem-code", "create-codes", "create-upload"],
  ...["create-checkout", "list-orders", "forgot-password", "reset-password", "verify-email"],
  ...[
    "generate-image",
    "generate-screenplay",
    "generate-speech",
    "generate-music",
    "generate-video",
    "quote",
    "create-project",
    "list-projects",
    "update-project",
    "list-scenes",
    "update-scene",
    "list-characters",
    "update-character",
    "generate-scenes",
    "film-scene",
    "quote-project",
    "create-production",
    "generate-drama",
    "list-productions",
    "list-nodes",
    "production-events",
    "project-progress",
    "resume-production",
    "remake-node",
    "export-production",
    "list-jobs",
    "job-events",
    "events",
    "download-output",
    "download-node",
    "list-deliveries",
    "verify",
    "openai-generate-image",
    "openai-edit-image",
    "openai-speak",
    "openai-create-video",
    "openai-list-videos",
    "openai-video-content",
  ],
];

/** p-limit is for those that check passwords, decode images or purge, jsonwebtoken for those that make tokens, zod for those that take something or check screenplays. */
function withOwn(ofKind: string[], inside: Inside): string[] {
  const has = (path: string) => inside.ours.includes(path);
  return [
    ...ofKind,
    ...(has("shared/users/passwords.ts") || has("shared/jobs/timers/purge.ts") || decodes(inside) ? ["p-limit"] : []),
    ...(has("shared/users/sign-token.ts") ? ["jsonwebtoken"] : []),
    ...(takesInput.some((name) => has(`functions/http/${name}.ts`)) || has("shared/drama/screenplay.ts")
      ? ["zod"]
      : []),
  ];
}

/** Where an SDK would search for keys beyond the environment, which has them. */
const otherKeys = /^@aws-sdk\/(credential-provider-(?!env$)|token-providers|nested-clients)/;

/** These packages and all that they need in turn. */
function closureOf(names: readonly string[]): Set<string> {
  const found = new Set(names);
  for (const name of found) for (const each of neededBy(name)) found.add(each);
  return found;
}

function neededBy(name: string): string[] {
  const path = join("node_modules", name, "package.json");
  if (!existsSync(path)) return [];
  return Object.keys(JSON.parse(readFileSync(path, "utf8")).dependencies ?? {});
}
