// What every store over a network makes of refusals: those that stay, those that pass, and those that only look like a lost race.
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { AppError } from "../../shared/errors/app-error.ts";
import type { ObjectInfo, ObjectStore } from "../../shared/ports/object-store.ts";

export type RemoteOperation =
  | "PutObject"
  | "GetObject"
  | "HeadObject"
  | "CopyObject"
  | "DeleteObject"
  | "ListObjectsV2";

export interface RefusedWith {
  status: number;
  code: string;
  message?: string;
}

export interface RemoteStoreFixture {
  /** On an empty bucket. */
  store: ObjectStore;
  /** Answers the next so many of these so, and does nothing. What is answered to a HEAD has no body. */
  fail(operation: RemoteOperation, answer: RefusedWith, times: number): void;
  /** From now on there is no bucket. */
  dropBucket(): void;
  end(): Promise<void>;
}

interface Stated {
  /** What the store says of a token that has ended. */
  expired: RefusedWith;
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

export function remoteStoreContract(name: string, open: () => Promise<RemoteStoreFixture>, { expired }: Stated): void {
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
      ["list", ["ListObjectsV2"], () => store.list({ prefix: "", limit: 10 })],
    ];

    const thrownBy = (call: () => Promise<unknown>): Promise<AppError> =>
      call().then(
        () => Promise.reject(new Error("it was not refused")),
        (error) => error,
      );

    describe.each(calls)("%s", (_, operations, call) => {
      const fail = (answer: RefusedWith, times = always) => {
        for (const operation of operations) fixture.fail(operation, answer, times);
      };

      test.each(final)("that is refused for good says so to the operator, in the store's words: %j", async (answer) => {
        fail(answer);
        const error = await thrownBy(call);
        expect(error).toMatchObject({ type: "unavailable", forOperator: expect.stringContaining(answer.code) });
        expect(error.forOperator).toContain(answer.message);
        expect(error.message).not.toContain(answer.message);
      });

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
    });

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
    });
  });
}
