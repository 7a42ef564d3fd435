// Each store that is reached over a network, and what the contract of refusals has to know of it.

import { createOssRequestStore } from "../../shared/stores/oss/request-store.ts";
import type { S3PresetName } from "../../shared/stores/s3/presets.ts";
import { createS3RequestStore } from "../../shared/stores/s3/request-store.ts";
import type { RemoteOperation, RemoteStoreFixture, Stated } from "../contracts/remote-store.ts";
import { optionsFor, startOssStore } from "../servers/oss/starting.ts";
import { connectionTo, openS3 } from "./s3-fixture.ts";

async function openS3Store(vendor: S3PresetName): Promise<RemoteStoreFixture> {
  const { server, store } = await openS3(vendor, { maxAttempts: 1, retryDelayMs: 1 });
  const options = { ...connectionTo(server, vendor), access: "private", maxAttempts: 1, retryDelayMs: 1 } as const;
  const [scheme, host] = server.endpoint.split("//");
  const isInPath = vendor === "r2" || vendor === "minio" || vendor === "qiniu";
  return {
    ...{ store, requestStore: createS3RequestStore(options), defects: server.defects },
    place: isInPath ? `${server.endpoint}/${server.bucketName}` : `${scheme}//${server.bucketName}.${host}`,
    fail: (operation, does, times) => server.fail({ operation, does, times }),
    count: (operation) => server.requests.filter((request) => request.operation === operation).length,
    leave: (key) => void server.left.set(key, "InternalError"),
    dropBucket: server.dropBucket,
    end: server.close,
  };
}

async function openOssStore(): Promise<RemoteStoreFixture> {
  const { server, store } = await startOssStore();
  return {
    ...{ store, requestStore: createOssRequestStore(optionsFor(server)), defects: server.content.defects },
    place: `${server.url}/${server.bucket}`,
    fail(operation, answer, times) {
      for (let n = 0; n < times; n++) server.fail(named(operation), answer);
    },
    count: (operation) => server.operations.filter((name) => name === named(operation)).length,
    leave: (key) => void server.content.left.add(key),
    dropBucket() {
      server.settings.isThere = false;
    },
    end: server.close,
  };
}

/** As OSS calls it. */
function named(operation: RemoteOperation) {
  return operation === "DeleteObjects" ? "DeleteMultipleObjects" : operation;
}

const expiredAtS3 = { status: 400, code: "ExpiredToken", message: "The provided token has expired." };
const anySource = { "copies any source": "ignores the condition on the source of a copy" };
const anySize = { "takes any size": "ignores the size that an upload was signed for" };
const byPuts = {
  "replaces by puts": "ignores If-None-Match: *: a second put replaced the first",
  "replaces by uploads": "takes a signed upload twice",
};
const copies = (header: string) => ({ "replaces by copies": `ignores ${header} of a copy` });

export const remoteStores: Readonly<Record<string, { open: () => Promise<RemoteStoreFixture>; stated: Stated }>> = {
  "s3: aws": {
    open: () => openS3Store("aws"),
    stated: { expired: expiredAtS3, defects: { ...anySource, ...byPuts, ...copies("if-none-match: *") } },
  },
  "s3: r2": {
    open: () => openS3Store("r2"),
    stated: {
      expired: expiredAtS3,
      defects: { ...anySource, ...byPuts, ...copies("cf-copy-destination-if-none-match: *") },
    },
  },
  "s3: minio": {
    open: () => openS3Store("minio"),
    stated: { expired: expiredAtS3, defects: { ...anySource, ...byPuts } },
  },
  "s3: cos": {
    open: () => openS3Store("cos"),
    stated: { expired: expiredAtS3, defects: { ...anySource, ...anySize } },
  },
  oss: {
    open: openOssStore,
    stated: {
      expired: { status: 403, code: "SecurityTokenExpired" },
      defects: {
        ...{ ...anySource, ...anySize, ...copies("x-oss-forbid-overwrite: true") },
        "replaces by puts": "ignores x-oss-forbid-overwrite: true: a second put replaced the first",
        "replaces by uploads": "takes a signed upload twice",
      },
    },
  },
};
