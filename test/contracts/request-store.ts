// What every request store does: the same as the full adapter of its store, on the same bucket, and without that adapter's SDK.
import { buffer } from "node:stream/consumers";
import { build } from "esbuild";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { AppError } from "../../shared/errors/app-error.ts";
import type { ObjectStore, RequestStore } from "../../shared/ports/object-store.ts";
import { signedUploadContract } from "./signed-uploads.ts";

export interface TestAccount {
  id: string;
  secret: string;
  token?: string;
}

export interface RequestStoreChanges {
  credentials?: () => Promise<TestAccount>;
  access?: "public" | "private";
  publicUrl?: string;
  /** Of a try, in milliseconds. */
  timeoutMs?: number;
}

/** `lost`: it is done, and the answer does not come. `half`: half of a body comes. `silent`: nothing comes, and the connection stays. */
export type StoreFault = "cut" | "lost" | "half" | "silent" | { status: number; code: string };

type Operation = "PutObject" | "GetObject" | "DeleteObject";

export interface RequestStoreFixture {
  /** Private stores on one empty bucket, with the account of the tests. */
  requestStore: RequestStore;
  store: ObjectStore;
  open(changes: RequestStoreChanges): { requestStore: RequestStore; store: ObjectStore };
  /** The type, the caching and the access that the server has for an object. */
  headersOf(key: string): object;
  /** Who may sign from now on, besides the account of the tests unless `alone`. */
  admit(account: TestAccount, alone?: "alone"): void;
  fail(operation: Operation, fault: StoreFault, times?: number): void;
  /** How many such requests came. */
  count(operation: Operation): number;
  moveClock(byMs: number): void;
  settled(count: number): Promise<void>;
  breakDown(): Promise<void>;
  end(): Promise<void>;
}

interface Stated {
  /** A refusal that says that the store is full. */
  full: { status: number; code: string };
  /** Tries of one request. */
  attempts: number;
  /** See `signedUploadContract`. */
  repeatsUploads?: true;
}

const account: TestAccount = { id: "test-key", secret: "a secret of this test" };
const always = 100;
const user = "users/01890000-0000-7000-8000-000000000000";
const publicKey = `${user}/jobs/01890000-0000-7000-8000-000000000001/image-1-0.png`;
const tempKey = "temp/tickets/01890000-0000-7000-8000-000000000000/01890000-0000-7000-8000-000000000001/1-1";
const minute = 60_000;

/** `open` gets the account that its stores sign with. */
export function requestStoreContract(
  name: string,
  open: (account: TestAccount) => Promise<RequestStoreFixture>,
  { full, attempts, ...limits }: Stated,
): void {
  describe(`request store: ${name}`, () => {
    let fixture: RequestStoreFixture;
    let requestStore: RequestStore;
    let store: ObjectStore;

    beforeEach(async () => {
      fixture = await open(account);
      ({ requestStore, store } = fixture);
    });
    afterEach(() => fixture.end());

    const put = (text: string, by: Pick<RequestStore, "put"> = requestStore, key = tempKey) =>
      by.put(key, Buffer.from(text));

    async function read(key: string): Promise<string | null> {
      const stored = await store.get(key);
      if (!stored) return null;
      const chunks: Uint8Array[] = [];
      for await (const chunk of stored.body) chunks.push(chunk);
      return Buffer.concat(chunks).toString();
    }

    describe("put", () => {
      test.each([publicKey, tempKey, `${user}/uploads/1.mp4`, "a"])(
        "writes what the full adapter writes: %s",
        async (key) => {
          const info = await put("bytes", requestStore, key);
          const written = [await store.head(key), fixture.headersOf(key)];
          expect({ ...info, modifiedAt: 0 }).toEqual({ ...written[0], modifiedAt: 0 });
          expect((info?.modifiedAt ?? 1) % 1000).toBe(0);
          await put("bytes", store, key);
          const [head, headers] = [await store.head(key), fixture.headersOf(key)];
          expect([{ ...written[0], modifiedAt: 0 }, written[1]]).toEqual([{ ...head, modifiedAt: 0 }, headers]);
        },
      );

      test("writes to a public store what the full adapter writes", async () => {
        for (const changes of [{ access: "public" }, { access: "public", publicUrl: "https://cdn.test" }] as const) {
          const opened = fixture.open(changes);
          const seen: object[] = [];
          for (const by of [opened.requestStore, opened.store]) {
            for (const key of [publicKey, tempKey]) {
              await put("bytes", by, key);
              seen.push({ ...fixture.headersOf(key) });
            }
          }
          expect(seen.slice(0, 2)).toEqual(seen.slice(2));
        }
      });

      test.each([
        ["no bytes", ""],
        ["one byte", "x"],
        ["many bytes", "0123456789".repeat(50_000)],
      ])("keeps %s", async (_, text) => {
        expect(await put(text)).toMatchObject({ key: tempKey, size: text.length });
        expect(await read(tempKey)).toBe(text);
      });

      test("keeps only the part of memory that a view shows", async () => {
        await requestStore.put("key", Buffer.from("0123456789").subarray(2, 5));
        expect(await read("key")).toBe("234");
      });

      test("replaces what lies there, whoever wrote it", async () => {
        await put("the first, which is longer", store);
        const first = await put("the second");
        expect(await read(tempKey)).toBe("the second");
        expect((await put("the third", store))?.etag).not.toBe(first?.etag);
        expect(await read(tempKey)).toBe("the third");
      });
    });

    describe("get", () => {
      const got = async (key: string, by = requestStore) => {
        const object = await by.get(key);
        return object && (await buffer(object.body)).toString();
      };

      test("answers what either adapter wrote, and nothing for what is not there", async () => {
        for (const by of [requestStore, store]) {
          await put(`by ${by === store}`, by, publicKey);
          expect(await got(publicKey)).toBe(`by ${by === store}`);
        }
        await put("", store, "empty");
        expect([await got("empty"), await got("nothing")]).toEqual(["", null]);
      });

      test("takes a bucket that is missing, and a right that is missing, for an outage", async () => {
        fixture.fail("GetObject", { status: 404, code: "NoSuchBucket" }, always);
        await expectUnavailable(requestStore.get("a"));
        await fixture.breakDown();
        await expectUnavailable(fixture.open({ timeoutMs: 200 }).requestStore.get("a"));
      });

      test("reads again what came only in part", async () => {
        await put("bytes");
        fixture.fail("GetObject", "half");
        expect(await got(tempKey)).toBe("bytes");
        expect(fixture.count("GetObject")).toBe(2);
      });
    });

    describe("delete", () => {
      test("removes what the full adapter put, and nothing else", async () => {
        await put("a", store, "a/b");
        await put("b", store, "a/bc");
        await requestStore.delete("a/b");
        expect([await read("a/b"), await read("a/bc")]).toEqual([null, "b"]);
      });

      test("succeeds when there is nothing", async () => {
        await requestStore.delete("nothing");
        expect(await store.head("nothing")).toBeNull();
      });

      test("takes a bucket that is missing for an outage", async () => {
        fixture.fail("DeleteObject", { status: 404, code: "NoSuchBucket" }, always);
        await expectUnavailable(requestStore.delete("a"));
      });
    });

    describe("keys", () => {
      test.each(["AZaz09._-/-_.90zaZA", ".hidden/..a/...", "a.b..c", "-rf", `a/${"b".repeat(255)}`])(
        "may be %s",
        async (key) => {
          await put("bytes", requestStore, key);
          expect(await read(key)).toBe("bytes");
          expect(await (await fetch(await requestStore.url(key))).text()).toBe("bytes");
          await requestStore.delete(key);
          expect(await read(key)).toBeNull();
        },
      );

      test.each([
        "",
        "a/../b",
        "..",
        "/a",
        "a//b",
        "a/",
        "a\0b",
        "a\n",
        "a b",
        "a%2e",
        "é",
        "a/".repeat(256).concat("a"),
      ])("are refused: %j", async (key) => {
        const upload = { key, contentType: "image/png", size: 1, expiresAt: Date.now() + minute };
        const calls = [
          () => requestStore.put(key, Buffer.from("bytes")),
          () => requestStore.get(key),
          () => requestStore.delete(key),
          () => requestStore.url(key),
          () => requestStore.signUpload(upload),
        ];
        for (const call of calls) await expect(call()).rejects.toThrow(RangeError);
        expect((await store.list({ prefix: "", limit: 1 })).objects).toEqual([]);
      });
    });

    describe("url", () => {
      test("serves what either adapter wrote, with the type of its key", async () => {
        for (const by of [requestStore, store]) {
          await put("bytes", by, publicKey);
          const answer = await fetch(await requestStore.url(publicKey));
          expect([answer.status, answer.headers.get("content-type")]).toEqual([200, "image/png"]);
          expect(await answer.text()).toBe("bytes");
        }
      });

      test("of what is public is that of the full adapter; what is not public is signed", async () => {
        for (const publicUrl of [{}, { publicUrl: "https://cdn.test" }, { publicUrl: "https://cdn.test/media/" }]) {
          const opened = fixture.open({ access: "public", ...publicUrl });
          const url = await opened.requestStore.url(publicKey);
          expect([url, new URL(url).search]).toEqual([await opened.store.url(publicKey), ""]);
          await put("bytes");
          const answers = [
            await fetch(await opened.requestStore.url(tempKey)),
            await fetch(bare(await requestStore.url(tempKey))),
          ];
          expect(answers.map(({ status }) => status)).toEqual([200, 403]);
        }
      });

      test("leads to where the full adapter's leads", async () => {
        expect(bare(await requestStore.url(tempKey))).toBe(bare(await store.url(tempKey)));
      });

      test("for somebody who saves the file is signed also where the store is public", async () => {
        await put("bytes", requestStore, publicKey);
        for (const access of ["public", "private"] as const) {
          const opened = fixture.open({ access, publicUrl: "https://cdn.test" });
          for (const each of [opened.requestStore, opened.store]) {
            const url = await each.downloadUrl(publicKey, "夜 light*");
            const answer = await fetch(url);
            expect([answer.status, answer.headers.get("content-disposition")]).toEqual([
              200,
              "attachment; filename=\"_ light.png\"; filename*=UTF-8''%E5%A4%9C%20light.png",
            ]);
            expect((await fetch(url.replace("light", "dark"))).status).toBe(403);
          }
        }
      });

      test("that is signed serves no other key, and nothing but reading", async () => {
        await put("a", requestStore, "temp/a");
        await put("b", requestStore, "temp/b");
        const url = await requestStore.url("temp/a");
        expect((await fetch(url.replace("temp/a", "temp/b"))).status).toBe(403);
        expect((await fetch(url, { method: "DELETE" })).status).toBe(403);
        expect((await fetch(url, { method: "PUT", body: "c" })).status).toBe(403);
        expect([await read("temp/a"), await read("temp/b")]).toEqual(["a", "b"]);
      });

      test("that is signed is good for an hour, and then ends", async () => {
        await put("bytes");
        const url = await requestStore.url(tempKey);
        fixture.moveClock(59 * minute);
        expect((await fetch(url)).status).toBe(200);
        fixture.moveClock(60 * minute);
        expect((await fetch(url)).status).toBe(403);
      });
    });

    describe("a store that fails", () => {
      test.each<StoreFault>([
        { status: 503, code: "ServiceUnavailable" },
        { status: 500, code: "InternalError" },
        { status: 429, code: "TooManyRequests" },
        "cut",
        "lost",
      ])("once is asked again: %j", async (fault) => {
        fixture.fail("PutObject", fault);
        fixture.fail("DeleteObject", fault);
        expect(await put("bytes")).toMatchObject({ size: 5 });
        expect(await read(tempKey)).toBe("bytes");
        await requestStore.delete(tempKey);
        expect(await read(tempKey)).toBeNull();
        expect([fixture.count("PutObject"), fixture.count("DeleteObject")]).toEqual([2, 2]);
      });

      test.each<StoreFault>([{ status: 500, code: "InternalError" }, "cut", "lost"])(
        "for good is unavailable, after a few tries: %j",
        async (fault) => {
          fixture.fail("PutObject", fault, always);
          await expectUnavailable(put("bytes"));
          expect(fixture.count("PutObject")).toBe(attempts);
        },
      );

      test("with too many requests says when to come again", async () => {
        fixture.fail("PutObject", { status: 503, code: "SlowDown" }, always);
        await expect(put("bytes")).rejects.toMatchObject({ type: "unavailable", retryable: true, retryAfterMs: 2000 });
      });

      test.each([
        [{ status: 403, code: "AccessDenied" }, "unavailable"],
        [{ status: 404, code: "NoSuchBucket" }, "unavailable"],
        [full, "storage_full"],
      ])("by refusing is not asked again: %j", async (fault, type) => {
        fixture.fail("PutObject", fault, always);
        await expect(put("bytes")).rejects.toMatchObject({ type, cause: fault });
        expect(fixture.count("PutObject")).toBe(1);
      });

      test("by silence is waited for only so long", async () => {
        fixture.fail("PutObject", "silent", always);
        await expectUnavailable(put("bytes", fixture.open({ timeoutMs: 500 }).requestStore));
        expect(fixture.count("PutObject")).toBe(attempts);
      });
    });

    describe("credentials", () => {
      const second: TestAccount = { id: "second-key", secret: "another secret", token: "token+/=" };

      test.each([
        ["another secret", { ...account, secret: "wrong" }],
        ["another key", { ...account, id: "unknown" }],
        ["a token that does not belong to the key", { ...account, token: "wrong" }],
      ])("with %s are refused, and the error tells no secret", async (_, wrong) => {
        const other = fixture.open({ credentials: async () => wrong }).requestStore;
        const error = await thrownBy(put("bytes", other));
        expect(error).toMatchObject({ type: "unavailable", cause: { name: "StoreRefusal" } });
        expect(JSON.stringify([(error as Error).cause, String((error as Error).cause)])).not.toMatch(/wrong|secret/);
        await expectUnavailable(other.delete("key"));
        expect((await fetch(await other.url(tempKey))).status).toBeGreaterThanOrEqual(400);
        expect(await store.head(tempKey)).toBeNull();
      });

      test("are those of the moment, with their token: a key that was rotated is used at the next request", async () => {
        let current = account;
        const rotating = fixture.open({ credentials: async () => current }).requestStore;
        await put("first", rotating);
        fixture.admit(second, "alone");
        current = second;
        await put("second", rotating);
        expect(await (await fetch(await rotating.url(tempKey))).text()).toBe("second");
        await rotating.delete(tempKey);
        expect((await fetch(await rotating.url(tempKey))).status).toBe(404);
      });

      test("that end while a request is under way are asked for again", async () => {
        fixture.admit(second, "alone");
        const given = [account, second];
        const rotating = fixture.open({ credentials: async () => given.shift() ?? second }).requestStore;
        expect(await put("bytes", rotating)).toMatchObject({ size: 5 });
      });

      test("that cannot be had are an outage", async () => {
        const other = fixture.open({ credentials: () => Promise.reject(new Error("no role here")) }).requestStore;
        const upload = { key: tempKey, contentType: "image/png", size: 1, expiresAt: Date.now() + minute };
        const calls = [put("bytes", other), other.delete("a"), other.url("a"), other.signUpload(upload), other.probe()];
        await Promise.all(calls.map(expectUnavailable));
      });
    });

    describe("signUpload", () => {
      signedUploadContract(
        () => ({
          store: { ...store, signUpload: (request) => requestStore.signUpload(request) },
          settled: fixture.settled,
        }),
        limits,
      );

      test("leads to where the full adapter's leads", async () => {
        const upload = { key: tempKey, contentType: "image/png", size: 1, expiresAt: Date.now() + minute };
        const [ours, theirs] = [await requestStore.signUpload(upload), await store.signUpload(upload)];
        expect([bare(ours.url), ours.method]).toEqual([bare(theirs.url), theirs.method]);
      });
    });

    describe("probe", () => {
      test("succeeds on a store that works, and leaves nothing", async () => {
        await requestStore.probe();
        expect((await store.list({ prefix: "", limit: 1 })).objects).toEqual([]);
        expect([fixture.count("PutObject"), fixture.count("GetObject"), fixture.count("DeleteObject")]).toEqual([
          1, 1, 1,
        ]);
      });

      test.each<[Operation, StoreFault]>([
        ["PutObject", { status: 403, code: "AccessDenied" }],
        ["GetObject", { status: 403, code: "AccessDenied" }],
        ["GetObject", { status: 404, code: "NoSuchKey" }],
        ["GetObject", "half"],
        ["DeleteObject", { status: 403, code: "AccessDenied" }],
      ])("tells of a %s that fails: %j", async (operation, fault) => {
        fixture.fail(operation, fault, always);
        await expectUnavailable(requestStore.probe());
      });

      test("reads again what came only in part", async () => {
        fixture.fail("GetObject", "half");
        await requestStore.probe();
        expect(fixture.count("GetObject")).toBe(2);
      });

      test("tells of a store that is gone", async () => {
        await fixture.breakDown();
        await expectUnavailable(requestStore.probe());
      });
    });
  });
}

const minifiedBytes = 40 * 1024;

/** `path` from the repository's root; `needs` is a file that is known to be in it. */
export function leanBundleContract(path: string, needs: string): void {
  test(`${path} carries no vendor's SDK, and is small`, async () => {
    const { metafile, outputFiles } = await build({
      ...{ entryPoints: [path], bundle: true, minify: true, metafile: true, write: false },
      ...{ platform: "node", format: "esm", target: "node24", logLevel: "silent" },
    });
    const inputs = Object.keys(metafile.inputs);
    expect(inputs.filter((input) => input.endsWith(needs))).toHaveLength(1);
    expect(inputs.filter((input) => /node_modules\/(@aws-sdk|@smithy|ali-oss|urllib)\//.test(input))).toEqual([]);
    const imported = Object.values(metafile.outputs).flatMap(({ imports }) => imports.map(({ path: of }) => of));
    expect(imported.filter((of) => !of.startsWith("node:"))).toEqual([]);
    expect(outputFiles.reduce((sum, { contents }) => sum + contents.byteLength, 0)).toBeLessThan(minifiedBytes);
  });
}

/** Without what is signed. */
function bare(url: string): string {
  return url.replace(/\?.*$/, "");
}

function thrownBy(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(() => null).catch((error: unknown) => error);
}

async function expectUnavailable(promise: Promise<unknown>): Promise<void> {
  const error = await thrownBy(promise);
  expect(error).toBeInstanceOf(AppError);
  expect(error).toMatchObject({ type: "unavailable" });
}
