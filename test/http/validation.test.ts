import { expect, test } from "vitest";
import * as z from "zod/mini";
import { AppError } from "../../shared/errors/app-error.ts";
import { parseQuery } from "../../shared/events/http.ts";
import { listQuery } from "../../shared/http/list-query.ts";
import type { Step } from "../../shared/http/middleware.ts";
import { text } from "../../shared/http/text.ts";
import { type Schemas, validation } from "../../shared/http/validation.ts";

const input = z.union([
  z.strictObject({ uploadId: z.string() }),
  z.strictObject({ jobId: z.string(), index: z.int().check(z.minimum(0)) }),
  z.strictObject({ url: z.string() }),
]);

const generation = z
  .strictObject({
    prompt: z.optional(text({ min: 1, max: 10 })),
    imageUrl: z.optional(z.string()),
    n: z._default(z.int().check(z.minimum(1), z.maximum(4)), 1),
    style: z.optional(z.enum(["ink", "oil"])),
    inputs: z.optional(z.array(input).check(z.maxLength(2))),
    options: z.optional(z.strictObject({ dryRun: z.optional(z.literal(true)) })),
    metadata: z.optional(z.record(z.string(), z.unknown())),
  })
  .check(
    z.refine((body) => body.prompt !== undefined || body.imageUrl !== undefined, {
      path: ["prompt"],
      error: "is required unless imageUrl is given",
    }),
  );

test("both spellings of a key mean the same, at every level that the schema knows", () => {
  const camel = { imageUrl: "u", inputs: [{ uploadId: "x" }, { jobId: "j", index: 0 }], options: { dryRun: true } };
  const snake = { image_url: "u", inputs: [{ upload_id: "x" }, { job_id: "j", index: 0 }], options: { dry_run: true } };
  expect(body(generation, snake)).toEqual(body(generation, camel));
  expect(body(generation, snake)).toEqual({ ...camel, n: 1 });
});

test("keys inside a free-form map stay as they were sent", () => {
  const metadata = { my_key: 1, myKey: 2, image_url: { dry_run: [{ job_id: 3 }] } };
  expect(body(generation, { prompt: "x", metadata })).toMatchObject({ metadata });
});

test.each([
  [{ prompt: "x", image_url: "a", imageUrl: "b" }, "imageUrl", "is given twice; send imageUrl or image_url, not both"],
  [
    { prompt: "x", options: { dryRun: true, dry_run: true } },
    "options.dryRun",
    "is given twice; send dryRun or dry_run, not both",
  ],
  [
    { prompt: "x", promt: "y" },
    "promt",
    "is not known here; known are prompt, imageUrl, n, style, inputs, options, metadata",
  ],
  [{ prompt: "x", ImageUrl: "y" }, "ImageUrl", expect.stringContaining("is not known here")],
  [{ prompt: "x", image__url: "y" }, "image__url", expect.stringContaining("is not known here")],
  [{ prompt: "x", options: { fast: 1 } }, "options.fast", "is not known here; known are dryRun"],
  [
    { prompt: "x", inputs: [{ uri: "u", url: "u" }] },
    "inputs.0.uri",
    "is not known here; known are uploadId, jobId, index, url",
  ],
  [{ prompt: 7 }, "prompt", "must be a string, not a number"],
  [{ prompt: null }, "prompt", "must be a string, not null"],
  [{ prompt: "" }, "prompt", "must not be empty"],
  [{ prompt: "😀".repeat(11) }, "prompt", "must have at most 10 characters"],
  [{ prompt: "x", n: "2" }, "n", "must be a number, not a string"],
  [{ prompt: "x", n: 1.5 }, "n", "must be a whole number, not a fraction"],
  [{ prompt: "x", n: 0 }, "n", "must be at least 1"],
  [{ prompt: "x", n: 5 }, "n", "must be at most 4"],
  [{ prompt: "x", style: "wax" }, "style", "must be one of ink, oil"],
  [{ prompt: "x", options: { dryRun: false } }, "options.dryRun", "must be true"],
  [{ prompt: "x", options: [] }, "options", "must be an object, not a list"],
  [{ prompt: "x", metadata: "m" }, "metadata", "must be an object, not a string"],
  [{ prompt: "x", inputs: {} }, "inputs", "must be a list, not an object"],
  [{ prompt: "x", inputs: [1, 2, 3].map(() => ({ url: "u" })) }, "inputs", "must have at most 2 entries"],
  [{ prompt: "x", inputs: [{}] }, "inputs.0", "must be {uploadId}, {jobId, index} or {url}"],
  [{ prompt: "x", inputs: ["u"] }, "inputs.0", "must be {uploadId}, {jobId, index} or {url}"],
  [{ prompt: "x", inputs: [{ jobId: "j" }] }, "inputs.0.index", "is required"],
  [{ prompt: "x", inputs: [{ jobId: "j", index: -1 }] }, "inputs.0.index", "must be at least 0"],
  [{ prompt: "x", inputs: [{ url: 7 }] }, "inputs.0.url", "must be a string, not a number"],
  [{ prompt: "x", inputs: [{ url: "u", uploadId: "x" }] }, "inputs.0", "must be {uploadId}, {jobId, index} or {url}"],
  [{}, "prompt", "is required unless imageUrl is given"],
  [null, "body", "is required: send a JSON object"],
])("%j is refused, with the place and what is allowed", (sent, path, message) => {
  expect(problems({ body: generation }, { body: sent })).toEqual([{ path, message }]);
});

test("ten characters outside of the basic plane are ten", () => {
  expect(body(generation, { prompt: "😀".repeat(10) })).toMatchObject({ prompt: "😀".repeat(10) });
});

test("everything that is wrong is said at once, and the message holds the first of it", () => {
  const error = refusal({ body: generation }, { body: { prompt: 7, n: 9, style: "wax", what: 1 } });
  expect(error.details.map(({ path }) => path)).toEqual(["what", "prompt", "n", "style"]);
  expect(error.message).toMatch(
    /^what is not known here; .*; prompt must be a string, not a number; n must be at most 4 \(and 1 more\)\.$/,
  );
});

test("a body of ten thousand unknown keys gets an answer that can be read", () => {
  const sent = Object.fromEntries(Array.from({ length: 10_000 }, (_, n) => [`key${n}${"x".repeat(500)}`, n]));
  const error = refusal({ body: generation }, { body: { prompt: "x", ...sent } });
  expect(error.details).toHaveLength(20);
  expect(JSON.stringify([error.message, error.details]).length).toBeLessThan(10_000);
});

test("no word of zod's own reaches a caller", () => {
  for (const sent of [{ prompt: 7 }, { n: "x" }, { inputs: [7] }, { style: 1 }, { options: 1 }]) {
    const { message, details } = refusal({ body: generation }, { body: sent });
    expect(JSON.stringify([message, details])).not.toMatch(/Invalid|expected|received|Unrecognized|Too (small|big)/);
  }
});

test("a route that takes no body may be sent none or {}, and nothing else", () => {
  expect(check({}, { body: null }).body).toBeUndefined();
  expect(check({}, { body: {} }).body).toBeUndefined();
  expect(problems({}, { body: { a: 1 } })).toEqual([{ path: "a", message: "is not taken: this takes no body" }]);
  expect(problems({}, { body: [1] })).toEqual([{ path: "body", message: "must be an object, not a list" }]);
  expect(problems({}, { body: "a" })).toEqual([{ path: "body", message: "must be an object, not a string" }]);
});

test.each([
  ["", { limit: 20 }],
  ["limit=1", { limit: 1 }],
  ["limit=100&cursor=abc", { limit: 100, cursor: "abc" }],
])("the list query %j reads as %j", (sent, expected) => {
  expect(check({ query: listQuery }, { query: sent }).query).toEqual(expected);
});

test.each([
  ["limit=0", "limit", "must be a whole number from 1 to 100"],
  ["limit=101", "limit", "must be a whole number from 1 to 100"],
  ["limit=1.5", "limit", "must be a whole number from 1 to 100"],
  ["limit=%201", "limit", "must be a whole number from 1 to 100"],
  ["limit=", "limit", "must be a whole number from 1 to 100"],
  ["limit=1e1", "limit", "must be a whole number from 1 to 100"],
  ["limit=1&limit=1", "limit", "is given more than once"],
  ["cursor=", "cursor", "must not be empty"],
  [`cursor=${"x".repeat(513)}`, "cursor", "is not a cursor of ours"],
  ["statsu=failed", "statsu", "is not a parameter here; known are limit, cursor"],
  ["__proto__=1", "__proto__", "is not a parameter here; known are limit, cursor"],
])("the list query %j is refused", (sent, path, message) => {
  expect(problems({ query: listQuery }, { query: sent })).toEqual([{ path, message }]);
});

test("a route without parameters does not look at the query", () => {
  expect(check({}, { query: "_=123&_=456" }).query).toBeUndefined();
});

const uuid = "01900000-0000-7000-8000-00000000abcd";

test.each([
  [uuid, true],
  [uuid.toUpperCase(), false],
  ["01900000-0000-4000-8000-00000000abcd", false],
  ["01900000-0000-7000-c000-00000000abcd", false],
  [`${uuid}\n`, false],
  ["me", false],
])("the id %j can name something: %s", (id, canExist) => {
  if (canExist) expect(check({}, { params: { id } }).body).toBeUndefined();
  else expect(refusal({}, { params: { id } }).type).toBe("not_found");
});

test("a bad body is 400 even where the id can name nothing", () => {
  expect(refusal({ body: generation }, { body: {}, params: { id: "me" } }).type).toBe("invalid_request");
});

test("other parts of the path are free unless they are described", () => {
  const params = { provider: "fal" };
  check({}, { params });
  check({ params: { provider: /^[a-z]+$/ } }, { params });
  expect(refusal({ params: { provider: /^x$/ } }, { params }).type).toBe("not_found");
});

interface Sent {
  body?: unknown;
  query?: string;
  params?: Record<string, string>;
}

function check(schemas: Schemas, { body = null, query = "", params = {} }: Sent) {
  const context = { body, query: undefined as unknown };
  const event = { query: parseQuery(query), params };
  validation(schemas).before?.({ event, context } as unknown as Step);
  return context;
}

function body(schema: z.ZodMiniType, sent: unknown) {
  return check({ body: schema }, { body: sent }).body;
}

function refusal(schemas: Schemas, sent: Sent): AppError {
  try {
    check(schemas, sent);
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
  throw new Error("the request was taken");
}

function problems(schemas: Schemas, sent: Sent) {
  return refusal(schemas, sent).details;
}
