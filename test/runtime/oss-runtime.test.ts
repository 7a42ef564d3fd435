// The runtime of one machine whose objects lie in a bucket of OSS, by the settings that an operator writes.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readConfig } from "../../shared/config/config.ts";
import type { ObjectInfo } from "../../shared/ports/object-store.ts";
import { openRuntime } from "../../shared/runtime/open-runtime.ts";
import { account, startOssServerWithAccount } from "../servers/oss/starting.ts";
import { useLocalhostNames } from "../servers/s3/localhost-names.ts";

test("puts objects into the bucket that the settings name, and tells of those that it made", async () => {
  const [server, forgetNames] = [await startOssServerWithAccount(), useLocalhostNames()];
  const directory = await mkdtemp(join(tmpdir(), "oss-runtime-"));
  const made: ObjectInfo[] = [];
  const config = readConfig({
    DATA_DIR: directory,
    STORAGE_PROVIDER: "oss",
    STORE_ACCESS: "private",
    OSS_BUCKET: server.bucket,
    OSS_REGION: server.region,
    OSS_ENDPOINT: server.url.replace("127.0.0.1", "localhost"),
    OSS_ACCESS_KEY_ID: account.accessKeyId,
    OSS_ACCESS_KEY_SECRET: account.accessKeySecret,
    LOG_LEVEL: "silent",
  });
  const runtime = await openRuntime(config, { publicUrl: "http://127.0.0.1:1", onCreated: (info) => made.push(info) });
  try {
    await runtime.store.probe();
    const info = await runtime.store.put("temp/a", Buffer.from("bytes"));
    const copy = await runtime.store.copy("temp/a", "temp/b", { ifMatch: info?.etag ?? "" });
    await runtime.store.copy("temp/a", "temp/b", { ifMatch: info?.etag ?? "" });
    expect([...server.content.objects.keys()]).toEqual(["temp/a", "temp/b"]);
    expect(copy.state).toBe("copied");
    expect(made.map(({ key }) => key).filter((key) => !key.includes("probe"))).toEqual(["temp/a", "temp/b"]);
  } finally {
    await runtime.close();
    await server.close();
    forgetNames();
    await rm(directory, { recursive: true });
  }
});
