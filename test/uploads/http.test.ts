// Uploads over HTTP, through the whole product: announced, sent straight to the store, checked, served.
import { createHash } from "node:crypto";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openFolderStore } from "../../shared/stores/folder.ts";
import { type Product, startProduct } from "../api/local.ts";
import { type ShownJob, type User, until } from "../api/user.ts";
import { tinyPng } from "../jobs/tiny-png.ts";
import { noise } from "../media/media-samples.ts";
import { sendForm } from "./sending.ts";

let product: Product;
let user: User;
const png = await noise(4).png().toBuffer();
const app = "https://app.example.com";

beforeAll(async () => {
  product = await startProduct({ environment: { CORS_ORIGINS: app } });
  user = await product.register();
});
afterAll(() => product.close());

async function announce(by: User, bytes: Uint8Array, contentType = "image/png"): Promise<ShownJob> {
  const json = { filename: "湖.png", contentType, size: bytes.length };
  const { status, body } = await by.call("POST", "/uploads", { json });
  expect([status, body.message]).toEqual([201, "success"]);
  return body.data;
}

function read(by: User, uploadId: string) {
  return by.call("GET", `/uploads/${uploadId}`);
}

async function final(by: User, uploadId: string): Promise<ShownJob> {
  return until(
    async () => (await read(by, uploadId)).body.data,
    ({ status }) => status !== "pending",
  );
}

describe("a picture", () => {
  test("is announced, sent, checked and served, with the type and the headers of every output", async () => {
    const json = { filename: "lake.png", contentType: "image/png", size: png.length };
    const { status, headers, body } = await user.call("POST", "/uploads", { json });
    const { uploadId, key, upload, expiresAt } = body.data;
    expect(status).toBe(201);
    expect(Object.keys(body.data).toSorted()).toEqual(["expiresAt", "key", "upload", "uploadId"]);
    expect(headers.get("location")).toBe(`/api/v1/uploads/${uploadId}`);
    expect(key).toBe(`temp/uploads/${user.userId}/${uploadId}`);
    expect(Date.parse(expiresAt) - Date.now()).toBeGreaterThan(14 * 60_000);
    expect((await read(user, uploadId)).body.data).toEqual({ uploadId, status: "pending" });

    expect((await sendForm(upload, png)).status).toBe(204);
    const done = await final(user, uploadId);
    const url = `${product.url}/media/users/${user.userId}/uploads/${uploadId}.png`;
    expect(done).toEqual({ uploadId, status: "ready", url });
    const answer = await fetch(url);
    expect(Buffer.from(await answer.arrayBuffer()).equals(png)).toBe(true);
    expect(answer.headers.get("content-type")).toBe("image/png");
    expect(answer.headers.get("cache-control")).toBe("public, max-age=31536000, immutable");
    expect(answer.headers.get("x-content-type-options")).toBe("nosniff");
    expect(answer.headers.get("content-security-policy")).toContain("sandbox");
    const left = () => product.files().then((files) => files.filter((path) => path.includes("temp/")));
    expect(await until(left, (files) => files.length === 0)).toEqual([]);
  });

  test("can be sent once: a second file is refused, and while the first is gone already, it changes nothing", async () => {
    const { uploadId, upload } = await announce(user, png);
    const answers = await Promise.all([sendForm(upload, png), sendForm(upload, png)]);
    expect(answers.map(({ status }) => status)).toContain(204);
    const { url } = await final(user, uploadId);
    const other = Buffer.from(png);
    other.writeUInt8(0, 60);
    await sendForm(upload, other);
    const left = () => product.files().then((files) => files.filter((path) => path.includes("temp/")));
    await until(left, (files) => files.length === 0);
    const kept = Buffer.from(await (await fetch(url)).arrayBuffer());
    expect(createHash("sha256").update(kept).digest("hex")).toBe(createHash("sha256").update(png).digest("hex"));
    expect((await read(user, uploadId)).body.data).toMatchObject({ status: "ready", url });
  });

  test("is checked after a restart, when nobody heard of its arrival", async () => {
    const { uploadId, key } = await announce(user, png);
    await product.restart({
      async between() {
        const directory = join(product.dataDir, "objects");
        const store = await openFolderStore({ directory, baseUrl: "http://127.0.0.1/" });
        await store.put(key, png, { ifAbsent: true });
      },
    });
    expect(await final(user, uploadId)).toMatchObject({ status: "ready" });
  });

  test("that was announced before a restart can still be sent behind it", async () => {
    const { uploadId, upload } = await announce(user, png);
    await product.restart();
    const url = `${product.url}/media/`;
    expect((await sendForm({ ...upload, url }, png)).status).toBe(204);
    expect(await final(user, uploadId)).toMatchObject({ status: "ready" });
  });
});

describe("what is no picture", () => {
  test("is rejected with a reason, and is nowhere to be had", async () => {
    const html = Buffer.from("<!doctype html><script>alert(1)</script>");
    const { uploadId, upload, key } = await announce(user, html);
    expect((await sendForm(upload, html)).status).toBe(204);
    const reason = "Expected an image (PNG), but found HTML.";
    expect(await final(user, uploadId)).toEqual({ uploadId, status: "rejected", reason });
    for (const path of [key, `users/${user.userId}/uploads/${uploadId}.png`]) {
      expect((await fetch(`${product.url}/media/${path}`)).status).toBe(404);
    }
  });

  test("is refused by the store when it is not what was announced", async () => {
    const { uploadId, upload } = await announce(user, png);
    expect((await sendForm(upload, Buffer.concat([png, png]))).status).toBe(413);
    expect((await sendForm(upload, png.subarray(1))).status).toBe(400);
    expect((await read(user, uploadId)).body.data.status).toBe("pending");
  });
});

describe("somebody else", () => {
  test("does not find it, and neither does anybody who is not logged in", async () => {
    const other = await product.register();
    const { uploadId } = await announce(user, png);
    expect((await read(other, uploadId)).status).toBe(404);
    expect(JSON.stringify((await read(other, uploadId)).body)).not.toContain(uploadId);
    expect((await product.call("GET", `/uploads/${uploadId}`)).status).toBe(401);
    expect((await product.call("POST", "/uploads", { json: {} })).status).toBe(401);
    expect((await read(other, "not-an-id")).status).toBe(404);
  });
});

describe("an announcement", () => {
  const good = { filename: "lake.png", contentType: "image/png", size: 100 };
  test.each([
    ["no name", { ...good, filename: undefined }, "filename"],
    ["an empty name", { ...good, filename: "" }, "filename"],
    ["a name without end", { ...good, filename: "x".repeat(256) }, "filename"],
    ["SVG", { ...good, contentType: "image/svg+xml" }, "contentType"],
    ["GIF", { ...good, contentType: "image/gif" }, "contentType"],
    ["a video", { ...good, contentType: "video/mp4" }, "contentType"],
    ["a type that only begins like one of ours", { ...good, contentType: "image/pngx" }, "contentType"],
    ["nothing", { ...good, size: 0 }, "size"],
    ["less than nothing", { ...good, size: -1 }, "size"],
    ["half a byte", { ...good, size: 0.5 }, "size"],
    ["a size as text", { ...good, size: "100" }, "size"],
    ["more than 10 MB", { ...good, size: 10 * 1024 * 1024 + 1 }, "size"],
    ["an unknown key", { ...good, key: "users/x" }, "key"],
  ])("of %s is refused, and says where", async (_, json, path) => {
    const { status, body } = await user.call("POST", "/uploads", { json });
    expect([status, body.error.type]).toEqual([400, "invalid_request"]);
    expect(body.error.details.map((detail: { path: string }) => detail.path)).toContain(path);
  });

  test.each([
    ["IMAGE/PNG", "image/png"],
    ["image/jpg", "image/jpeg"],
    ["Image/JPG", "image/jpeg"],
    ["image/jpeg; charset=binary", "image/jpeg"],
  ])("of %s is one of %s, and what is sent as either is taken", async (contentType, registered) => {
    const bytes = registered === "image/png" ? tinyPng : await noise(3).jpeg().toBuffer();
    const { status, body } = await user.call("POST", "/uploads", {
      json: { filename: "lake", contentType, size: bytes.length },
    });
    expect(status).toBe(201);
    const { url, fields } = body.data.upload;
    expect(fields["Content-Type"]).toBe(registered);
    const form = new FormData();
    for (const [name, value] of Object.entries<string>(fields)) form.set(name, value);
    form.set("file", new Blob([Uint8Array.from(bytes)], { type: contentType }));
    expect((await fetch(url, { method: "POST", body: form })).status).toBe(204);
  });

  test("of exactly 10 MB, and in snake_case, is taken", async () => {
    const json = { filename: "lake.webp", content_type: "image/webp", size: 10 * 1024 * 1024 };
    expect((await user.call("POST", "/uploads", { json })).status).toBe(201);
  });

  test("is refused with Retry-After when 20 are pending, however many come at once", async () => {
    const busy = await product.register();
    const json = { filename: "lake.png", contentType: "image/png", size: tinyPng.length };
    const answers = await Promise.all(Array.from({ length: 40 }, () => busy.call("POST", "/uploads", { json })));
    const [taken, refused] = [201, 429].map((status) => answers.filter((answer) => answer.status === status));
    expect([taken?.length, refused?.length]).toEqual([20, 20]);
    expect(refused?.every(({ headers }) => Number(headers.get("retry-after")) > 0)).toBe(true);
    const [{ uploadId, upload }] = taken?.map(({ body }) => body.data) ?? [];
    await sendForm(upload, tinyPng);
    await final(busy, uploadId);
    const again = async () => (await busy.call("POST", "/uploads", { json })).status;
    expect(await until(again, (status) => status === 201)).toBe(201);
    expect(await again()).toBe(429);
  });
});

test("a page that may call the API may send the file from a browser", async () => {
  const { upload } = await announce(user, png);
  const headers = { origin: app, "access-control-request-method": "POST" };
  const asked = await fetch(upload.url, { method: "OPTIONS", headers });
  expect([asked.status, asked.headers.get("access-control-allow-origin")]).toEqual([204, app]);
  const sent = await sendForm(upload, png, { origin: app });
  expect([sent.status, sent.headers.get("access-control-allow-origin")]).toEqual([204, app]);
});
