import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { loopbackOrigins } from "../../shared/runtime/local/loopback-origins.ts";
import { type Product, startProduct } from "../api/local.ts";
import { tinyPng } from "../jobs/tiny-png.ts";

describe("origins of this very server", () => {
  test.each([
    ["http://127.0.0.1:3000", ["http://127.0.0.1:3000", "http://localhost:3000"]],
    ["http://localhost", ["http://localhost", "http://127.0.0.1", "http://[::1]"]],
    ["http://[::1]:8080/base", ["http://[::1]:8080", "http://localhost:8080"]],
    ["https://localhost:3000", []],
    ["http://0.0.0.0:3000", []],
    ["http://192.168.1.2:3000", []],
    ["https://api.example.com", []],
    ["http://localhost.example.com:3000", []],
  ])("of %s are %j", (url, origins) => {
    expect(loopbackOrigins(url)).toEqual(origins);
  });
});

describe("a page that was opened at http://localhost", () => {
  let product: Product;
  beforeAll(async () => {
    product = await startProduct();
  });
  afterAll(() => product.close());

  const page = () => `http://localhost:${new URL(product.url).port}`;

  test("sends a file with XHR's own preflight, and reads that it was taken; so does one at http://127.0.0.1", async () => {
    const user = await product.register();
    for (const origin of [page(), product.url]) {
      const file = { filename: "a.png", contentType: "image/png", size: tinyPng.byteLength };
      const asked = await user.call("POST", "/uploads", { json: file, headers: { origin } });
      expect([asked.status, asked.headers.get("access-control-allow-origin")]).toEqual([201, origin]);
      const { url, fields } = asked.body.data.upload;
      // A listener for progress makes it a request that is asked about before.
      const preflight = await fetch(url, {
        method: "OPTIONS",
        headers: { origin, "access-control-request-method": "POST" },
      });
      expect([preflight.status, preflight.headers.get("access-control-allow-origin")]).toEqual([204, origin]);
      expect(preflight.headers.get("access-control-allow-methods")).toContain("POST");
      const form = new FormData();
      for (const [name, value] of Object.entries(fields)) form.append(name, String(value));
      form.append("file", new Blob([tinyPng], { type: "image/png" }), "a.png");
      const sent = await fetch(url, { method: "POST", body: form, headers: { origin } });
      expect([sent.status, sent.headers.get("access-control-allow-origin")]).toEqual([204, origin]);
    }
  });

  test("reads the API and its preflights; a page of any other origin reads nothing", async () => {
    const { port } = new URL(product.url);
    const others = [`http://localhost:${Number(port) + 1}`, `https://localhost:${port}`, "http://evil.example", "null"];
    for (const origin of [page(), product.url, ...others]) {
      const allowed = others.includes(origin) ? null : origin;
      const answer = await product.call("GET", "/ai/models", { headers: { origin } });
      expect([answer.status, answer.headers.get("access-control-allow-origin")]).toEqual([200, allowed]);
      const preflight = await fetch(`${product.url}/api/v1/jobs`, {
        method: "OPTIONS",
        headers: { origin, "access-control-request-method": "GET", "access-control-request-headers": "authorization" },
      });
      expect(preflight.headers.get("access-control-allow-origin")).toBe(allowed);
    }
  });
});
