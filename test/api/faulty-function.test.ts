// F68: a function that throws spoils its own request and no other.
import { afterAll, beforeAll, expect, test } from "vitest";
import { anything, declared } from "../http/functions.ts";
import { type Product, startProduct } from "./local.ts";
import type { User } from "./user.ts";

let product: Product;
let user: User;

beforeAll(async () => {
  const faulty = anything("POST", "/faulty", async ({ body }) => {
    if (body.isFine) return { status: 200, data: body, headers: {} };
    throw new TypeError("secret: /etc/dream-factory/key.pem");
  });
  const rude = declared("GET", "/rude", () => {
    throw "not even an error";
  });
  product = await startProduct({ functions: [faulty, rude] });
  user = await product.register();
});
afterAll(() => product.close());

test("F68: of 40 requests at once those that throw are 500 with a request id and no reason, the others are served", async () => {
  const answers = await Promise.all(
    Array.from({ length: 40 }, (_, i) => user.call("POST", "/faulty", { json: { isFine: i % 2 === 0 } })),
  );
  expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 40 }, (_, i) => (i % 2 === 0 ? 200 : 500)));
  const failures = answers.filter(({ status }) => status === 500);
  for (const { body, headers } of failures) {
    expect(body.error).toEqual({ type: "internal", requestId: headers.get("x-request-id"), details: [] });
    expect(JSON.stringify(body)).not.toMatch(/secret|key\.pem|TypeError/);
  }
  expect(new Set(failures.map(({ body }) => body.error.requestId)).size).toBe(20);
});

test("F68: a function that throws what is no error, before it began, is a 500 too", async () => {
  const { status, body } = await user.call("GET", "/rude");
  expect([status, body.error.type]).toEqual([500, "internal"]);
  expect((await user.call("GET", "/credits")).status).toBe(200);
});
