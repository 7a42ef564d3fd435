// DynamoDB over the wire: five operations in JSON, signed by aws4fetch. The SDK would take longer to load than most functions to answer; only what
// operators run has it (`sdk.ts`).
import { Agent as HttpAgent, type IncomingMessage, request as requestHttp } from "node:http";
import { Agent as HttpsAgent, request as requestHttps } from "node:https";
import { AwsV4Signer } from "aws4fetch";
import type { AccessKey } from "../clients-by-key.ts";
import { DynamodbRefusal, NoAnswer } from "./errors.ts";

export interface DynamodbClientOptions {
  region: string;
  /** Absent: the region's. */
  endpoint?: string | undefined;
  /** Asked for each request, and should remember what it knows. */
  credentials: () => Promise<AccessKey>;
  /** How long one request may take, in milliseconds. Default 5000. */
  timeoutMs?: number;
}

export type Operation = "GetItem" | "PutItem" | "DeleteItem" | "Query" | "Scan";

export interface DynamodbClient {
  /** The answer's body. Throws NoAnswer when none came, and DynamodbRefusal for what the service said otherwise. */
  send(operation: Operation, input: object): Promise<unknown>;
  close(): void;
}

/** "API version" in every target; https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.LowLevelAPI.html */
const TARGET = "DynamoDB_20120810";
/** Signatures are good for five minutes before and after: a clock that is further off than most of it has to be corrected. */
const MAX_SKEW_MS = 4 * 60_000;
/** Keys that requests are signed with are derived from the secret and the day, in four steps; the present one, and the one before it, are kept. */
const MAX_SIGNING_KEYS = 2;

export function createDynamodbClient(options: DynamodbClientOptions): DynamodbClient {
  const { region, credentials, timeoutMs = 5000 } = options;
  const url = `${options.endpoint ?? endpointOf(region)}/`;
  const isTls = url.startsWith("https:");
  const agent = isTls ? new HttpsAgent({ keepAlive: true }) : new HttpAgent({ keepAlive: true });
  const signingKeys = new Map<string, ArrayBuffer>();
  let clockOffsetMs = 0;

  async function signed(operation: Operation, body: string): Promise<Record<string, string>> {
    const { accessKeyId, accessKeySecret, securityToken } = await credentials();
    const headers = { "content-type": "application/x-amz-json-1.0", "x-amz-target": `${TARGET}.${operation}` };
    if (signingKeys.size > MAX_SIGNING_KEYS) signingKeys.clear();
    const signer = new AwsV4Signer({
      cache: signingKeys,
      ...{ method: "POST", url, headers, body, service: "dynamodb", region, accessKeyId },
      ...{ secretAccessKey: accessKeySecret, ...(securityToken && { sessionToken: securityToken }) },
      datetime: new Date(Date.now() + clockOffsetMs).toISOString().replaceAll(/[:-]|\.\d{3}/g, ""),
    });
    return Object.fromEntries((await signer.sign()).headers);
  }

  function exchange(headers: Record<string, string>, body: string): Promise<Answer> {
    const signal = AbortSignal.timeout(timeoutMs);
    return new Promise((resolve, reject) => {
      const outgoing = (isTls ? requestHttps : requestHttp)(url, { method: "POST", agent, headers, signal });
      outgoing.on("error", reject);
      outgoing.on("response", (incoming) => wholeAnswer(incoming).then(resolve, reject));
      outgoing.end(body);
    });
  }

  return {
    async send(operation, input) {
      const body = JSON.stringify(input);
      const headers = { ...(await signed(operation, body)), "content-length": String(Buffer.byteLength(body)) };
      const { status, date, text } = await exchange(headers, body).catch((cause) => {
        throw new NoAnswer(`DynamoDB gave no answer: ${cause}`, { cause });
      });
      const answer = jsonOf(text);
      if (answer === null) throw new NoAnswer(`DynamoDB's answer is not whole, or not its own (HTTP ${status}).`);
      if (status === 200) return answer;
      const skewMs = date - Date.now();
      const isSkewed = status < 500 && Math.abs(skewMs - clockOffsetMs) > MAX_SKEW_MS;
      if (isSkewed) clockOffsetMs = skewMs;
      throw new DynamodbRefusal(status, answer, isSkewed);
    },

    close: () => agent.destroy(),
  };
}

function endpointOf(region: string): string {
  return `https://dynamodb.${region}.amazonaws.com${region.startsWith("cn-") ? ".cn" : ""}`;
}

interface Answer {
  status: number;
  /** Epoch milliseconds by the service's clock; NaN when it does not say. */
  date: number;
  text: string;
}

/** Rejects when it breaks off. */
async function wholeAnswer(incoming: IncomingMessage): Promise<Answer> {
  const { statusCode: status = 0, headers } = incoming;
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk);
  return { status, date: Date.parse(headers.date ?? ""), text: Buffer.concat(chunks).toString() };
}

function jsonOf(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" ? (value as Record<string, unknown> | null) : null;
  } catch {
    return null;
  }
}
