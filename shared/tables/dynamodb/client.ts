// DynamoDB's client: connections that stay open, the present credentials, and an end to each request.
import { Agent as HttpAgent } from "node:http";
import { Agent as HttpsAgent } from "node:https";
import {
  DynamoDBClient,
  DynamoDBServiceException,
  type ServiceInputTypes,
  type ServiceOutputTypes,
} from "@aws-sdk/client-dynamodb";
import { type AccessKey, createClientsByKey } from "../clients-by-key.ts";
import { NoAnswer } from "./errors.ts";

export interface DynamodbClientOptions {
  region: string;
  /** Absent: the region's. */
  endpoint?: string | undefined;
  /** Asked for each request. Absent: the SDK finds and renews them (environment, profile, role). */
  credentials?: (() => Promise<AccessKey>) | undefined;
  /** How long one request may take, in milliseconds. Default 5000. */
  timeoutMs?: number;
}

type Command<Input extends ServiceInputTypes, Output extends ServiceOutputTypes> = Parameters<
  typeof DynamoDBClient.prototype.send<Input, Output>
>[0];

export interface DynamodbClient {
  /** Throws NoAnswer when none came, and what the service said otherwise. */
  send<Input extends ServiceInputTypes, Output extends ServiceOutputTypes>(
    command: Command<Input, Output>,
  ): Promise<Output>;
  close(): void;
}

export function createDynamodbClient(options: DynamodbClientOptions): DynamodbClient {
  const { region, endpoint, credentials, timeoutMs = 5000 } = options;
  const agents = { httpAgent: new HttpAgent({ keepAlive: true }), httpsAgent: new HttpsAgent({ keepAlive: true }) };
  // The SDK's own retries would hide that an answer was lost.
  const shared = { region, maxAttempts: 1, requestHandler: agents, ...(endpoint === undefined ? {} : { endpoint }) };
  const client = credentials ? createClientsByKey(credentials, clientOfKey) : ofTheSdk();

  function clientOfKey({ accessKeyId, accessKeySecret, securityToken }: AccessKey): DynamoDBClient {
    const token = securityToken === undefined ? {} : { sessionToken: securityToken };
    return new DynamoDBClient({ ...shared, credentials: { accessKeyId, secretAccessKey: accessKeySecret, ...token } });
  }

  function ofTheSdk(): () => Promise<DynamoDBClient> {
    const only = new DynamoDBClient(shared);
    return async () => only;
  }

  return {
    async send(command) {
      const signal = AbortSignal.timeout(timeoutMs);
      try {
        return await Promise.race([(await client()).send(command, { abortSignal: signal }), rejectedBy(signal)]);
      } catch (error) {
        throw isOurs(error) ? error : new NoAnswer(`DynamoDB gave no answer: ${error}`, { cause: error });
      }
    },

    close() {
      agents.httpAgent.destroy();
      agents.httpsAgent.destroy();
    },
  };
}

/** The SDK itself stops waiting for an answer, but not within one. */
function rejectedBy(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason), { once: true }));
}

/** The service spoke, or nothing was sent at all. */
function isOurs(error: unknown): boolean {
  if (error instanceof DynamoDBServiceException) return true;
  return error instanceof TypeError || (error instanceof Error && error.name === "CredentialsProviderError");
}
