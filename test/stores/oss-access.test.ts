// Who can read what lies in an OSS bucket, where URLs lead, and what others hear of new objects.
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { ObjectStore } from "../../shared/ports/object-store.ts";
import { connect } from "../../shared/stores/oss/connection.ts";
import { createOssStore, type OssStoreOptions } from "../../shared/stores/oss/store.ts";
import type { OssServer } from "../servers/oss/server.ts";
import { account, optionsFor, startOssStore } from "../servers/oss/starting.ts";

const user = "users/01890000-0000-7000-8000-000000000000";
const publicKey = `${user}/jobs/01890000-0000-7000-8000-000000000001/image-1-0.png`;
const tempKey = "temp/outputs/01890000-0000-7000-8000-000000000000/01890000-0000-7000-8000-000000000001/1-0";

let server: OssServer;
let store: ObjectStore;

beforeEach(async () => {
  ({ server, store } = await startOssStore({ maxCopyBytes: 200 * 1024 }));
});
afterEach(() => server.close());

describe.each([
  ["in a private bucket whose public objects are for everybody", { access: "public" }, "private"],
  ["in a bucket that everybody may read", { access: "public", publicUrl: "https://cdn.example.com" }, "public-read"],
] as const)("%s", (_name, options, acl) => {
  const large = Buffer.alloc(2 * 1024 * 1024 + 1, 1);
  const bare = (key: string) => fetch(`${server.url}/${server.bucket}/${key}`);

  beforeEach(() => {
    server.settings.acl = acl;
    store = createOssStore({ ...optionsFor(server), maxCopyBytes: 200 * 1024, ...options });
  });

  test.each([
    ["at once", Buffer.from("bytes")],
    ["in parts", large],
  ])("what is put %s can be read when it is meant to be, as what it is and for ever", async (_, body) => {
    await store.put(publicKey, body);
    const answer = await bare(publicKey);
    expect(answer.status).toBe(200);
    expect(answer.headers.get("content-type")).toBe("image/png");
    expect(answer.headers.get("cache-control")).toBe("public, max-age=31536000, immutable");
    expect((await answer.arrayBuffer()).byteLength).toBe(body.byteLength);
  });

  test.each([
    ["at once", Buffer.from("bytes")],
    ["in parts", large],
  ])("what is put %s under temp/ is octets for nobody else", async (_, body) => {
    await store.put(tempKey, body);
    expect((await bare(tempKey)).status).toBe(403);
    expect(server.content.object(tempKey).contentType).toBe("application/octet-stream");
  });

  test.each([
    ["whole", Buffer.from("bytes")],
    ["in parts", large],
  ])("a copy, %s, has the rights of its own key", async (_, body) => {
    const source = await store.put(tempKey, body);
    const ifMatch = source?.etag ?? "";
    expect(await store.copy(tempKey, publicKey, { ifMatch })).toMatchObject({ state: "copied" });
    expect(await store.copy(tempKey, "temp/copy", { ifMatch })).toMatchObject({ state: "copied" });
    expect([(await bare(publicKey)).status, (await bare("temp/copy")).status]).toEqual([200, 403]);
  });

  test("what came by a signed upload is private", async () => {
    const upload = { key: "temp/uploads/1", contentType: "image/png", size: 5, expiresAt: Date.now() + 60_000 };
    const { url, ...signed } = await store.signUpload(upload);
    const form = new FormData();
    for (const [name, value] of Object.entries("fields" in signed ? signed.fields : {})) form.append(name, value);
    form.append("file", new Blob(["bytes"]));
    expect((await fetch(url, { method: "POST", body: form })).status).toBe(204);
    expect((await bare("temp/uploads/1")).status).toBe(403);
  });
});

test("nothing in a private store is for everybody", async () => {
  await store.put(publicKey, Buffer.from("bytes"));
  expect((await fetch(`${server.url}/${server.bucket}/${publicKey}`)).status).toBe(403);
  expect((await fetch(await store.url(publicKey))).status).toBe(200);
});

describe("a copy in parts", () => {
  const body = Buffer.alloc(500 * 1024, 7);
  const change = (key: string) => server.content.place({ ...server.content.object("from"), key, etag: "OTHER" }, false);

  test("takes as many as are needed, and has the same bytes", async () => {
    const source = await store.put("from", body);
    const outcome = await store.copy("from", "to", { ifMatch: source?.etag ?? "" });
    expect(outcome).toEqual({ state: "copied", info: await store.head("to") });
    expect(server.operations.filter((name) => name === "UploadPartCopy")).toHaveLength(3);
    expect(server.content.object("to").md5).toBe(server.content.object("from").md5);
  });

  test("leaves nothing when its source is replaced in the midst of it", async () => {
    const source = await store.put("from", body);
    const replaced = server.arrived("UploadPartCopy").then(() => change("from"));
    expect(await store.copy("from", "to", { ifMatch: source?.etag ?? "" })).toEqual({ state: "source_changed" });
    await replaced;
    expect(await store.head("to")).toBeNull();
    expect(server.content.uploads.size).toBe(0);
  });

  test("leaves nothing when its key is taken in the midst of it", async () => {
    const source = await store.put("from", body);
    const taken = server.arrived("UploadPartCopy").then(() => change("to"));
    const outcome = await store.copy("from", "to", { ifMatch: source?.etag ?? "" });
    await taken;
    expect(outcome).toMatchObject({ state: "exists", info: { etag: "OTHER" } });
    expect(server.content.uploads.size).toBe(0);
  });

  test("leaves nothing when it fails", async () => {
    const source = await store.put("from", body);
    server.fail("UploadPartCopy", { status: 403, code: "AccessDenied" });
    await expect(store.copy("from", "to", { ifMatch: source?.etag ?? "" })).rejects.toThrow();
    expect(server.content.uploads.size).toBe(0);
  });
});

describe("a signed URL", () => {
  test("serves for an hour, and then no more", async () => {
    await store.put(tempKey, Buffer.from("bytes"));
    const url = await store.url(tempKey);
    server.moveClock(3_590_000);
    expect(await (await fetch(url)).text()).toBe("bytes");
    server.moveClock(20_000);
    expect((await fetch(url)).status).toBe(403);
  });

  test("serves no other key, and nothing but reading", async () => {
    await store.put("temp/a", Buffer.from("a"));
    await store.put("temp/b", Buffer.from("b"));
    const url = await store.url("temp/a");
    expect((await fetch(url.replace("temp/a", "temp/b"))).status).toBe(403);
    expect((await fetch(url, { method: "DELETE" })).status).toBe(403);
    expect(await store.head("temp/a")).not.toBeNull();
  });

  test("carries the token of temporary credentials, and ends with them", async () => {
    const temporary = { accessKeyId: "STS.key", accessKeySecret: "secret", securityToken: "token+/=" };
    server.accounts.push({ ...temporary });
    const options = { region: server.region, bucket: server.bucket, isPathStyle: true, access: "private" } as const;
    const endpoints = { endpoint: server.url, publicEndpoint: server.url };
    const other = createOssStore({ ...options, ...endpoints, credentials: async () => temporary });
    await other.put("temp/a", Buffer.from("a"));
    const url = await other.url("temp/a");
    expect((await fetch(url)).status).toBe(200);
    for (const known of server.accounts) known.isExpired = true;
    expect((await fetch(url)).status).toBe(403);
  });
});

describe("URLs lead to where outsiders reach the bucket", () => {
  const place: OssStoreOptions = {
    bucket: "my-bucket",
    region: "cn-hongkong",
    isInternal: true,
    access: "private",
    credentials: async () => account,
  };
  const upload = { key: "temp/a", contentType: "image/png", size: 1, expiresAt: 1 };

  async function originsOf(changes: Partial<OssStoreOptions>): Promise<string[]> {
    const opened = createOssStore({ ...place, ...changes });
    const urls = [await opened.url(publicKey), await opened.url(tempKey), (await opened.signUpload(upload)).url];
    return urls.map((url) => new URL(url).origin);
  }

  test("the region's public endpoint, although requests go to the internal one", async () => {
    const origin = "https://my-bucket.oss-cn-hongkong.aliyuncs.com";
    expect(await originsOf({})).toEqual([origin, origin, origin]);
    const client = await connect(place, place.credentials, { timeoutMs: 1000 }).client();
    const url = client.generateObjectUrl("a");
    expect(new URL(url).host).toBe("my-bucket.oss-cn-hongkong-internal.aliyuncs.com");
  });

  test("a domain of the bucket's own", async () => {
    const origin = "https://files.example.com";
    expect(await originsOf({ customDomain: origin })).toEqual([origin, origin, origin]);
  });

  test("without a signature for what is public, at the bucket itself", async () => {
    const opened = createOssStore({ ...place, access: "public" });
    expect(await opened.url(publicKey)).toBe(`https://my-bucket.oss-cn-hongkong.aliyuncs.com/${publicKey}`);
    expect(await opened.url(tempKey)).toContain("x-oss-signature=");
  });

  test("without a signature for what is public, at a URL of its own", async () => {
    const cdn = "https://cdn.example.com";
    const origin = "https://my-bucket.oss-cn-hongkong.aliyuncs.com";
    expect(await originsOf({ access: "public", publicUrl: `${cdn}/` })).toEqual([cdn, origin, origin]);
    const below = createOssStore({ ...place, access: "public", publicUrl: `${cdn}/media/` });
    expect(await below.url(publicKey)).toBe(`${cdn}/media/${publicKey}`);
  });
});

test("each way to make an object is an event with its own name", async () => {
  const source = await store.put("temp/a", Buffer.from("bytes"));
  await store.put("temp/b", Buffer.alloc(2 * 1024 * 1024 + 1));
  await store.copy("temp/a", "temp/c", { ifMatch: source?.etag ?? "" });
  expect(server.events).toMatchObject(
    [
      ["PutObject", "temp/a"],
      ["CompleteMultipartUpload", "temp/b"],
      ["CopyObject", "temp/c"],
    ].map(([name, key]) => ({ events: [{ eventName: `ObjectCreated:${name}`, oss: { object: { key } } }] })),
  );
});
