// The object store of S3 and its like as far as answering a request needs it, without the SDK.
import { AppError } from "../../errors/app-error.ts";
import type { RequestStore } from "../../ports/object-store.ts";
import {
  fetchAnswer,
  refusalOf,
  type SignedRequest,
  type StoreAnswer,
  StoreRefusal,
  wholeObject,
} from "../fetching.ts";
import { checkKey } from "../object-key.ts";
import { probe } from "../probe.ts";
import { prove } from "../proof.ts";
import { persistently } from "../retries.ts";
import { bucketUrlOf, regionOf } from "./address.ts";
import type { S3Credentials } from "./client.ts";
import { headersOf, wholeSeconds, writtenInfo } from "./object-headers.ts";
import { s3Presets } from "./presets.ts";
import { provableOf, RETRY_DELAY_MS } from "./provable.ts";
import { appErrorOf, isNoObject, mayPass, refusalIn } from "./refusal.ts";
import { downloadUrlOf, type S3Signer, signRequest, signUpload, urlOf } from "./signing.ts";
import type { S3StoreOptions } from "./store.ts";

/** Of each try: somebody waits for the answer. */
const ANSWER_MS = 10_000;
const MAX_ATTEMPTS = 3;

/** Requests may be a quarter of an hour off; what is signed for others should not lose as much. The SDK does it from here on, too. */
const SKEW_MS = 5 * 60_000;

/** `region` where the preset has none: it is not searched for. Of the time-outs, `answerMs` counts, for the whole of an answer. */
export type S3RequestStoreOptions = S3StoreOptions & {
  /** Asked before each try: it has to remember what it got. */
  credentials: () => Promise<S3Credentials>;
};

type Send = (method: SignedRequest["method"], key: string, content?: Content) => Promise<StoreAnswer>;

interface Content {
  headers?: Record<string, string>;
  body?: Uint8Array;
}

/** Reaches out for nothing before it is asked for something. Throws a RangeError when it cannot know where the bucket is. */
export function createS3RequestStore(options: S3RequestStoreOptions): RequestStore {
  const clock = { offsetMs: 0 };
  const signer = signerFor(options, clock);
  const send = sender(signer, options, clock);
  const { retryDelayMs = RETRY_DELAY_MS } = options;

  const store: RequestStore = {
    async put(key, body) {
      checkKey(key);
      const { ContentType, CacheControl } = headersOf(key);
      const headers = { "Content-Type": ContentType, "Cache-Control": CacheControl };
      const answer = await send("PUT", key, { headers, body });
      return writtenInfo(key, body.byteLength, { etag: answer.headers.get("etag"), answeredAt: answeredAt(answer) });
    },

    async get(key) {
      checkKey(key);
      try {
        return wholeObject(await send("GET", key));
      } catch (error) {
        if (error instanceof AppError && error.cause instanceof StoreRefusal && isNoObject(error.cause)) return null;
        throw error;
      }
    },

    /** DeleteObject: "204 No Content" whether there was one or not; some stores answer 404 instead. */
    async delete(key) {
      checkKey(key);
      await send("DELETE", key);
    },

    async url(key) {
      checkKey(key);
      return explained(() => urlOf(signer, options, key));
    },

    async downloadUrl(key, name) {
      checkKey(key);
      return explained(() => downloadUrlOf(signer, key, name));
    },

    async signUpload(request) {
      checkKey(request.key);
      return explained(() => signUpload(signer, request));
    },

    probe: () => probe({ ...store, read: async (key) => [(await send("GET", key)).bytes] }),

    prove: () => prove(store.probe, provableOf(signer, s3Presets[options.preset], retryDelayMs)),
  };
  return store;
}

function signerFor(options: S3RequestStoreOptions, clock: { offsetMs: number }): S3Signer {
  const [bucketUrl, region] = [bucketUrlOf(options), regionOf(options)];
  return {
    ...{ bucket: options.bucket, uploads: s3Presets[options.preset].uploads, credentials: options.credentials },
    bucketUrl: async () => bucketUrl,
    region: async () => region,
    clockOffsetMs: () => clock.offsetMs,
  };
}

/** Each try is signed anew, with the credentials of the moment and in the store's time. */
function sender(signer: S3Signer, options: S3RequestStoreOptions, clock: { offsetMs: number }): Send {
  const {
    maxAttempts = MAX_ATTEMPTS,
    retryDelayMs = RETRY_DELAY_MS,
    timeouts: { answerMs = ANSWER_MS } = {},
  } = options;
  const persistence = {
    ...{ retries: maxAttempts - 1, delayMs: retryDelayMs },
    mayPass: (error: Error) => !isOurs(error) && mayPass(refusalIn(error)),
  };

  async function attempt(...[method, key, { headers = {}, body } = {}]: Parameters<Send>): Promise<StoreAnswer> {
    const answer = await fetchAnswer(await signRequest(signer, { method, key, headers, body }), answerMs);
    const offsetMs = Date.parse(answer.headers.get("date") ?? "") - Date.now();
    if (Math.abs(offsetMs - clock.offsetMs) >= SKEW_MS) clock.offsetMs = offsetMs;
    const refusal = refusalOf(answer);
    if (refusal && !(method === "DELETE" && isNoObject(refusal))) throw refusal;
    return answer;
  }

  return (...request) => explained(() => persistently(() => attempt(...request), persistence));
}

/** Whatever it throws is an error of the catalogue. */
async function explained<T>(act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    throw isOurs(error) ? error : appErrorOf(refusalIn(error), error);
  }
}

function isOurs(error: unknown): boolean {
  return error instanceof AppError || error instanceof RangeError;
}

function answeredAt({ headers }: StoreAnswer): number {
  const date = Date.parse(headers.get("date") ?? "");
  return wholeSeconds(Number.isNaN(date) ? Date.now() : date);
}
