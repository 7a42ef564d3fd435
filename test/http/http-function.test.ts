import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import * as z from "zod/mini";
import { AppError } from "../../shared/errors/app-error.ts";
import type { ErrorType } from "../../shared/errors/catalogue.ts";
import { httpFunction } from "../../shared/http/http-function.ts";
import { accepted, created, ok } from "../../shared/http/results.ts";
import { requestRuntime } from "../../shared/runtime/runtime.ts";
import { profileKey } from "../../shared/users/user.ts";
import { type Api, startApi } from "./api.ts";
import { anything, declared } from "./functions.ts";

const uuid = "01900000-0000-7000-8000-00000000abcd";
let api: Api;
/** What GET /throw throws. */
let thrown: unknown;

beforeAll(async () => {
  const body = z.strictObject({ n: z.int() });
  const things = httpFunction(requestRuntime, { auth: "user", body }, async ({ body, params, user }) =>
    ok({ n: body.n, id: params.id, userId: user.id }),
  );
  api = await startApi({
    functions: [
      anything("GET", "/ok", async () => ok([1, null])),
      anything("GET", "/empty", async () => ok(undefined)),
      anything("GET", "/created", async () => created({ id: 1 }, "/api/v1/things/1")),
      anything("GET", "/accepted", async () => accepted({ id: 1 }, "/api/v1/things/1")),
      anything("GET", "/throw", async () => {
        throw thrown;
      }),
      anything("GET", "/unsayable", async () => ok({ big: 1n })),
      declared("POST", "/things/{id}", things),
      declared(
        "GET",
        "/admin",
        httpFunction(requestRuntime, { auth: "admin" }, async () => ok("welcome")),
      ),
    ],
  });
});

afterAll(() => api.close());
afterEach(() => {
  api.lines.length = 0;
});

test("a success is the envelope with code 0, and carries the standard headers", async () => {
  const answer = await api.call("GET", "/ok");
  expect([answer.status, answer.body]).toEqual([200, { code: 0, message: "success", data: [1, null] }]);
  expect(Object.fromEntries(answer.headers)).toMatchObject({
    "content-type": "application/json; charset=utf-8",
    "x-request-id": expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-7/),
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
    vary: "Origin",
  });
});

test("what is made or taken on says where it is", async () => {
  const answers = [await api.call("GET", "/created"), await api.call("GET", "/accepted")];
  expect(answers.map(({ status, headers }) => [status, headers.get("location")])).toEqual([
    [201, "/api/v1/things/1"],
    [202, "/api/v1/things/1"],
  ]);
});

test("no data is null, not missing", async () => {
  expect((await api.call("GET", "/empty")).body).toEqual({ code: 0, message: "success", data: null });
});

test.each<[ErrorType, number]>([
  ["insufficient_credits", 402],
  ["forbidden", 403],
  ["not_found", 404],
  ["conflict", 409],
  ["too_late", 409],
  ["idempotency_mismatch", 422],
])("the error %s is %i with its own words in the envelope", async (type, status) => {
  thrown = new AppError(type, { message: "In its own words.", details: [{ path: "a", message: "b" }] });
  const answer = await api.call("GET", "/throw");
  expect(answer.status).toBe(status);
  expect(answer.body).toEqual({
    code: status,
    message: "In its own words.",
    data: null,
    error: { type, requestId: answer.headers.get("x-request-id"), details: [{ path: "a", message: "b" }] },
  });
});

test.each<[ErrorType, number | undefined, string]>([
  ["rate_limited", 1, "1"],
  ["rate_limited", 1000, "1"],
  ["unavailable", 1001, "2"],
  ["unavailable", undefined, "5"],
  ["storage_full", undefined, "5"],
])("%s for %s ms says Retry-After: %s", async (type, retryAfterMs, seconds) => {
  thrown = new AppError(type, retryAfterMs === undefined ? {} : { retryAfterMs });
  expect((await api.call("GET", "/throw")).headers.get("retry-after")).toBe(seconds);
});

test.each<[string, unknown]>([
  ["an error of the language", new TypeError("cannot read the secret at /var/lib")],
  ["an error with causes", new Error("outer /var/lib", { cause: new Error("inner cause /var/lib") })],
  ["an internal error with words of its own", new AppError("internal", { message: "ledger of /var/lib is off" })],
  ["an error that only jobs have", new AppError("fetch_refused", { message: "leads to /var/lib" })],
  ["a text", "thrown /var/lib"],
  ["nothing", undefined],
  ["null", null],
  ["an object without a prototype", Object.create(null)],
])("%s is a 500 that says nothing about the inside, with the id under which the log has it", async (_name, value) => {
  thrown = value;
  const { status, body } = await api.call("GET", "/throw");
  expect([status, body.error.type, body.error.details]).toEqual([500, "internal", []]);
  expect(JSON.stringify(body)).not.toContain("/var/lib");
  const defect = api.lines.map((line) => JSON.parse(line)).find(({ level }) => level === "error");
  expect(defect.requestId).toBe(body.error.requestId);
  if (value instanceof Error) expect(JSON.stringify(defect)).toContain("/var/lib");
});

test("the log of a defect has the whole chain of causes", async () => {
  thrown = new Error("outer", { cause: new AppError("unavailable", { cause: new Error("the disk is gone") }) });
  await api.call("GET", "/throw");
  expect(api.lines.join()).toContain("the disk is gone");
});

test("what is not available reads as such, with the details in the log only", async () => {
  thrown = new AppError("unavailable", { message: "The table /var/lib/table.sqlite is closed." });
  const { status, body } = await api.call("GET", "/throw");
  expect([status, body.message]).toEqual([503, "This is not available just now. Try again after Retry-After seconds."]);
  const warning = api.lines.map((line) => JSON.parse(line)).find(({ level }) => level === "warn");
  expect(warning).toMatchObject({
    requestId: body.error.requestId,
    error: { message: thrown instanceof Error && thrown.message },
  });
});

test("an answer that JSON cannot say is a 500, for that request only", async () => {
  expect((await api.call("GET", "/unsayable")).status).toBe(500);
  expect((await api.call("GET", "/ok")).status).toBe(200);
});

test("the request id is ours, never the caller's", async () => {
  const { headers } = await api.call("GET", "/ok", { headers: { "x-request-id": "mine" } });
  expect(headers.get("x-request-id")).not.toBe("mine");
});

test("the checks come in order: route, login, body, then whether the id can exist", async () => {
  const { token, userId } = await api.register("order");
  const statuses = async (options: Parameters<Api["call"]>[2]) => {
    const answers = [
      await api.call("POST", "/nothing/x", options),
      await api.call("PUT", "/things/x", options),
      await api.call("POST", "/things/x", options),
      await api.call("POST", `/things/${uuid}`, options),
    ];
    return answers.map(({ status }) => status);
  };
  expect(await statuses({ json: { n: "1" } })).toEqual([404, 405, 401, 401]);
  expect(await statuses({ token, json: { n: "1" } })).toEqual([404, 405, 400, 400]);
  expect(await statuses({ token, body: "n=1" })).toEqual([404, 405, 415, 415]);
  expect(await statuses({ token, json: { n: 1 } })).toEqual([404, 405, 404, 200]);
  const found = await api.call("POST", `/things/${uuid}`, { token, json: { n: 1 } });
  expect(found.body.data).toEqual({ n: 1, id: uuid, userId });
});

test("only an admin passes where an admin is asked for", async () => {
  const { token, userId } = await api.register("admin");
  const refused = await api.call("GET", "/admin", { token });
  expect([refused.status, refused.body.error.type]).toEqual([403, "forbidden"]);
  const item = await api.runtime.table.get(profileKey(userId));
  if (!item) throw new Error("no profile");
  await api.runtime.table.put({ ...item, data: { ...item.data, role: "admin" } }, { version: item.version });
  expect((await api.call("GET", "/admin", { token })).body.data).toBe("welcome");
  expect((await api.call("GET", "/admin")).status).toBe(401);
});

test("each answer is one line of the log: the pattern of the path, the status, the user", async () => {
  const { token, userId } = await api.register("logged");
  api.lines.length = 0;
  const { headers } = await api.call("POST", `/things/${uuid}?secret=hunter2`, { token, json: { n: 1 } });
  const lines = api.lines.map((line) => JSON.parse(line));
  expect(lines.filter(({ level }) => level !== "debug")).toEqual([
    {
      level: "info",
      time: expect.any(String),
      requestId: headers.get("x-request-id"),
      method: "POST",
      route: "/things/{id}",
      status: 200,
      ms: 0,
      userId,
      message: "answered",
    },
  ]);
});
