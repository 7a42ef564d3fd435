// The request store of S3 and of the stores that speak its language: as the full adapter on the same server.
import { describe, expect, test } from "vitest";
import { type S3PresetName, s3Presets } from "../../shared/stores/s3/presets.ts";
import { createS3RequestStore, type S3RequestStoreOptions } from "../../shared/stores/s3/request-store.ts";
import { createS3Store } from "../../shared/stores/s3/store.ts";
import {
  leanBundleContract,
  type RequestStoreChanges,
  requestStoreContract,
  type TestAccount,
} from "../contracts/request-store.ts";
import { type S3Server, startS3Server, testKey } from "../servers/s3/server.ts";
import { connectionTo } from "./s3-fixture.ts";

const contracted = (process.env.S3_VENDORS ?? "aws r2 cos").split(" ") as S3PresetName[];

const full = { status: 507, code: "InsufficientStorage" };

// Each way of addressing and each way of uploading; `s3-request-store.long.ts` has the stores that share them.
for (const vendor of contracted) {
  const limits = s3Presets[vendor].uploads === "form" ? { repeatsUploads: true as const } : {};
  requestStoreContract(`s3: ${vendor}`, opening(vendor), { full, attempts: 3, ...limits });
}

leanBundleContract("shared/stores/s3/request-store.ts", "shared/stores/s3/signing.ts");

describe("the bucket is reached where the SDK reaches it", () => {
  const key = "users/01890000-0000-7000-8000-000000000000/uploads/1.png";
  const endpoint = "https://s3.example.com";

  test.each<[S3PresetName, Partial<S3RequestStoreOptions>]>([
    ...["us-east-1", "eu-central-1", "cn-north-1", "us-gov-west-1", "eusc-de-east-1"].map((region): ["aws", object] => [
      "aws",
      { region },
    ]),
    ["aws", { region: "eu-central-1", bucket: "films.example.com" }],
    ["aws", { region: "eu-central-1", endpoint }],
    ["aws", { region: "eu-central-1", endpoint: `${endpoint}:8443/` }],
    ["aws", { region: "eu-central-1", endpoint, bucket: "films.example.com" }],
    ["aws", { region: "eu-central-1", endpoint: "http://s3.example.com", bucket: "films.example.com" }],
    ["aws", { region: "eu-central-1", endpoint: "http://127.0.0.1:9000" }],
    ["r2", { endpoint: "https://0123456789abcdef.r2.cloudflarestorage.com" }],
    ["minio", { endpoint: "http://127.0.0.1:9000" }],
    ["minio", { endpoint: "https://minio.example.com/" }],
    ["cos", { region: "ap-guangzhou", bucket: "films-1250000000" }],
    ["qiniu", { region: "cn-east-1" }],
  ])("%s: %j", async (preset, changes) => {
    const options = {
      preset,
      bucket: "films",
      access: "public",
      credentials: async () => testKey,
      ...changes,
    } as const;
    expect(await createS3RequestStore(options).url(key)).toBe(await createS3Store(options).url(key));
  });

  test.each(["aws", "cos", "qiniu"] as const)("and without a region nobody looks for one: %s", (preset) => {
    const options = { preset, bucket: "films", access: "public", credentials: async () => testKey } as const;
    expect(() => createS3RequestStore(options)).toThrow(RangeError);
  });

  test.each(["r2", "minio"] as const)("and without an endpoint nobody guesses one: %s", (preset) => {
    const options = { preset, bucket: "films", access: "public", credentials: async () => testKey } as const;
    expect(() => createS3RequestStore(options)).toThrow(RangeError);
  });
});

test("a store that leads elsewhere is not followed: what was signed is for nobody else", async () => {
  const { server, requestStore, end } = await start("minio", Date.now);
  const headers = { location: `${server.endpoint}/${server.bucketName}/elsewhere` };
  server.fail({ operation: "PutObject", does: { status: 307, code: "TemporaryRedirect", headers } });
  await expect(requestStore.put("temp/key", Buffer.from("bytes"))).rejects.toMatchObject({ type: "unavailable" });
  expect(server.requests.map(({ key }) => key)).toEqual(["temp/key"]);
  await end();
});

describe("time", () => {
  const hour = 3_600_000;

  test.each(["aws", "cos"] as const)(
    "may stand an hour off: the store's counts, for what is signed too: %s",
    async (vendor) => {
      const { server, requestStore, end } = await start(vendor, () => Date.now() + hour);
      try {
        const info = await requestStore.put("temp/key", Buffer.from("bytes"));
        expect(info?.modifiedAt).toBeGreaterThan(Date.now() + hour / 2);
        expect(server.requests.map(({ status }) => status)).toEqual([403, 200]);
        expect((await fetch(await requestStore.url("temp/key"))).status).toBe(200);
        const expiresAt = Date.now() + 60_000;
        const signed = await requestStore.signUpload({ key: "temp/up", contentType: "image/png", size: 5, expiresAt });
        const form = new FormData();
        for (const [name, value] of Object.entries(signed.method === "POST" ? signed.fields : {}))
          form.append(name, value);
        form.append("file", new Blob(["bytes"]));
        const init = signed.method === "PUT" ? { body: "bytes", headers: signed.headers } : { body: form };
        expect((await fetch(signed.url, { method: signed.method, ...init })).status).toBeLessThan(300);
      } finally {
        await end();
      }
    },
  );

  test("leaves a key its signed URL for some minutes, so that a browser has the picture already", async () => {
    const { requestStore, end } = await start("aws", Date.now);
    await end();
    const urls = [await requestStore.url("temp/key"), await requestStore.url("temp/key")];
    const times = urls.map((url) => new URL(url).searchParams.get("X-Amz-Date"));
    for (const time of times) expect(time).toMatch(/T\d\d\d000Z$/);
  });
});

async function start(vendor: S3PresetName, now: () => number) {
  const server = await startS3Server({ vendor, region: regionFor(vendor), now });
  const requestStore = createS3RequestStore({ ...connectionTo(server, vendor), access: "private" });
  return { server, requestStore, end: server.close };
}

function opening(vendor: S3PresetName) {
  return async (account: TestAccount) => {
    let skewMs = 0;
    const server = await startS3Server({ vendor, region: regionFor(vendor), now: () => Date.now() + skewMs });
    server.keys.splice(0, 1, named(account));
    const open = (changes: RequestStoreChanges) => {
      const options = optionsOf(server, vendor, { credentials: async () => account, ...changes });
      return { requestStore: createS3RequestStore(options), store: createS3Store(options) };
    };
    return {
      ...open({}),
      open,
      headersOf(key: string) {
        const { contentType, cacheControl } = server.bucket().objects.get(key) ?? {};
        return { contentType, cacheControl };
      },
      admit: (other: TestAccount, alone?: "alone") =>
        void server.keys.splice(0, alone ? server.keys.length : 0, named(other)),
      fail: (operation: string, does: Parameters<S3Server["fail"]>[0]["does"], times = 1) =>
        server.fail({ operation, does, times }),
      count: (operation: string) => server.requests.filter((request) => request.operation === operation).length,
      moveClock(byMs: number) {
        skewMs += byMs;
      },
      settled: server.settled,
      breakDown: server.stop,
      end: server.close,
    };
  };
}

function optionsOf(server: S3Server, vendor: S3PresetName, changes: RequestStoreChanges): S3RequestStoreOptions {
  const { credentials = async () => ({ id: "", secret: "" }), timeoutMs, ...others } = changes;
  return {
    ...connectionTo(server, vendor),
    ...{ access: "private", retryDelayMs: 1 },
    ...others,
    credentials: async () => named(await credentials()),
    ...(timeoutMs !== undefined && { timeouts: { answerMs: timeoutMs } }),
  };
}

function named({ id, secret, token }: TestAccount) {
  return { accessKeyId: id, secretAccessKey: secret, ...(token !== undefined && { sessionToken: token }) };
}

function regionFor(vendor: S3PresetName): string {
  return s3Presets[vendor].region === "auto" ? "auto" : "eu-central-1";
}
