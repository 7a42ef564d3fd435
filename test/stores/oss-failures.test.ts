// The OSS store when the bucket, the network or the credentials fail it.
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { AppError } from "../../shared/errors/app-error.ts";
import type { ObjectStore } from "../../shared/ports/object-store.ts";
import { createOssStore } from "../../shared/stores/oss/store.ts";
import type { Failure, OssServer } from "../servers/oss/server.ts";
import { account, optionsFor, startOssStore } from "../servers/oss/starting.ts";

const MiB = 1024 * 1024;

let server: OssServer;
let store: ObjectStore;

beforeEach(async () => {
  ({ server, store } = await startOssStore());
});
afterEach(() => server.close());

const thrownBy = (promise: Promise<unknown>) => promise.then(() => null).catch((error: unknown) => error);
const callsOf = (operation: string) => server.operations.filter((name) => name === operation).length;

async function* chunks(count: number, meanwhile: (n: number) => void = () => {}): AsyncGenerator<Uint8Array> {
  for (let n = 0; n < count; n++) {
    meanwhile(n);
    yield Buffer.alloc(MiB / 2, n);
  }
}

function expectNothingLeft(): void {
  expect(server.content.uploads.size).toBe(0);
  expect([...server.content.objects.keys()]).toEqual([]);
}

describe("an upload in parts", () => {
  test("is aborted when its source throws", async () => {
    const broken = new Error("the source broke off");
    const source = chunks(8, (n) => {
      if (n === 7) throw broken;
    });
    expect(await thrownBy(store.put("key", source))).toBe(broken);
    expect(callsOf("UploadPart")).toBeGreaterThan(0);
    expect(callsOf("AbortMultipartUpload")).toBe(1);
    expectNothingLeft();
  });

  test("is aborted when the store refuses a part, and throws why", async () => {
    server.fail("UploadPart", { status: 403, code: "AccessDenied" });
    const error = await thrownBy(store.put("key", chunks(8)));
    expect(error).toMatchObject({ type: "unavailable", cause: { code: "AccessDenied" } });
    expectNothingLeft();
  });

  test("ends at once when it is aborted while a part is not answered", async () => {
    server.fail("UploadPart", "hang");
    const [stop, reason] = [new AbortController(), new Error("the lease was lost")];
    const arrived = server.arrived("UploadPart");
    const put = thrownBy(store.put("key", chunks(8), { signal: stop.signal }));
    await arrived;
    stop.abort(reason);
    expect(await put).toBe(reason);
    expectNothingLeft();
  });

  test("ends at once when its source throws while a part is not answered", async () => {
    server.fail("UploadPart", "hang");
    const [arrived, broken] = [server.arrived("UploadPart"), new Error("the source broke off")];
    async function* source() {
      yield* chunks(3);
      await arrived;
      throw broken;
    }
    const patient = createOssStore({ ...optionsFor(server), patience: { transferTimeoutMs: 2 ** 31 - 1 } });
    expect(await thrownBy(patient.put("key", source()))).toBe(broken);
    expectNothingLeft();
  });

  test("leaves nothing when the key is taken while it runs", async () => {
    const late = chunks(6, (n) => {
      if (n === 5) server.content.place({ ...some(), key: "key" }, false);
    });
    expect(await store.put("key", late, { ifAbsent: true })).toBeNull();
    expect(server.content.uploads.size).toBe(0);
    expect(await store.head("key")).toMatchObject({ etag: "ANOTHER" });
  });

  test("goes on when a part is lost on its way", async () => {
    for (const failure of ["cut", "cut answer"] as const) server.fail("UploadPart", failure);
    expect(await store.put("key", chunks(8))).toMatchObject({ size: 4 * MiB });
    expect(server.content.uploads.size).toBe(0);
  });

  test("goes on with new credentials when the old ones end in its midst", async () => {
    const old = { accessKeyId: "STS.old", accessKeySecret: "old secret", securityToken: "old token" };
    const fresh = { accessKeyId: "STS.new", accessKeySecret: "new secret", securityToken: "new token" };
    server.accounts.push({ ...old }, { ...fresh });
    let current = old;
    const rotating = createOssStore({ ...optionsFor(server), credentials: async () => current });
    const source = chunks(8, (n) => {
      if (n !== 4) return;
      for (const known of server.accounts) known.isExpired = known.accessKeyId === old.accessKeyId;
      current = fresh;
    });
    expect(await rotating.put("key", source)).toMatchObject({ size: 4 * MiB });
    expect(await rotating.head("key")).toMatchObject({ size: 4 * MiB });
  });
});

describe("an answer that is lost", () => {
  test.each([
    ["PutObject", () => Buffer.from("bytes")],
    ["CompleteMultipartUpload", () => chunks(6)],
  ] as const)("to %s is not taken for somebody else's object", async (operation, body) => {
    server.fail(operation, "cut answer");
    const info = await store.put("key", body(), { ifAbsent: true });
    expect(info).toEqual(await store.head("key"));
    expect(callsOf(operation)).toBe(2);
  });

  test("is not taken for the own object when the key is another's", async () => {
    server.fail("PutObject", "cut");
    server.content.place({ ...some(), key: "key" }, false);
    expect(await store.put("key", Buffer.from("bytes"), { ifAbsent: true })).toBeNull();
  });
});

test("a put that was sent is waited for when it is aborted, but not sent again", async () => {
  const impatient = createOssStore({ ...optionsFor(server), patience: { retryDelayMs: 1, transferTimeoutMs: 50 } });
  server.fail("PutObject", "hang");
  const [stop, reason] = [new AbortController(), new Error("the lease was lost")];
  const arrived = server.arrived("PutObject");
  const put = thrownBy(impatient.put("key", Buffer.from("bytes"), { signal: stop.signal }));
  await arrived;
  stop.abort(reason);
  expect(await put).toBe(reason);
  expect(callsOf("PutObject")).toBe(1);
});

describe("what may pass is tried again", () => {
  test.each<Failure>([
    { status: 503, code: "ServiceUnavailable" },
    { status: 500, code: "InternalError" },
    { status: 429, code: "TooManyRequests" },
    "cut",
  ])("%j", async (failure) => {
    await store.put("key", Buffer.from("bytes"));
    server.fail("HeadObject", failure);
    server.fail("PutObject", failure);
    server.fail("ListObjectsV2", failure);
    server.fail("DeleteObject", failure);
    expect(await store.head("key")).toMatchObject({ size: 5 });
    expect(await store.put("key", Buffer.from("bytes!"))).toMatchObject({ size: 6 });
    expect((await store.list({ prefix: "", limit: 1 })).objects).toHaveLength(1);
    await store.delete("key");
    expect(await store.head("key")).toBeNull();
  });

  test("until it is enough, and then the error says when to come again", async () => {
    for (let n = 0; n < 4; n++) server.fail("PutObject", { status: 503, code: "ServiceUnavailable" });
    const error = await thrownBy(store.put("key", Buffer.from("bytes")));
    expect(error).toMatchObject({ type: "unavailable", retryable: true, retryAfterMs: 2000 });
    expect(callsOf("PutObject")).toBe(4);
  });

  test.each([
    ["AccessDenied", "unavailable"],
    ["NoSuchBucket", "unavailable"],
    ["QuotaExceeded", "storage_full"],
  ])("but not %s, which is %s", async (code, type) => {
    server.fail("PutObject", { status: code === "NoSuchBucket" ? 404 : 403, code });
    const error = await thrownBy(store.put("key", Buffer.from("bytes")));
    expect(error).toBeInstanceOf(AppError);
    expect(error).toMatchObject({ type, cause: { code } });
    expect(callsOf("PutObject")).toBe(1);
  });
});

describe("a body", () => {
  const impatient = () =>
    createOssStore({ ...optionsFor(server), patience: { retryDelayMs: 1, transferTimeoutMs: 50 } });

  test.each(["cut body", "stall"] as const)("is never taken for whole: %s", async (failure) => {
    await store.put("key", Buffer.alloc(MiB, 1));
    server.fail("GetObject", failure);
    const stored = await impatient().get("key");
    let read = 0;
    const reading = (async () => {
      for await (const chunk of stored?.body ?? []) read += chunk.byteLength;
    })();
    expect(await thrownBy(reading)).toMatchObject({ type: "unavailable" });
    expect(read).toBeLessThan(MiB);
  });

  test("that is asked for by nobody any more is let go when it comes", async () => {
    await store.put("key", Buffer.alloc(MiB, 1));
    server.fail("GetObject", "hang");
    const [stop, reason] = [new AbortController(), new Error("enough")];
    const arrived = server.arrived("GetObject");
    const getting = thrownBy(store.get("key", { signal: stop.signal }));
    await arrived;
    stop.abort(reason);
    expect(await getting).toBe(reason);
  });
});

test("an answer that never comes is not waited for", async () => {
  const impatient = createOssStore({ ...optionsFor(server), patience: { retryDelayMs: 1, timeoutMs: 50 } });
  const calls = {
    DeleteObject: () => impatient.delete("key"),
    HeadObject: () => impatient.head("key"),
    GetObject: () => impatient.get("key"),
    ListObjectsV2: () => impatient.list({ prefix: "", limit: 1 }),
    InitiateMultipartUpload: () => impatient.put("key", chunks(4)),
  };
  for (const [operation, call] of Object.entries(calls)) {
    for (let n = 0; n < 4; n++) server.fail(operation as keyof typeof calls, "hang");
    expect(await thrownBy(call())).toMatchObject({ type: "unavailable" });
  }
});

describe("signatures", () => {
  test.each([
    ["another secret", { ...account, accessKeySecret: "wrong" }, "SignatureDoesNotMatch"],
    ["another key", { ...account, accessKeyId: "LTAIother" }, "InvalidAccessKeyId"],
    ["a token that does not belong to it", { ...account, securityToken: "token" }, "InvalidSecurityToken"],
  ])("with %s are refused, and the error tells no secret", async (_, wrong, code) => {
    const other = createOssStore({ ...optionsFor(server), credentials: async () => wrong });
    const error = await thrownBy(other.put("key", Buffer.from("bytes")));
    expect(error).toMatchObject({ type: "unavailable", cause: { code } });
    expect(JSON.stringify((error as Error).cause)).not.toMatch(/wrong|token":|bytes/);
  });

  test("of a clock that is wrong by more than a quarter of an hour are refused", async () => {
    server.moveClock(16 * 60_000);
    const error = await thrownBy(store.put("key", Buffer.from("bytes")));
    expect(error).toMatchObject({ type: "unavailable", cause: { code: "RequestTimeTooSkewed" } });
  });
});

function some() {
  const times = { modifiedAt: 1_700_000_000_000 };
  const kind = { contentType: "image/png", cacheControl: undefined, acl: "default", meta: {} };
  return { path: "/dev/null", size: 0, md5: "", etag: "ANOTHER", ...kind, ...times };
}
