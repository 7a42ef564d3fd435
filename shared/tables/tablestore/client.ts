// Tablestore over the wire: its messages about rows, signed with HMAC-SHA1. The SDK would take longer to load than most functions to answer; only
// what operators run has it (`sdk.ts`).
import { createHash, createHmac } from "node:crypto";
import { Agent as HttpAgent, type IncomingMessage, request as requestHttp } from "node:http";
import { Agent as HttpsAgent, request as requestHttps } from "node:https";
import type { AttemptOptions } from "../attempts.ts";
import type { AccessKey } from "../clients-by-key.ts";
import { TablestoreError } from "./errors.ts";
import { readMessage } from "./protobuf.ts";

export interface TablestoreOptions {
  /** Such as https://dreams.cn-hangzhou.ots.aliyuncs.com, or the instance's address inside its VPC. */
  endpoint: string;
  instance: string;
  tableName: string;
  /** Asked for each request, and should remember what it knows. */
  credentials: () => Promise<AccessKey>;
  /** How long one request may take, in milliseconds. Default 5000. */
  timeoutMs?: number;
  attempts?: AttemptOptions;
}

export type Operation = "GetRow" | "PutRow" | "DeleteRow" | "GetRange";

export interface TablestoreClient {
  /** The answer, read. Throws TablestoreError when none came that is whole, and for what the service said otherwise. */
  send<T>(operation: Operation, message: Buffer, read: (answer: Buffer) => T): Promise<T>;
  close(): void;
}

const API_VERSION = "2015-12-31";

/** Sends with the present credentials over connections that stay open; `close` ends those. */
export function createTablestoreClient(options: TablestoreOptions): TablestoreClient {
  const { endpoint, instance, credentials, timeoutMs = 5000 } = options;
  const isTls = endpoint.startsWith("https:");
  const agent = isTls ? new HttpsAgent({ keepAlive: true }) : new HttpAgent({ keepAlive: true });

  function exchange(path: string, headers: Record<string, string>, message: Buffer): Promise<Answer> {
    const signal = AbortSignal.timeout(timeoutMs);
    return new Promise((resolve, reject) => {
      const url = `${endpoint}${path}`;
      const outgoing = (isTls ? requestHttps : requestHttp)(url, { method: "POST", agent, headers, signal });
      outgoing.on("error", reject);
      outgoing.on("response", (incoming) => wholeAnswer(incoming).then(resolve, reject));
      outgoing.end(message);
    });
  }

  return {
    async send(operation, message, read) {
      const path = `/${operation}`;
      const signed = signedHeaders(path, message, instance, await credentials());
      const headers = { ...signed, "content-length": String(message.length) };
      const answer = await exchange(path, headers, message).catch((cause) => {
        throw new TablestoreError(`${operation}: no answer: ${cause}`, { cause });
      });
      if (answer.status !== 200) throw errorOf(operation, answer);
      try {
        return read(answer.body);
      } catch (cause) {
        throw new TablestoreError(`${operation}: the answer is not whole, or not Tablestore's: ${cause}`, { cause });
      }
    },

    close: () => agent.destroy(),
  };
}

/** base64(HMAC-SHA1(secret, path, POST, an empty query, and every header of ours in the order of their names)). */
function signedHeaders(path: string, body: Buffer, instance: string, key: AccessKey): Record<string, string> {
  const { accessKeyId, accessKeySecret, securityToken } = key;
  const headers = {
    "x-ots-accesskeyid": accessKeyId,
    "x-ots-apiversion": API_VERSION,
    "x-ots-contentmd5": createHash("md5").update(body).digest("base64"),
    "x-ots-date": new Date().toISOString(),
    "x-ots-instancename": instance,
    ...(securityToken && { "x-ots-ststoken": securityToken }),
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}:${value}\n`);
  const text = `${path}\nPOST\n\n${lines.join("")}`;
  return { ...headers, "x-ots-signature": createHmac("sha1", accessKeySecret).update(text).digest("base64") };
}

interface Answer {
  status: number;
  requestId: string;
  body: Buffer;
}

/** Rejects when it breaks off. */
async function wholeAnswer(incoming: IncomingMessage): Promise<Answer> {
  const { statusCode: status = 0, headers } = incoming;
  const requestId = String(headers["x-ots-requestid"] ?? headers["x-ots-request-id"] ?? "unknown");
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk);
  return { status, requestId, body: Buffer.concat(chunks) };
}

/** The message `Error`: 1 is its code, 2 its text. */
function errorOf(operation: string, { status, requestId, body }: Answer): TablestoreError {
  const fields = fieldsOf(body);
  const code = fields.get(1)?.toString() ?? null;
  const text = fields.get(2)?.toString() ?? "";
  const message = `${operation}: ${status} ${code ?? "without a code"}: ${text} (request ${requestId})`;
  return new TablestoreError(message, { code, status });
}

/** Of what a proxy says instead: none. */
function fieldsOf(body: Buffer): Map<number, Buffer> {
  try {
    return readMessage(body);
  } catch {
    return new Map();
  }
}
