// The object store in Alibaba Cloud OSS.
import type { ObjectStore } from "../../ports/object-store.ts";
import { checkKey, checkPrefix } from "../object-key.ts";
import { probe } from "../probe.ts";
import { prove } from "../proof.ts";
import { release } from "./body.ts";
import { connect } from "./connection.ts";
import { copyObject, glimpseObject, headObject } from "./copy.ts";
import { deleteObject, deleteObjects } from "./delete.ts";
import { getObject } from "./get.ts";
import { listObjects } from "./list.ts";
import { provableOf } from "./provable.ts";
import { putObject } from "./put.ts";
import { defaultPatience, type OssPatience, requestsOf } from "./requests.ts";
import { signForm } from "./signed-upload.ts";
import { downloadUrlOf, type OssReadable, publicObjectsOf, urlOf } from "./urls.ts";

/** "Multipart upload": 100 KB to 5 GB, 10,000 of them; so the largest object has 40 GB. Two are in memory at a time. */
const PART_BYTES = 4 * 1024 * 1024;

/** CopyObject: "smaller than 1 GB"; UploadPartCopy takes what is larger. */
const MAX_COPY_BYTES = 1_000_000_000;

export interface OssStoreOptions extends OssReadable {
  partBytes?: number;
  maxCopyBytes?: number;
  patience?: Partial<OssPatience>;
}

/**
 * What is put ifAbsent is only safe in a bucket without versioning: PutObject ignores `x-oss-forbid-overwrite` where versioning was ever
 * switched on. Signed URLs and uploads end with the credentials that signed them.
 */
export function createOssStore(options: OssStoreOptions): ObjectStore {
  const { credentials, bucket, partBytes = PART_BYTES, maxCopyBytes = MAX_COPY_BYTES } = options;
  const publicObjects = publicObjectsOf(options);
  const patience: OssPatience = { ...defaultPatience, ...options.patience };
  const request = requestsOf(connect(options, credentials, patience), patience);
  const putContext = {
    request,
    connect: () => connect(options, credentials, patience),
    patience,
    partBytes,
    publicObjects,
  };

  const store: ObjectStore = {
    async put(key, body, { ifAbsent = false, signal } = {}) {
      checkKey(key);
      const isStream = !(body instanceof Uint8Array);
      // Looked up before a long body is read for nothing; whether the key is free is decided when the object appears.
      if (isStream && (signal?.aborted || (ifAbsent && (await glimpseObject(request, key))))) {
        release(body[Symbol.asyncIterator]());
        signal?.throwIfAborted();
        return null;
      }
      return putObject(putContext, key, body, { ifAbsent, signal });
    },

    async get(key, { range, signal } = {}) {
      checkKey(key);
      return getObject(request, patience, key, { range, signal });
    },

    async head(key) {
      checkKey(key);
      return headObject(request, key);
    },

    async copy(from, to, { ifMatch }) {
      checkKey(from);
      checkKey(to);
      return copyObject({ request, patience, bucket, maxCopyBytes, publicObjects }, { from, to, ifMatch });
    },

    async delete(key) {
      checkKey(key);
      await deleteObject(request, key);
    },

    async deleteMany(keys) {
      return deleteObjects(request, keys);
    },

    async list({ prefix, limit, after = "" }) {
      checkPrefix(prefix);
      checkPrefix(after);
      if (!Number.isSafeInteger(limit) || limit < 1) throw new RangeError(`A page cannot have ${limit} objects.`);
      return listObjects(request, { prefix, limit, after });
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

    probe: () => probe({ ...store, read: async (key) => (await store.get(key))?.body ?? [] }),

    prove: () => prove(store.probe, provableOf(options, patience)),
  };
  return store;
}
