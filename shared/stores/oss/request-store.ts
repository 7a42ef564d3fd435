// The object store in OSS as far as answering a request needs it, without the vendor's SDK.
import { createHash } from "node:crypto";
import { AppError } from "../../errors/app-error.ts";
import type { ObjectInfo, RequestStore } from "../../ports/object-store.ts";
import { fetchAnswer, refusalOf, type SignedRequest, type StoreAnswer, wholeObject } from "../fetching.ts";
import { checkKey } from "../object-key.ts";
import { probe } from "../probe.ts";
import { prove } from "../proof.ts";
import { aclHeaders, contentHeaders, plainEtag } from "./object-headers.ts";
import { provableOf } from "./provable.ts";
import { defaultPatience, isCode, trying } from "./requests.ts";
import { signed } from "./signed-request.ts";
import { signForm } from "./signed-upload.ts";
import type { OssStoreOptions } from "./store.ts";
import { downloadUrlOf, publicObjectsOf, urlOf } from "./urls.ts";

/** Somebody waits for the answer. */
const TIMEOUT_MS = 10_000;

type Send = (method: SignedRequest["method"], key: string, content?: Content) => Promise<StoreAnswer>;

interface Content {
  headers?: Record<string, string>;
  body?: Uint8Array;
}

/** Takes the options of `createOssStore`; `partBytes` and `maxCopyBytes` mean nothing here. Reaches out for nothing before it is asked. */
export function createOssRequestStore(options: OssStoreOptions): RequestStore {
  const send = sender(options);
  const publicObjects = publicObjectsOf(options);

  const store: RequestStore = {
    async put(key, body) {
      checkKey(key);
      const headers = { ...contentHeaders(key), ...aclHeaders(key, publicObjects), "Content-MD5": md5Of(body) };
      return infoOfWritten(key, body.byteLength, await send("PUT", key, { headers, body }));
    },

    async get(key) {
      checkKey(key);
      try {
        return wholeObject(await send("GET", key));
      } catch (error) {
        if (error instanceof AppError && isCode(error.cause, "NoSuchKey")) return null;
        throw error;
      }
    },

    // DeleteObject: 204 also for what is not there.
    async delete(key) {
      checkKey(key);
      await send("DELETE", key);
    },

    async url(key) {
      checkKey(key);
      return urlOf(options, key);
    },

    async downloadUrl(key, name) {
      checkKey(key);
      return downloadUrlOf(options, key, name);
    },

    async signUpload(upload) {
      checkKey(upload.key);
      return signForm(options, upload);
    },

    probe: () => probe({ ...store, read: async (key) => [(await send("GET", key)).bytes] }),

    prove: () => prove(store.probe, provableOf(options, { ...defaultPatience, ...options.patience })),
  };
  return store;
}

/** Each try is signed anew, with the credentials of the moment. */
function sender(options: OssStoreOptions): Send {
  const patience = { ...defaultPatience, timeoutMs: TIMEOUT_MS, ...options.patience };

  return (method, key, { headers = {}, body } = {}) =>
    trying(patience, async () => {
      const answer = await fetchAnswer(await signed(options, { method, key, headers, body }), patience.timeoutMs);
      const refusal = refusalOf(answer);
      if (refusal) throw refusal;
      return answer;
    });
}

function md5Of(bytes: Uint8Array): string {
  return createHash("md5").update(bytes).digest("base64");
}

/** PutObject answers with the ETag, and its own time. */
function infoOfWritten(key: string, size: number, { headers }: StoreAnswer): ObjectInfo {
  const etag = plainEtag(headers.get("etag") ?? "");
  return { key, size, etag, modifiedAt: Date.parse(headers.get("date") ?? "") };
}
