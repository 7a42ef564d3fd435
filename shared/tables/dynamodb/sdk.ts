// The vendor's SDK, for what operators run: making the table, listing its partitions, and finding credentials as every tool of AWS does.
import {
  DynamoDBClient,
  DynamoDBServiceException,
  type ServiceInputTypes,
  type ServiceOutputTypes,
} from "@aws-sdk/client-dynamodb";
import type { AccessKey } from "../clients-by-key.ts";
import type { DynamodbClientOptions } from "./client.ts";
import { NoAnswer } from "./errors.ts";

export type SdkOptions = Omit<DynamodbClientOptions, "credentials"> &
  Partial<Pick<DynamodbClientOptions, "credentials">>;

type Command<Input extends ServiceInputTypes, Output extends ServiceOutputTypes> = Parameters<
  typeof DynamoDBClient.prototype.send<Input, Output>
>[0];

export interface DynamodbSdk {
  /** Throws NoAnswer when none came, and what the service said otherwise. */
  send<Input extends ServiceInputTypes, Output extends ServiceOutputTypes>(
    command: Command<Input, Output>,
  ): Promise<Output>;
  close(): void;
}

export function createDynamodbSdk({ region, endpoint, credentials, timeoutMs = 5000 }: SdkOptions): DynamodbSdk {
  // The SDK's own retries would hide that an answer was lost.
  const client = new DynamoDBClient({
    ...{ region, maxAttempts: 1, ...(endpoint === undefined ? {} : { endpoint }) },
    ...(credentials && { credentials: async () => identityOf(await credentials()) }),
  });
  return {
    async send(command) {
      const signal = AbortSignal.timeout(timeoutMs);
      try {
        return await Promise.race([client.send(command, { abortSignal: signal }), rejectedBy(signal)]);
      } catch (error) {
        throw isOurs(error) ? error : new NoAnswer(`DynamoDB gave no answer: ${error}`, { cause: error });
      }
    },
    close: () => client.destroy(),
  };
}

/** Environment, profile or role, renewed before they end. Rejects with `CredentialsProviderError` when there are none. */
export function credentialsOfTheSdk(region: string): () => Promise<AccessKey> {
  const { config } = new DynamoDBClient({ region });
  return async () => {
    const { accessKeyId, secretAccessKey, sessionToken } = await config.credentials();
    return { accessKeyId, accessKeySecret: secretAccessKey, securityToken: sessionToken };
  };
}

function identityOf({ accessKeyId, accessKeySecret, securityToken }: AccessKey) {
  const token = securityToken === undefined ? {} : { sessionToken: securityToken };
  return { accessKeyId, secretAccessKey: accessKeySecret, ...token };
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
