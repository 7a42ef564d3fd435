// How the page is served: small, kept by browsers, under a policy that no script of anybody else gets through.
import { brotliCompressSync, brotliDecompressSync } from "node:zlib";
import { afterAll, beforeAll, expect, test } from "vitest";
import { buildPage } from "../../scripts/page/build-page.ts";
import type { Product } from "../api/local.ts";
import { startStudio } from "./studio.ts";

let studio: Product;
beforeAll(async () => {
  studio = await startStudio();
});
afterAll(() => studio?.close());

const get = (path: string, init: RequestInit = {}) => fetch(studio.url + path, { redirect: "manual", ...init });

test("the same sources give the same files, to the byte", async () => {
  const [first, second] = [await buildPage(), await buildPage()];
  expect([...second.keys()]).toEqual([...first.keys()]);
  for (const [path, { bytes }] of first)
    expect([path, Buffer.compare(bytes, second.get(path)?.bytes ?? new Uint8Array())]).toEqual([path, 0]);
});

test("all scripts of a first load are under 120 KB, compressed", async () => {
  const files = await buildPage();
  const index = Buffer.from(files.get("index.html")?.bytes ?? "").toString();
  const [, entry = ""] = /src="(assets\/[^"]+\.js)"/.exec(index) ?? [];
  // What the entry imports by itself, and what those import; parts that are loaded later are no part of the first load.
  const wanted = new Set([entry]);
  for (const path of wanted) {
    const text = Buffer.from(files.get(path)?.bytes ?? "").toString();
    for (const [, name] of text.matchAll(/(?:from|import)"\.\/([^"]+\.js)"/g)) wanted.add(`assets/${name}`);
  }
  const sizes = [...wanted].map((path) => brotliCompressSync(files.get(path)?.bytes ?? "").byteLength);
  const total = sizes.reduce((sum, size) => sum + size, 0);
  expect(total).toBeGreaterThan(10_000);
  expect(total).toBeLessThan(120_000);
});

test("the page is looked at anew each time, under a policy; what it loads is kept for good under names of its content", async () => {
  const index = await get("/");
  expect([index.status, index.headers.get("content-type"), index.headers.get("cache-control")]).toEqual([
    200,
    "text/html; charset=utf-8",
    "no-cache",
  ]);
  const policy = index.headers.get("content-security-policy") ?? "";
  for (const rule of [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ])
    expect(policy.split("; ")).toContain(rule);
  expect(policy).not.toMatch(/unsafe|\*/);
  const html = await index.text();
  expect(html).not.toMatch(/style=|<script>|onload|onclick/);
  const [, script = ""] = /src="([^"]+)"/.exec(html) ?? [];
  const asset = await get(`/${script}`, { headers: { "accept-encoding": "br" } });
  expect([
    asset.headers.get("content-encoding"),
    asset.headers.get("cache-control"),
    asset.headers.get("x-content-type-options"),
  ]).toEqual(["br", "public, max-age=31536000, immutable", "nosniff"]);
  const again = await get(`/${script}`, {
    headers: { "if-none-match": asset.headers.get("etag") ?? "", "accept-encoding": "br" },
  });
  expect(again.status).toBe(304);
});

test("a browser that takes no brotli gets the same bytes plain, under another tag", async () => {
  const html = await (await get("/")).text();
  const [, script = ""] = /src="([^"]+)"/.exec(html) ?? [];
  const [plain, small] = await Promise.all(["identity", "br"].map((coding) => raw(`/${script}`, coding)));
  expect(plain?.coding).toBeNull();
  expect(brotliDecompressSync(small?.body ?? "").equals(plain?.body ?? Buffer.alloc(0))).toBe(true);
  expect(plain?.etag).not.toBe(small?.etag);
});

test("another name of this machine is sent to the one that files have; other hosts and paths are left alone", async () => {
  const { port } = new URL(studio.url);
  const sent = await fetch(`http://localhost:${port}/`, { redirect: "manual" });
  expect([sent.status, sent.headers.get("location")]).toEqual([308, `${studio.url}/`]);
  expect((await fetch(`http://localhost:${port}/api/v1/health`)).status).toBe(200);
  expect((await get("/nothing-here")).status).toBe(404);
  expect((await get("/assets/../../package.json")).status).toBe(404);
  expect((await get("/assets/nothing.js")).status).toBe(404);
  const posted = await get("/", { method: "POST" });
  expect([posted.status, posted.headers.get("allow")]).toEqual([405, "GET, HEAD"]);
  const head = await get("/", { method: "HEAD" });
  expect([head.status, await head.text()]).toEqual([200, ""]);
});

async function raw(path: string, coding: string) {
  const { request } = await import("node:http");
  return new Promise<{ coding: string | null; etag: string | undefined; body: Buffer }>((resolve, reject) => {
    const asked = request(studio.url + path, { headers: { "accept-encoding": coding } }, (response) => {
      const pieces: Buffer[] = [];
      response.on("data", (piece) => pieces.push(piece));
      response.on("end", () =>
        resolve({
          coding: response.headers["content-encoding"] ?? null,
          etag: response.headers.etag,
          body: Buffer.concat(pieces),
        }),
      );
    });
    asked.on("error", reject).end();
  });
}
