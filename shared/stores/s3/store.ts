// The object store of S3, and of the stores that speak its language: each object is an object in one bucket.
import type { ObjectStore } from "../../ports/object-store.ts";
import { checkKey, checkPrefix } from "../object-key.ts";
import { probe } from "../probe.ts";
import { prove } from "../proof.ts";
import { ask, connect, type S3Connection } from "./client.ts";
import { signerOf } from "./client-signer.ts";
import { copyObject } from "./copy.ts";
import { deleteObject, deleteObjects } from "./delete.ts";
import { getObject } from "./get.ts";
import { headObject } from "./head.ts";
import { listObjects } from "./list.ts";
import { provableOf, RETRY_DELAY_MS } from "./provable.ts";
import { putObject } from "./put.ts";
import { downloadUrlOf, signUpload, urlOf } from "./signing.ts";

const MiB = 1024 * 1024;

/**
 * Of an upload in parts. S3 wants at least 5 MiB, at most 10,000 parts (https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html),
 * R2 all of one size but the last: 78 GiB is the longest body.
 */
const PART_BYTES = 8 * MiB;

/** CopyObject takes up to 5 GiB; parts of a copy come and go one by one, so that a long copy can be seen to move. */
const COPY_PART_BYTES = 1024 * MiB;

export interface S3StoreOptions extends S3Connection {
  /** `public`: what lies under public keys has a permanent URL; the bucket's policy has to allow it. */
  access: "public" | "private";
  /** What a public key is appended to, such as that of a CDN. Default: the bucket's own URL. */
  publicUrl?: string | undefined;
  /** Bytes of a part of an upload; bodies up to one part are sent at once. */
  partBytes?: number;
  /** Before the second try of a request without the SDK, up to twice as long; three times as long before each further one. */
  retryDelayMs?: number;
  /** Bytes of a part of a copy; objects up to one part are copied at once. */
  copyPartBytes?: number;
}

/** Reaches out for nothing before it is asked for something. */
export function createS3Store(options: S3StoreOptions): ObjectStore {
  const wire = connect(options);
  const { partBytes = PART_BYTES, copyPartBytes = COPY_PART_BYTES } = options;
  const signer = signerOf(wire);

  const store: ObjectStore = {
    async put(key, body, putOptions = {}) {
      checkKey(key);
      return putObject(wire, key, body, { ...putOptions, partBytes });
    },

    async get(key, getOptions = {}) {
      checkKey(key);
      return getObject(wire, key, getOptions);
    },

    async head(key) {
      checkKey(key);
      return headObject(wire, key);
    },

    async copy(from, to, { ifMatch }) {
      checkKey(from);
      checkKey(to);
      return copyObject(wire, from, to, { ifMatch, partBytes: copyPartBytes });
    },

    async delete(key) {
      checkKey(key);
      await deleteObject(wire, key);
    },

    async deleteMany(keys) {
      return deleteObjects(wire, keys);
    },

    async list(query) {
      checkPrefix(query.prefix);
      checkPrefix(query.after ?? "");
      if (!Number.isSafeInteger(query.limit) || query.limit < 1) {
        throw new RangeError(`A page cannot have ${query.limit} objects.`);
      }
      return listObjects(wire, query);
    },

    async url(key) {
      checkKey(key);
      return ask(wire, () => urlOf(signer, options, key));
    },

    async downloadUrl(key, name) {
      checkKey(key);
      return ask(wire, () => downloadUrlOf(signer, key, name));
    },

    async signUpload(request) {
      checkKey(request.key);
      return ask(wire, () => signUpload(signer, request));
    },

    probe: () => probe({ ...store, read: async (key) => (await store.get(key))?.body ?? [] }),

    prove: () => prove(store.probe, provableOf(signer, wire.preset, options.retryDelayMs ?? RETRY_DELAY_MS)),
  };
  return store;
}
