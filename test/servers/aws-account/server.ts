// An AWS account on 127.0.0.1, as far as a deployment asks it: STS, Secrets Manager, CloudFormation, DynamoDB, S3, CloudWatch Logs, Lambda's layers. One
// address for all, as AWS_ENDPOINT_URL has it; the signature says which service is meant. Checks signatures, pages by 2, fails on command. Typed from
// AWS's references of these services.
import type { IncomingMessage } from "node:http";
import { type Origin, startOrigin } from "../origin.ts";
import { cloudFormation } from "./cloud-formation.ts";
import { s3 } from "./s3.ts";
import { dynamodb, lambda, logs, secretsManager, sts } from "./services.ts";
import { type Key, signedService } from "./signature.ts";
import type { Stack } from "./stacks.ts";

export interface Fault {
  /** `secretsmanager CreateSecret`. */
  call: string;
  status: number;
  code: string;
  message: string;
}

export interface AwsAccountServer extends Origin {
  region: string;
  id: string;
  key: Key;
  secrets: Map<string, { text: string; isEnding?: boolean }>;
  tables: Map<string, { items: number; isProtected: boolean }>;
  /** The objects of each by their keys. */
  buckets: Map<string, Map<string, StoredObject>>;
  /** Of objects in parts, by their ids. */
  uploads: Map<string, { metadata: Record<string, string>; parts: Map<number, Buffer> }>;
  /** Of somebody else. */
  foreignBuckets: Set<string>;
  /** Stored bytes by name. */
  logGroups: Map<string, number>;
  /** With the zip that CloudFormation gave them. */
  functions: Map<string, { zip: Buffer; modifiedAt: Date }>;
  layers: { Description: string; LayerVersionArn: string; bytes: Buffer }[];
  /** The account's own. */
  publicAccessBlock: string[];
  stacks: Map<string, Stack>;
  /** Logical ids of what cannot be made, the next time, with the reason. */
  broken: Map<string, string>;
  /** What the next call of that name meets, one each. */
  faults: Fault[];
  /** Each call whose signature was good: `secretsmanager CreateSecret`. */
  calls: string[];
}

export interface StoredObject {
  bytes: Buffer;
  modifiedAt: Date;
  /** `x-amz-meta-…`. */
  metadata: Record<string, string>;
}

export interface Answer {
  status: number;
  body: string | Buffer;
  headers?: Record<string, string>;
}

export interface Asked {
  server: AwsAccountServer;
  method: string;
  url: URL;
  headers: IncomingMessage["headers"];
  body: Buffer;
}

export interface Service {
  /** The operation's name. */
  operation(asked: Asked): string;
  answer(asked: Asked, operation: string): Answer;
  failure(fault: Pick<Fault, "status" | "code" | "message">): Answer;
}

const services: Readonly<Record<string, Service>> = {
  ...{ sts, secretsmanager: secretsManager, dynamodb, logs, lambda, s3, cloudformation: cloudFormation },
};

export function storedObject(text: string): StoredObject {
  return { bytes: Buffer.from(text), modifiedAt: new Date(), metadata: {} };
}

export async function startAwsAccount(): Promise<AwsAccountServer> {
  const origin = await startOrigin(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { status, body, headers = {} } = answer(server, request, Buffer.concat(chunks));
    response.writeHead(status, headers).end(request.method === "HEAD" ? undefined : body);
  });
  const server: AwsAccountServer = {
    ...origin,
    ...{ region: "eu-central-1", id: "123456789012" },
    key: { accessKeyId: "AKIATEST", accessKeySecret: "secret/1+", securityToken: "token==" },
    ...{ secrets: new Map(), tables: new Map(), buckets: new Map(), uploads: new Map() },
    ...{ foreignBuckets: new Set(), logGroups: new Map() },
    ...{ functions: new Map(), layers: [], publicAccessBlock: [], stacks: new Map(), broken: new Map() },
    ...{ faults: [], calls: [] },
  };
  return server;
}

/** The environment of whoever deploys into it. */
export function environmentOf({ key, region, url }: AwsAccountServer): Record<string, string> {
  return {
    ...{ AWS_ACCESS_KEY_ID: key.accessKeyId, AWS_SECRET_ACCESS_KEY: key.accessKeySecret },
    ...{ AWS_SESSION_TOKEN: key.securityToken, AWS_REGION: region, AWS_ENDPOINT_URL: url },
  };
}

function answer(server: AwsAccountServer, request: IncomingMessage, body: Buffer): Answer {
  const name = signedService(server.key, server.region, request, body);
  const service = name === null ? undefined : services[name];
  if (name === null || service === undefined) {
    const message = `The request signature we calculated does not match (${name}).`;
    return sts.failure({ status: 403, code: "SignatureDoesNotMatch", message });
  }
  const { method = "", headers, url = "/" } = request;
  const asked = { server, method, headers, body, url: new URL(url, server.url) };
  const operation = service.operation(asked);
  server.calls.push(`${name} ${operation}`);
  const fault = server.faults.findIndex(({ call }) => call === `${name} ${operation}`);
  const [met] = fault === -1 ? [] : server.faults.splice(fault, 1);
  return met ? service.failure(met) : service.answer(asked, operation);
}
