// What the adapter makes of a store that fails, is slow, forgets, or stands under another clock.
import { afterEach, describe, expect, test } from "vitest";
import type { ObjectStore } from "../../shared/ports/object-store.ts";
import { type S3Fault, testKey } from "../servers/s3/server.ts";
import { openS3 } from "./s3-fixture.ts";

const KiB = 1024;
const hour = 3_600_000;
const always = 100;
const small = { partBytes: 64 * KiB, copyPartBytes: 64 * KiB };
const smallParts = { minPartBytes: 64 * KiB };

const open: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of open.splice(0)) await end();
});

async function start(...given: Parameters<typeof openS3>) {
  const opened = await openS3(...given);
  open.push(opened.end);
  return opened;
}

const startSmall = (vendor: Parameters<typeof openS3>[0] = "aws") => start(vendor, small, smallParts);

/** So many chunks of 10 KiB, each other than the one before. */
async function* chunks(count: number, at: (n: number) => void = () => {}) {
  for (let n = 0; n < count; n++) {
    at(n);
    yield Buffer.alloc(10 * KiB, n);
  }
}

const bytesOf = (count: number) => Buffer.concat(Array.from({ length: count }, (_, n) => Buffer.alloc(10 * KiB, n)));

async function read(store: Awaited<ReturnType<typeof start>>["store"], key: string): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const chunk of (await store.get(key))?.body ?? []) parts.push(chunk);
  return Buffer.concat(parts);
}

describe("many that are deleted at once", () => {
  const keys = Array.from({ length: 1500 }, (_, n) => `temp/${n}`);
  const operationsOf = ({ requests }: Awaited<ReturnType<typeof start>>["server"]) =>
    requests.map(({ operation }) => operation);

  test.each(["aws", "r2", "minio", "cos", "qiniu"] as const)("are two requests for 1,500: %s", async (vendor) => {
    const { server, store } = await start(vendor);
    expect(await store.deleteMany(keys)).toEqual([]);
    expect(operationsOf(server)).toEqual(["DeleteObjects", "DeleteObjects"]);
  });

  test.each([501, 405])("go one by one in a store that knows no such request: %i", async (status) => {
    const { server, store } = await start("minio");
    await store.put("temp/1", Buffer.from("bytes"));
    server.fail({ operation: "DeleteObjects", does: { status, code: "NotImplemented" } });
    expect(await store.deleteMany(["temp/1", "temp/2"])).toEqual([]);
    expect(operationsOf(server)).toEqual(["PutObject", "DeleteObjects", "DeleteObject", "DeleteObject"]);
    expect(await store.head("temp/1")).toBeNull();
  });

  test("are asked for again when the answer is lost", async () => {
    const { server, store } = await start("aws");
    await store.put("temp/1", Buffer.from("bytes"));
    server.fail({ operation: "DeleteObjects", does: "lost" });
    expect(await store.deleteMany(["temp/1"])).toEqual([]);
    expect(await store.head("temp/1")).toBeNull();
  });
});

describe("an upload in parts", () => {
  test("arrives whole, in parts of one size but the last, with the headers of its key", async () => {
    const { server, store } = await startSmall("r2");
    const info = await store.put("users/1/film.mp4", chunks(30));
    expect(await read(store, "users/1/film.mp4")).toEqual(bytesOf(30));
    expect(info).toMatchObject({ size: 300 * KiB, etag: expect.stringMatching(/-5$/) });
    expect(server.bucket().objects.get("users/1/film.mp4")).toMatchObject({
      contentType: "video/mp4",
      cacheControl: "public, max-age=31536000, immutable",
    });
    expect(server.requests.filter(({ operation }) => operation === "UploadPart")).toHaveLength(5);
  });

  test("of exactly one part is no upload in parts", async () => {
    const { server, store } = await start("aws", { partBytes: 20 * KiB });
    await store.put("key", chunks(2));
    expect(server.requests.map(({ operation }) => operation)).toEqual(["PutObject"]);
  });

  test("leaves no part when the source breaks off", async () => {
    const { server, store } = await startSmall();
    const broken = new Error("the source broke off");
    const body = chunks(30, (n) => {
      if (n === 20) throw broken;
    });
    await expect(store.put("key", body)).rejects.toBe(broken);
    expect(server.requests.some(({ operation }) => operation === "UploadPart")).toBe(true);
    expect([server.bucket().uploads.size, server.bucket().objects.size]).toEqual([0, 0]);
  });

  test("leaves no part when it is aborted while one is under way", async () => {
    const { server, store } = await startSmall();
    const stop = new AbortController();
    const reason = new Error("the lease was lost");
    server.fail({ operation: "UploadPart", after: 1, does: "silent" });
    const put = store.put("key", chunks(30), { signal: stop.signal });
    await server.requested("UploadPart", 2);
    stop.abort(reason);
    await expect(put).rejects.toBe(reason);
    expect([server.bucket().uploads.size, server.bucket().objects.size]).toEqual([0, 0]);
  });

  test.each<S3Fault["does"]>([{ status: 500, code: "InternalError" }, "cut"])(
    "leaves no part when one fails for good: %j",
    async (does) => {
      const { server, store } = await startSmall();
      server.fail({ operation: "UploadPart", after: 1, times: always, does });
      await expect(store.put("key", chunks(30))).rejects.toMatchObject({ type: "unavailable" });
      expect([server.bucket().uploads.size, server.bucket().objects.size]).toEqual([0, 0]);
    },
  );

  test.each<S3Fault["does"]>([{ status: 503, code: "SlowDown" }, "cut", "lost"])(
    "sends a part again that failed once: %j",
    async (does) => {
      const { server, store } = await startSmall();
      server.fail({ operation: "UploadPart", after: 2, does });
      await store.put("key", chunks(30));
      expect(await read(store, "key")).toEqual(bytesOf(30));
    },
  );

  test("is known to be complete although the answer was lost", async () => {
    const { server, store } = await startSmall();
    server.fail({ operation: "CompleteMultipartUpload", does: "lost" });
    const info = await store.put("key", chunks(30));
    expect(info).toEqual(await store.head("key"));
  });

  test.each(["aws", "r2", "cos"] as const)("is given up when the key is taken meanwhile: %s", async (vendor) => {
    const { server, store } = await startSmall(vendor);
    const body = chunks(30, (n) => {
      if (n === 29) taken = store.put("key", Buffer.from("faster"));
    });
    let taken: Promise<unknown> = Promise.resolve();
    const late = async function* () {
      yield* body;
      await taken;
    };
    expect(await store.put("key", late(), { ifAbsent: true })).toBeNull();
    expect((await read(store, "key")).toString()).toBe("faster");
    expect(server.bucket().uploads.size).toBe(0);
  });

  test("may fail to be tidied up: what was thrown is thrown all the same", async () => {
    const { server, store } = await startSmall();
    server.fail({ operation: "UploadPart", times: always, does: { status: 400, code: "InvalidRequest" } });
    server.fail({ operation: "AbortMultipartUpload", times: always, does: { status: 500, code: "InternalError" } });
    await expect(store.put("key", chunks(30))).rejects.toMatchObject({ cause: { name: "InvalidRequest" } });
    expect(server.bucket().uploads.size).toBe(1);
  });
});

describe("an object that is put at once", () => {
  test.each<S3Fault["does"]>([{ status: 503, code: "SlowDown" }, { status: 500, code: "InternalError" }, "cut"])(
    "is sent again when it failed once: %j",
    async (does) => {
      const { server, store } = await start("aws");
      server.fail({ operation: "PutObject", does });
      expect(await store.put("key", Buffer.from("bytes"), { ifAbsent: true })).not.toBeNull();
    },
  );

  test("is there, whole, when only the answer was lost", async () => {
    const { server, store } = await start("aws");
    server.fail({ operation: "PutObject", does: "lost" });
    expect(await store.put("key", Buffer.from("bytes"), { ifAbsent: true })).toBeNull();
    expect((await read(store, "key")).toString()).toBe("bytes");
  });

  test("waits for those who write the same key at the same time", async () => {
    const { server, store } = await start("aws");
    server.fail({ operation: "PutObject", times: 3, does: { status: 409, code: "ConditionalRequestConflict" } });
    expect(await store.put("key", Buffer.from("bytes"), { ifAbsent: true })).not.toBeNull();
  });
});

describe("a refusal", () => {
  test.each([
    [
      { status: 503, code: "SlowDown", headers: { "retry-after": "7" } },
      { type: "unavailable", retryAfterMs: 7000 },
    ],
    [
      { status: 429, code: "TooManyRequests" },
      { type: "unavailable", retryAfterMs: 2000 },
    ],
    [
      { status: 500, code: "InternalError" },
      { type: "unavailable", retryAfterMs: undefined },
    ],
    [
      { status: 403, code: "AccessDenied" },
      { type: "unavailable", retryAfterMs: undefined },
    ],
    [
      { status: 404, code: "NoSuchBucket" },
      { type: "unavailable", retryAfterMs: undefined },
    ],
    [{ status: 507, code: "InsufficientStorage" }, { type: "storage_full" }],
    [{ status: 400, code: "XMinioAdminBucketQuotaExceeded" }, { type: "storage_full" }],
  ])("%j is an error of the catalogue, with the store's own as its cause", async (does, expected) => {
    const { server, store } = await start("aws", { maxAttempts: 1 });
    for (const operation of ["PutObject", "GetObject"]) server.fail({ operation, does });
    const cause = { name: does.code };
    await expect(store.put("key", Buffer.from("bytes"))).rejects.toMatchObject({ ...expected, cause });
    await expect(store.get("key")).rejects.toMatchObject({ ...expected, cause });
  });

  test("of an unknown key is not that there is no object", async () => {
    const { server, store } = await start("aws");
    server.keys.splice(0);
    for (const call of [() => store.get("key"), () => store.head("key"), () => store.delete("key")]) {
      await expect(call()).rejects.toMatchObject({ type: "unavailable" });
    }
  });
});

describe("silence", () => {
  test("instead of an answer ends", async () => {
    const { server, store } = await start("aws", { maxAttempts: 1, timeouts: { answerMs: 50 } });
    server.fail({ operation: "PutObject", does: "silent" });
    await expect(store.put("key", Buffer.from("bytes"))).rejects.toMatchObject({ type: "unavailable" });
  });

  test("in the midst of an object ends", async () => {
    const { server, store } = await start("aws", { timeouts: { silenceMs: 50 } });
    await store.put("key", Buffer.alloc(100 * KiB));
    server.fail({ operation: "GetObject", does: "stuck" });
    await expect(read(store, "key")).rejects.toMatchObject({ type: "unavailable" });
  });

  test("of somebody who reads slowly is no fault of the store", async () => {
    const { store } = await start("aws", { timeouts: { silenceMs: 50 } });
    await store.put("key", Buffer.alloc(300 * KiB));
    let size = 0;
    let isFirst = true;
    for await (const chunk of (await store.get("key"))?.body ?? []) {
      if (isFirst) await new Promise((resolve) => setTimeout(resolve, 150));
      isFirst = false;
      size += chunk.byteLength;
    }
    expect(size).toBe(300 * KiB);
  });
});

describe("reading", () => {
  test("an object whose end does not come throws, and never ends short", async () => {
    const { server, store } = await start("aws");
    await store.put("key", Buffer.alloc(100 * KiB));
    server.fail({ operation: "GetObject", does: "half" });
    await expect(read(store, "key")).rejects.toMatchObject({ type: "unavailable" });
  });

  test("gives the connection back when the body is destroyed unread", async () => {
    const { server, store } = await start("aws");
    await store.put("key", Buffer.alloc(5000 * KiB));
    const before = server.connections();
    (await store.get("key"))?.body.destroy();
    await server.connectionsBelow(before);
  });

  test("goes on behind the last key when the store forgot where it was", async () => {
    const { server, store } = await start("aws");
    for (const key of ["a", "b", "c", "d"]) await store.put(key, Buffer.from(key));
    server.fail({ operation: "ListObjectsV2", after: 1, does: { status: 400, code: "InvalidArgument" } });
    const { objects, isLast } = await store.list({ prefix: "", limit: 10 });
    expect([objects.map(({ key }) => key), isLast]).toEqual([["a", "b", "c", "d"], true]);
  });
});

describe("a copy in parts", () => {
  test.each(["aws", "r2", "cos"] as const)("has the same bytes, and the type of its own key: %s", async (vendor) => {
    const { server, store } = await startSmall(vendor);
    const source = await store.put("temp/outputs/1", chunks(30));
    const outcome = await store.copy("temp/outputs/1", "users/1/film.mp4", { ifMatch: source?.etag ?? "" });
    expect(outcome).toEqual({ state: "copied", info: await store.head("users/1/film.mp4") });
    expect(await read(store, "users/1/film.mp4")).toEqual(bytesOf(30));
    expect(server.bucket().objects.get("users/1/film.mp4")?.contentType).toBe("video/mp4");
    expect(server.requests.filter(({ operation }) => operation === "UploadPartCopy")).toHaveLength(5);
  });

  test("of a source that is replaced meanwhile copies nothing, and leaves no part", async () => {
    const { server, store } = await startSmall();
    const source = await store.put("from", chunks(30));
    server.fail({ operation: "UploadPartCopy", after: 4, does: { status: 412, code: "PreconditionFailed" } });
    server.fail({ operation: "AbortMultipartUpload", does: { status: 503, code: "SlowDown" } });
    const copying = store.copy("from", "to", { ifMatch: source?.etag ?? "" });
    await server.requested("UploadPartCopy", 1);
    await store.put("from", Buffer.from("another one"));
    expect(await copying).toEqual({ state: "source_changed" });
    expect([server.bucket().uploads.size, server.bucket().objects.has("to")]).toEqual([0, false]);
  });

  test("to a key that is taken leaves it alone", async () => {
    const { server, store } = await startSmall();
    const source = await store.put("from", chunks(30));
    const there = await store.put("to", Buffer.from("old"));
    const outcome = await store.copy("from", "to", { ifMatch: source?.etag ?? "" });
    expect(outcome).toMatchObject({ state: "exists", info: { etag: there?.etag } });
    expect(server.bucket().uploads.size).toBe(0);
  });
});

describe("credentials", () => {
  test("may change in the midst of an upload", async () => {
    let current = { ...testKey, sessionToken: "first" };
    const { server, store } = await start("aws", { ...small, credentials: async () => current }, smallParts);
    server.keys.splice(0, 1, current);
    const body = chunks(30, (n) => {
      if (n !== 15) return;
      current = { accessKeyId: "AKIASECOND", secretAccessKey: "another secret", sessionToken: "second" };
      server.keys.splice(0, 1, current);
    });
    await store.put("key", body);
    expect(await read(store, "key")).toEqual(bytesOf(30));
    expect(new Set(server.requests.map(({ accessKeyId }) => accessKeyId))).toEqual(
      new Set(["AKIAEXAMPLE", "AKIASECOND"]),
    );
  });

  test("that cannot be had are an outage, not a crash", async () => {
    const { store } = await start("aws", { credentials: () => Promise.reject(new Error("no role here")) });
    await expect(store.head("key")).rejects.toMatchObject({ type: "unavailable" });
    await expect(store.url("key")).rejects.toMatchObject({ type: "unavailable" });
  });
});

describe("time", () => {
  test.each(["aws", "cos"] as const)(
    "may stand an hour off the store's: the store's counts, for what is signed too: %s",
    async (vendor) => {
      const { server, store, fetch } = await start(vendor, {}, { now: () => Date.now() + hour });
      expect(await store.put("temp/key", Buffer.from("bytes"))).not.toBeNull();
      const refused = server.requests.filter(({ status }) => status === 403);
      expect(refused).toHaveLength(1);
      expect((await store.head("temp/key"))?.modifiedAt).toBeGreaterThan(Date.now() + hour / 2);
      expect((await fetch(await store.url("temp/key"))).status).toBe(200);
      expect((await sendSigned(store, Date.now() + 60_000)).status).toBeLessThan(300);
    },
  );

  test("ends a signed URL, not before an hour has passed", async () => {
    let now = Date.UTC(2030, 0, 1, 12, 34, 56);
    const { store, fetch } = await start("aws", {}, { now: () => now });
    await store.put("temp/key", Buffer.from("bytes"));
    const url = await store.url("temp/key");
    expect(await store.url("temp/key")).toBe(url);
    now += hour;
    expect((await fetch(url)).status).toBe(200);
    await store.head("temp/key");
    const later = await store.url("temp/key");
    expect(later).not.toBe(url);
    now += hour;
    expect([(await fetch(url)).status, (await fetch(later)).status]).toEqual([403, 200]);
  });

  test.each(["aws", "cos"] as const)("ends a signed upload: %s", async (vendor) => {
    let now = Date.now();
    const { server, store } = await start(vendor, {}, { now: () => now });
    const expiresAt = now + 60_000;
    const answer = await sendSigned(store, expiresAt, () => {
      now += 61_000;
    });
    expect(answer.status).toBe(403);
    expect(server.bucket().objects.size).toBe(0);
  });
});

/** Signs an upload, and sends it after `meanwhile`. */
async function sendSigned(store: ObjectStore, expiresAt: number, meanwhile = () => {}): Promise<Response> {
  const file = Buffer.from("a picture");
  const signed = await store.signUpload({
    key: "temp/uploads/1",
    contentType: "image/png",
    size: file.length,
    expiresAt,
  });
  meanwhile();
  const form = new FormData();
  for (const [name, value] of Object.entries(signed.method === "POST" ? signed.fields : {})) form.append(name, value);
  form.append("file", new Blob([file]));
  const init = signed.method === "PUT" ? { body: file, headers: signed.headers } : { body: form };
  return fetch(signed.url, { method: signed.method, ...init });
}
