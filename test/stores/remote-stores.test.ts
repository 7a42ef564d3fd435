// The contract of refusals, against each store that is reached over a network.
import type { S3PresetName } from "../../shared/stores/s3/presets.ts";
import { type RemoteStoreFixture, remoteStoreContract } from "../contracts/remote-store.ts";
import { startOssStore } from "../servers/oss/starting.ts";
import { openS3 } from "./s3-fixture.ts";

async function openS3Store(vendor: S3PresetName): Promise<RemoteStoreFixture> {
  const { server, store } = await openS3(vendor, { maxAttempts: 1 });
  return {
    store,
    fail: (operation, does, times) => server.fail({ operation, does, times }),
    dropBucket: server.dropBucket,
    end: server.close,
  };
}

async function openOssStore(): Promise<RemoteStoreFixture> {
  const { server, store } = await startOssStore();
  return {
    store,
    fail(operation, answer, times) {
      for (let n = 0; n < times; n++) server.fail(operation, answer);
    },
    dropBucket() {
      server.settings.isThere = false;
    },
    end: server.close,
  };
}

const expiredAtS3 = { status: 400, code: "ExpiredToken", message: "The provided token has expired." };

remoteStoreContract("s3: aws", () => openS3Store("aws"), { expired: expiredAtS3 });
remoteStoreContract("s3: cos", () => openS3Store("cos"), { expired: expiredAtS3 });
remoteStoreContract("oss", openOssStore, { expired: { status: 403, code: "SecurityTokenExpired" } });
