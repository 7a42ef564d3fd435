// The object store in Alibaba Cloud OSS.
import { randomUUID } from "node:crypto";
import { AppError } from "../../errors/app-error.ts";
import { isPublicKey, tempPrefix } from "../../media/keys.ts";
import type { ObjectStore } from "../../ports/object-store.ts";
import { checkKey, checkPrefix } from "../object-key.ts";
import { release } from "./body.ts";
import { bucketUrl, connect, connectFromOutside, type OssBucket, type OssCredentials } from "./connection.ts";
import { copyObject, headObject } from "./copy.ts";
import { getObject } from "./get.ts";
import { listObjects } from "./list.ts";
import type { PublicObjects } from "./object-headers.ts";
import { putObject } from "./put.ts";
import { defaultPatience, type OssPatience, requestsOf } from "./requests.ts";
import { signForm } from "./signed-upload.ts";

/** "Multipart upload": 100 KB to 5 GB, 10,000 of them; so the largest object has 40 GB. Two are in memory at a time. */
const PART_BYTES = 4 * 1024 * 1024;

/** CopyObject: "smaller than 1 GB"; UploadPartCopy takes what is larger. */
const MAX_COPY_BYTES = 1_000_000_000;

const SIGNED_URL_SECONDS = 3600;

export interface OssStoreOptions extends OssBucket {
  /** Asked before each request, since a cloud's credentials rotate: it should keep what it has. */
  credentials: () => Promise<OssCredentials>;
  /**
   * `public`: what lies under public keys has a permanent URL. Without `publicUrl` such objects are written as `public-read`, for which
   * "Block Public Access" of the account and of the bucket has to be off.
   */
  access: "public" | "private";
  /** What a public key is appended to, such as that of a CDN which may read the bucket. Default: the bucket's own URL. */
  publicUrl?: string | undefined;
  partBytes?: number;
  maxCopyBytes?: number;
  patience?: Partial<OssPatience>;
}

/**
 * What is put ifAbsent is only safe in a bucket without versioning: PutObject ignores `x-oss-forbid-overwrite` where versioning was ever
 * switched on. Signed URLs and uploads end with the credentials that signed them.
 */
export function createOssStore(options: OssStoreOptions): ObjectStore {
  const { credentials, bucket, access, partBytes = PART_BYTES, maxCopyBytes = MAX_COPY_BYTES } = options;
  const publicUrl = options.publicUrl ?? bucketUrl(options);
  const publicObjects: PublicObjects =
    access === "public" && options.publicUrl === undefined ? "public-read" : "default";
  const patience: OssPatience = { ...defaultPatience, ...options.patience };
  const outside = connectFromOutside(options, credentials);
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
      if (isStream && (signal?.aborted || (ifAbsent && (await headObject(request, key))))) {
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

    // DeleteObject: 204 also for what is not there.
    async delete(key) {
      checkKey(key);
      await request((client) => client.delete(key));
    },

    async list({ prefix, limit, after = "" }) {
      checkPrefix(prefix);
      checkPrefix(after);
      if (!Number.isSafeInteger(limit) || limit < 1) throw new RangeError(`A page cannot have ${limit} objects.`);
      return listObjects(request, { prefix, limit, after });
    },

    async url(key) {
      checkKey(key);
      if (access === "public" && isPublicKey(key)) return `${publicUrl.replace(/\/+$/, "")}/${key}`;
      return (await outside.client()).signatureUrlV4("GET", SIGNED_URL_SECONDS, {}, key);
    },

    async signUpload(upload) {
      checkKey(upload.key);
      const { client, credentials: used } = await outside.current();
      return signForm(options, client, used, upload);
    },

    async probe() {
      try {
        await writeReadDelete(store, `${tempPrefix}probe/${randomUUID()}`);
      } catch (cause) {
        const message = "The object store cannot write, read and delete just now.";
        throw new AppError("unavailable", { message, cause });
      }
    },
  };
  return store;
}

async function writeReadDelete(store: ObjectStore, key: string): Promise<void> {
  await store.put(key, Buffer.from(key), { ifAbsent: true });
  const stored = await store.get(key);
  const chunks: Uint8Array[] = [];
  for await (const chunk of stored?.body ?? []) chunks.push(chunk);
  if (Buffer.concat(chunks).toString() !== key) throw new Error("An object that was just written reads otherwise.");
  await store.delete(key);
}
