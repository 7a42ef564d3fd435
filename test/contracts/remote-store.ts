// What every store over a network makes of refusals: those that stay, those that pass, and those that only look like a lost race.
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { AppError } from "../../shared/errors/app-error.ts";
import type { ObjectInfo, ObjectStore, RequestStore } from "../../shared/ports/object-store.ts";
import type { StoreDefect } from "../servers/store-defects.ts";

export type RemoteOperation =
  | "PutObject"
  | "GetObject"
  | "HeadObject"
  | "CopyObject"
  | "DeleteObject"
  /** Of many; OSS calls it DeleteMultipleObjects. */
  | "DeleteObjects"
  | "ListObjectsV2";

export interface RefusedWith {
  status: number;
  code: string;
  message?: string;
}

export interface RemoteStoreFixture {
  /** On an empty bucket. */
  store: ObjectStore;
  requestStore: RequestStore;
  /** Where the bucket is, as an operator knows it. */
  place: string;
  defects: Set<StoreDefect>;
  /** Answers the next so many of these so, and does nothing. What is answered to a HEAD has no body. */
  fail(operation: RemoteOperation, answer: RefusedWith, times: number): void;
  /** How many of these were asked for so far, refused ones too. */
  count(operation: RemoteOperation): number;
  /** Leaves this key whenever many are deleted at once, and says of it what it says then. */
  leave(key: string): void;
  /** From now on there is no bucket. */
  dropBucket(): void;
  end(): Promise<void>;
}

export interface Stated {
  /** What the store says of a token that has ended. */
  expired: RefusedWith;
  /** What it may do wrong, and what the operator is told of it: what it is not counted on for is not looked at. */
  defects: Partial<Record<StoreDefect, string>>;
}

const always = 100;

const final: RefusedWith[] = [
  { status: 403, code: "AccessDenied", message: "User films is not authorized to do this" },
  { status: 403, code: "SignatureDoesNotMatch", message: "The signature we calculated does not match" },
  { status: 400, code: "InvalidArgument", message: "This header is not understood" },
  { status: 501, code: "NotImplemented", message: "A header implies functionality that is not implemented" },
];

const passing: RefusedWith[] = [
  { status: 500, code: "InternalError" },
  { status: 503, code: "ServiceUnavailable" },
  { status: 403, code: "RequestTimeTooSkewed" },
  { status: 403, code: "AccessDenied", message: "Request has expired" },
  { status: 400, code: "BadDigest", message: "What arrived is not what was sent" },
];

const allParts = ["calls", "proof", "what is left", "lost races"] as const;
export type RemotePart = (typeof allParts)[number];

export function remoteStoreContract(
  name: string,
  open: () => Promise<RemoteStoreFixture>,
  { expired, defects }: Stated,
  parts: readonly RemotePart[] = allParts,
): void {
  const part = (title: RemotePart, define: () => void) => {
    if (parts.includes(title)) define();
  };
  describe(`remote store: ${name}`, () => {
    let fixture: RemoteStoreFixture;
    let store: ObjectStore;
    let there: ObjectInfo;

    beforeEach(async () => {
      fixture = await open();
      store = fixture.store;
      const info = await store.put("there", Buffer.from("bytes"));
      if (!info) throw new Error("a put without ifAbsent always answers");
      there = info;
    });
    afterEach(() => fixture.end());

    async function* stream() {
      yield Buffer.from("bytes");
    }

    async function deleteAll(keys: string[]): Promise<void> {
      for (const { error } of await store.deleteMany(keys)) throw error;
    }

    const calls: [string, RemoteOperation[], () => Promise<unknown>][] = [
      ["put", ["PutObject"], () => store.put("key", Buffer.from("bytes"))],
      ["put of a stream", ["PutObject"], () => store.put("key", stream(), { ifAbsent: true })],
      // What is refused of an object is refused whichever way it is asked for.
      ["get", ["GetObject"], () => store.get("there")],
      ["head", ["HeadObject", "GetObject"], () => store.head("there")],
      ["copy", ["CopyObject"], () => store.copy("there", "copy", { ifMatch: there.etag })],
      [
        "copy of what may not be read",
        ["HeadObject", "GetObject"],
        () => store.copy("there", "copy", { ifMatch: "1" }),
      ],
      ["delete", ["DeleteObject"], () => store.delete("there")],
      // Where a store cannot do it, it is done one by one.
      ["delete of many", ["DeleteObjects", "DeleteObject"], () => deleteAll(["there", "absent"])],
      ["list", ["ListObjectsV2"], () => store.list({ prefix: "", limit: 10 })],
    ];

    const thrownBy = (call: () => Promise<unknown>): Promise<AppError> =>
      call().then(
        () => Promise.reject(new Error("it was not refused")),
        (error) => error,
      );

    part("calls", () =>
      describe.each(calls)("%s", (_, operations, call) => {
        const fail = (answer: RefusedWith, times = always) => {
          for (const operation of operations) fixture.fail(operation, answer, times);
        };

        test.each(final)(
          "that is refused for good says so to the operator, in the store's words: %j",
          async (answer) => {
            fail(answer);
            const error = await thrownBy(call);
            expect(error).toMatchObject({ type: "unavailable", forOperator: expect.stringContaining(answer.code) });
            expect(error.forOperator).toContain(answer.message);
            expect(error.message).not.toContain(answer.message);
          },
        );

        test.each(passing)("that may pass is no matter for the operator alone: %j", async (answer) => {
          fail(answer);
          expect(await thrownBy(call)).toMatchObject({ type: "unavailable", forOperator: undefined });
        });

        test("asks again for credentials that have ended, and goes on with them", async () => {
          fail(expired, 1);
          await call();
        });

        test("with credentials that have ended for good is no matter for the operator alone: new ones may come", async () => {
          fail(expired);
          expect(await thrownBy(call)).toMatchObject({ type: "unavailable", forOperator: undefined });
        });

        test("takes a bucket that is missing for an outage, never for an object that is", async () => {
          fixture.dropBucket();
          expect(await thrownBy(call)).toMatchObject({ type: "unavailable", forOperator: undefined });
        });
      }),
    );

    part("proof", () =>
      describe.each(["store", "requestStore"] as const)("the proof of the %s", (kind) => {
        const prove = () => fixture[kind].prove();
        const expectNothingLeft = async () =>
          expect((await store.list({ prefix: "temp/", limit: 10 })).objects).toEqual([]);

        test("succeeds, and leaves nothing", async () => {
          await prove();
          await expectNothingLeft();
        });

        test.each(Object.entries(defects))("names a store that %s: it %s", async (defect, told) => {
          fixture.defects.add(defect as StoreDefect);
          const error = await thrownBy(prove);
          expect(error).toMatchObject({ type: "unavailable", message: expect.stringContaining(told) });
          expect(error.message).toContain(`The store at ${fixture.place}`);
          expect(error.forOperator).toContain(told);
          await expectNothingLeft();
        });

        test.each(final)("names a store that refuses a put or a copy: %j", async (answer) => {
          for (const operation of ["PutObject", "CopyObject"] as const) {
            fixture.fail(operation, answer, always);
            const error = await thrownBy(prove);
            expect(error.forOperator).toContain(answer.code);
            expect(error.forOperator).toContain(answer.message);
            expect(error.message).not.toContain(answer.message);
          }
        });

        test.each(passing)("takes what may pass for an outage, and another try for a new proof: %j", async (answer) => {
          fixture.fail("CopyObject", answer, 1);
          await prove();
          fixture.fail("CopyObject", answer, always);
          expect(await thrownBy(prove)).toMatchObject({ type: "unavailable", forOperator: undefined });
        });

        test("takes a bucket that is missing for an outage", async () => {
          fixture.dropBucket();
          expect(await thrownBy(prove)).toMatchObject({ type: "unavailable", forOperator: undefined });
        });
      }),
    );

    part("what is left", () =>
      describe("a key that is left when many are deleted", () => {
        const keys = ["left/1", "left/2", "there"];
        beforeEach(async () => {
          for (const key of keys) await store.put(key, Buffer.from("bytes"));
          fixture.leave("left/1");
          fixture.leave("left/2");
        });

        test("is deleted by itself", async () => {
          expect(await store.deleteMany(keys)).toEqual([]);
          expect((await store.list({ prefix: "", limit: 10 })).objects).toEqual([]);
        });

        test.each(final)(
          "that is refused for good is answered with the store's words, and the others are gone: %j",
          async (answer) => {
            fixture.fail("DeleteObject", answer, 1);
            const [left, ...more] = await store.deleteMany(keys);
            expect(more).toEqual([]);
            expect(left?.key).toBe("left/1");
            expect(left?.error).toMatchObject({
              type: "unavailable",
              forOperator: expect.stringContaining(answer.code),
            });
            expect((await store.list({ prefix: "", limit: 10 })).objects.map(({ key }) => key)).toEqual(["left/1"]);
          },
        );

        test("is asked for by itself only until many were refused", async () => {
          const many = Array.from({ length: 30 }, (_, n) => `left/many/${n}`);
          for (const key of many) fixture.leave(key);
          fixture.fail("DeleteObject", { status: 403, code: "AccessDenied" }, always);
          const left = await store.deleteMany(many);
          expect(left.map(({ key }) => key)).toEqual(many);
          for (const { error } of left) expect(error).toMatchObject({ type: "unavailable" });
          expect(fixture.count("DeleteObject")).toBeLessThan(many.length);
        });
      }),
    );

    part("lost races", () =>
      describe("a copy that is refused", () => {
        const lost: RefusedWith = { status: 412, code: "PreconditionFailed", message: "A condition did not hold" };
        const copy = () => store.copy("there", "copy", { ifMatch: there.etag });

        test("although nothing changed is the store's fault, and no lost race", async () => {
          fixture.fail("CopyObject", lost, always);
          const error = await thrownBy(copy);
          expect(error).toMatchObject({ type: "unavailable", forOperator: expect.stringContaining("refuses to copy") });
          expect(error.forOperator).toContain(lost.message);
          expect(await store.head("copy")).toBeNull();
        });

        test("while somebody came and went is tried again", async () => {
          fixture.fail("CopyObject", lost, 1);
          expect(await copy()).toMatchObject({ state: "copied" });
        });
      }),
    );
  });
}
