// A body in pieces: each costs as much as some hundred bytes, however short it is.
import { afterAll, beforeAll, expect, test } from "vitest";
import { ok } from "../../shared/http/results.ts";
import { type Api, startApi } from "../http/api.ts";
import { anything } from "../http/functions.ts";
import { openRaw } from "./raw-connection.ts";

const host = "Host: localhost\r\n";
let api: Api;
let bodies: number[] = [];

beforeAll(async () => {
  api = await startApi({
    functions: [
      anything("POST", "/echo", async ({ body }) => {
        bodies.push(JSON.stringify(body).length);
        return ok(body);
      }),
    ],
  });
});
afterAll(() => api.close());

const tiny = (count: number, text: string) => {
  const chunks = text.match(new RegExp(`.{1,${Math.ceil(text.length / count)}}`, "g")) ?? [];
  const framed = chunks.map((chunk) => `${chunk.length.toString(16)}\r\n${chunk}\r\n`);
  const head = `POST /api/v1/echo HTTP/1.1\r\n${host}Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n`;
  return { pieces: chunks.length, sent: `${head}${framed.join("")}0\r\n\r\n` };
};

test("a body in a million pieces is refused in words, and its connection goes with it", async () => {
  bodies = [];
  const raw = await openRaw(api.port);
  raw.write(tiny(1_000_000, `{"a":"${"x".repeat(999_992)}"}`).sent);
  expect(await raw.until('"data":null')).toMatch(/^HTTP\/1\.1 400 /);
  expect(raw.received()).toContain("body comes in too many pieces");
  expect(raw.received()).toContain("Connection: close");
  expect(bodies).toEqual([]);
  raw.socket.destroy();
});

test.each([
  ["a thousand pieces of a byte", 1000, 992],
  ["many pieces of a usual length", 2000, 999_992],
])("a body in %s is taken", async (_name, pieces, length) => {
  const body = tiny(pieces, `{"a":"${"x".repeat(length)}"}`);
  expect(body.pieces).toBe(pieces);
  const raw = await openRaw(api.port);
  raw.write(body.sent);
  expect(await raw.until('"code":0')).toMatch(/^HTTP\/1\.1 200 /);
  raw.socket.destroy();
});
