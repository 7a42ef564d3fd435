import { expect, test } from "vitest";
import { AppError } from "../../shared/errors/app-error.ts";
import { parseJsonBody } from "../../shared/http/json.ts";

const tooMany = "may hold at most 4000 values: send less";
const json = { "content-type": "application/json" };

test("a JSON object in UTF-8 comes out as it went in", () => {
  const value = { a: [1, 2.5, -0.1, "😀", null, true, { b: { "": "x" } }] };
  expect(parse(JSON.stringify(value))).toEqual(value);
});

test("an empty body is none, whatever its headers say", () => {
  expect(parse("")).toBeNull();
  expect(parse("", { "content-type": "text/plain", "content-encoding": "gzip" })).toBeNull();
});

test("a byte order mark is no part of the body", () => {
  expect(parse("\ufeff{}")).toEqual({});
});

test.each([
  "application/json",
  "Application/JSON",
  "application/json; charset=utf-8",
  'application/json;charset="UTF-8"',
  "application/json; profile=x",
])("Content-Type %s is taken", (type) => {
  expect(parse("{}", { "content-type": type })).toEqual({});
});

test.each([
  [{}],
  [{ "content-type": "" }],
  [{ "content-type": "text/plain" }],
  [{ "content-type": "application/x-www-form-urlencoded" }],
  [{ "content-type": "application/jsonp" }],
  [{ "content-type": "application/merge-patch+json" }],
  [{ "content-type": "application/json; charset=utf-16" }],
  [{ "content-type": "application/json; charset=iso-8859-1" }],
  [{ ...json, "content-encoding": "gzip" }],
  [{ ...json, "content-encoding": "identity, br" }],
])("%j is 415", (headers) => {
  expect(refusal("{}", headers).type).toBe("unsupported_media_type");
});

test("Content-Encoding identity says nothing", () => {
  expect(parse("{}", { ...json, "content-encoding": "Identity" })).toEqual({});
});

test("a body of 1 MB is taken, one byte more is 413", () => {
  const filler = "x".repeat(1024 * 1024 - '{"a":""}'.length);
  expect(parse(`{"a":"${filler}"}`)).toEqual({ a: filler });
  expect(refusal(`{"a":"${filler}x"}`).type).toBe("too_large");
});

test.each([
  ["{", "body", "is not valid JSON"],
  ["{'a':1}", "body", "is not valid JSON at character 1"],
  ['{"a":1}x', "body", "is not valid JSON at character 7"],
  ["nul", "body", "is not valid JSON"],
  ["[]", "body", "must be a JSON object"],
  ["null", "body", "must be a JSON object"],
  ['"text"', "body", "must be a JSON object"],
  ["7", "body", "must be a JSON object"],
  ['{"a":{"__proto__":{}}}', "a", "may not have a key named __proto__"],
  ['{"\\u005f_proto__":{}}', "body", "may not have a key named __proto__"],
  ['{"constructor":1}', "body", "may not have a key named constructor"],
  ['{"a":[{"prototype":1}]}', "a.0", "may not have a key named prototype"],
  ['{"a":["\\ud800"]}', "a.0", "has half of a surrogate pair"],
  ['{"a":"\\udc00\\ud800"}', "a", "has half of a surrogate pair"],
  ['{"a":{"\\ud800":1}}', "a", "has a key with half of a surrogate pair"],
  ['{"a":1e400}', "a", "is too large a number to be kept exactly; send it as a string"],
  ['{"a":12345678901234567890}', "a", "is too large a number to be kept exactly; send it as a string"],
])("%s is 400 and says where", (text, path, message) => {
  const { type, details } = refusal(text);
  expect([type, details[0]?.path]).toEqual(["invalid_request", path]);
  expect(details[0]?.message).toContain(message);
});

test("bytes that are no UTF-8 are 400", () => {
  const body = Buffer.concat([Buffer.from('{"a":"'), Buffer.from([0xc3, 0x28]), Buffer.from('"}')]);
  expect(() => parseJsonBody({ headers: json, body })).toThrow("body is not valid UTF-8.");
});

test("32 levels are taken, 33 are 400, and a hundred thousand do no harm", () => {
  const nested = (levels: number) => `{"a":${"[".repeat(levels - 1)}${"]".repeat(levels - 1)}}`;
  expect(parse(nested(32))).toHaveProperty("a");
  for (const levels of [33, 3999])
    expect(refusal(nested(levels)).details[0]?.message).toBe("goes deeper than 32 levels");
  expect(refusal(nested(100_000)).details).toEqual([{ path: "body", message: tooMany }]);
});

test("4,000 values are taken, one more is 400, whatever they are and wherever they stand", () => {
  const list = (count: number) => `{"a":[${Array(count).fill("{}").join(",")}]}`;
  const keys = (count: number) => `{${Array.from({ length: count }, (_, n) => `"${n}":0`).join(",")}}`;
  expect(parse(list(1998))).toHaveProperty("a");
  expect(parse(keys(3998))).toHaveProperty("3997");
  for (const text of [list(2000), keys(4000), `[${"0,".repeat(4000)}0]`, `{"a":0${',"a":0'.repeat(4000)}}`])
    expect(refusal(text).details).toEqual([{ path: "body", message: tooMany }]);
});

test("commas and brackets in strings are no values, whatever is escaped there", () => {
  const text = `${",[{".repeat(2000)}"\\${"\\".repeat(3)}",[{`;
  expect(parse(JSON.stringify({ a: text, [text]: 1 }))).toEqual({ a: text, [text]: 1 });
});

test("the fullest metadata that is not too long is not too much", () => {
  const metadata = { a: Array(1361).fill([]) };
  expect(JSON.stringify(metadata).length).toBeGreaterThan(4080);
  const pictures = Array.from({ length: 5 }, (_, index) => ({ jobId: "j", index }));
  expect(parse(JSON.stringify({ prompt: "x", inputs: pictures, metadata }, null, 2))).toHaveProperty("metadata");
});

test("what is refused is never quoted: it may hold a password", () => {
  const error = refusal('{"password":"hunter2" "x"}');
  expect(JSON.stringify([error.message, error.details, String(error.cause), error.stack])).not.toContain("hunter2");
});

test("however much is wrong, the answer stays small", () => {
  const error = refusal(`{"${"k".repeat(500_000)}":"\\ud800"}`);
  expect(JSON.stringify([error.message, error.details]).length).toBeLessThan(2000);
});

function parse(text: string, headers: Record<string, string> = json) {
  return parseJsonBody({ headers, body: Buffer.from(text) });
}

function refusal(text: string, headers: Record<string, string> = json): AppError {
  try {
    parse(text, headers);
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
  throw new Error("the body was taken");
}
