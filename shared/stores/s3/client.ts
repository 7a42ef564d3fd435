// The SDK's client as this adapter wants it: no streams, nothing without an end, no checksums that only S3 itself understands.
import { createHash } from "node:crypto";
import { S3Client, type S3ClientConfig } from "@aws-sdk/client-s3";
import { hasStaleCredentials, storeError } from "./errors.ts";
import { type S3Preset, type S3PresetName, s3Presets } from "./presets.ts";

export interface S3Credentials {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string;
}

export interface S3Timeouts {
  /** Until a connection stands. */
  connectMs: number;
  /** Until the first byte of an answer, the request's body included. */
  answerMs: number;
  /** Until the end of an answer that is not an object. S3 may take minutes to put parts together, and sends spaces meanwhile. */
  wholeMs: number;
  /** Between two chunks of an object. */
  silenceMs: number;
}

const defaultTimeouts: S3Timeouts = { connectMs: 5000, answerMs: 60_000, wholeMs: 600_000, silenceMs: 30_000 };

export interface S3Connection {
  bucket: string;
  /** Which store it is. */
  preset: S3PresetName;
  /** Default: the preset's. */
  region?: string | undefined;
  /** Without the bucket. Default: the preset's. */
  endpoint?: string | undefined;
  /** Asked before each request: it has to remember what it got. Default: the SDK's own search, from `AWS_…` to the machine's role. */
  credentials?: (() => Promise<S3Credentials>) | undefined;
  timeouts?: Partial<S3Timeouts>;
  /** Tries of one request, the first included. */
  maxAttempts?: number;
}

export interface S3Wire {
  client: S3Client;
  preset: S3Preset;
  bucket: string;
  timeouts: S3Timeouts;
}

export function connect(connection: S3Connection): S3Wire {
  const preset = s3Presets[connection.preset];
  const timeouts = { ...defaultTimeouts, ...connection.timeouts };
  const client = new S3Client(clientConfig(connection, preset, timeouts));
  keepDates(client);
  sumWithMd5(client, (command) => preset.sumsWithMd5 || alwaysWithMd5.includes(command));
  return { client, preset, bucket: connection.bucket, timeouts };
}

function clientConfig(connection: S3Connection, preset: S3Preset, timeouts: S3Timeouts): S3ClientConfig {
  const { credentials } = connection;
  const region = connection.region ?? preset.region ?? undefined;
  const endpoint = connection.endpoint ?? (region === undefined ? undefined : preset.endpoint?.(region));
  // Who uses the store decides how much happens at once; a limit here would let a copy from one object to another wait for itself.
  const agent = { keepAlive: true, maxSockets: Number.POSITIVE_INFINITY };
  return {
    ...(region === undefined ? {} : { region }),
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(credentials && { credentials: () => asConsumable(credentials) }),
    forcePathStyle: preset.addressing === "path",
    // A stream would go out as aws-chunked with a trailer, which others than S3 refuse; a signed URL would carry the checksum of nothing.
    requestChecksumCalculation: "WHEN_REQUIRED",
    responseChecksumValidation: "WHEN_REQUIRED",
    // For its sake the SDK opens a connection for each request, and R2 never answers it (developers.cloudflare.com/r2/api/s3/extensions/).
    expectContinueHeader: false,
    retryMode: "standard",
    maxAttempts: connection.maxAttempts ?? 3,
    requestHandler: {
      connectionTimeout: timeouts.connectMs,
      requestTimeout: timeouts.answerMs,
      throwOnRequestTimeout: true,
      // It would also cut off somebody who reads slowly: bodies are watched where they are read.
      socketTimeout: 0,
      httpAgent: agent,
      httpsAgent: agent,
    },
  };
}

/** The SDK keeps credentials without an expiry for ever, and those with one until five minutes before it. */
async function asConsumable(credentials: () => Promise<S3Credentials>) {
  return { ...(await credentials()), expiration: new Date(0) };
}

const dates = new WeakMap<object, number>();

/** The store's clock as it stood when it answered, in epoch milliseconds: answers to writes do not repeat when the object was written. */
export function answeredAt(output: object): number {
  return dates.get(output) ?? Math.floor(Date.now() / 1000) * 1000;
}

function keepDates(client: S3Client): void {
  client.middlewareStack.add(
    (next) => async (args) => {
      const result = await next(args);
      const { headers } = result.response as { headers?: Record<string, string> };
      const date = Date.parse(headers?.date ?? "");
      if (result.output && !Number.isNaN(date)) dates.set(result.output, date);
      return result;
    },
    { step: "deserialize", priority: "low", name: "keepDates" },
  );
}

/** Every store that knows this operation knows the sum that was its only one for many years, and not every one the newer sums. */
const alwaysWithMd5 = ["DeleteObjectsCommand"];

/** Behind the SDK's own sum, in front of the signature. */
function sumWithMd5(client: S3Client, isMeant: (command: string) => boolean): void {
  client.middlewareStack.add(
    (next, { commandName = "" }) =>
      async (args) => {
        if (!isMeant(commandName)) return next(args);
        const { headers, body } = args.request as { headers: Record<string, string>; body?: unknown };
        const sums = Object.keys(headers).filter((name) => /^x-amz-(sdk-)?checksum-/.test(name));
        if (sums.length > 0 && (typeof body === "string" || body instanceof Uint8Array)) {
          for (const name of sums) delete headers[name];
          headers["content-md5"] = createHash("md5").update(body).digest("base64");
        }
        return next(args);
      },
    { step: "build", priority: "low", name: "sumWithMd5" },
  );
}

export interface Ask<U> {
  signal?: AbortSignal | undefined;
  /** What a refusal of the store means here; undefined for those that are errors. */
  refused?: (error: unknown) => U | undefined;
}

/** Tries of a request whose credentials ended while it was under way: each asks for them again. */
const CREDENTIALS_TRIES = 3;

/** One request, with its retries, to its end. Throws an AppError for what the store refuses or does not answer, and the signal's reason. */
export async function ask<T, U = never>(
  wire: S3Wire,
  send: (options: { abortSignal: AbortSignal }) => Promise<T>,
  { signal, refused }: Ask<U> = {},
): Promise<T | U> {
  signal?.throwIfAborted();
  const tooLate = new AbortController();
  const { wholeMs } = wire.timeouts;
  const timer = setTimeout(() => tooLate.abort(new Error(`the store did not answer within ${wholeMs} ms`)), wholeMs);
  try {
    const abortSignal = signal ? AbortSignal.any([signal, tooLate.signal]) : tooLate.signal;
    return await withPresentCredentials(() => send({ abortSignal }));
  } catch (error) {
    signal?.throwIfAborted();
    const meaning = refused?.(error);
    if (meaning === undefined) throw storeError(error);
    return meaning;
  } finally {
    clearTimeout(timer);
  }
}

async function withPresentCredentials<T>(send: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await send();
    } catch (error) {
      if (tries === CREDENTIALS_TRIES || !hasStaleCredentials(error)) throw error;
    }
  }
}
