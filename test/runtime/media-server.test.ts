import { once } from "node:events";
import { readdirSync } from "node:fs";
import { symlink } from "node:fs/promises";
import { connect } from "node:net";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { AppError } from "../../shared/errors/app-error.ts";
import type { ObjectStore } from "../../shared/ports/object-store.ts";
import { openFolderStore } from "../../shared/stores/folder.ts";
import { eventually } from "../patience.ts";
import { temporaryFolder } from "../stores/temporary-folder.ts";
import { type MediaServer, startMediaServer } from "./serving-media.ts";

const user = "users/01890000-0000-7000-8000-000000000000";
const key = `${user}/jobs/01890000-0000-7000-8000-000000000001/image-1-0.png`;
const content = "0123456789";
const directory = temporaryFolder();
let store: ObjectStore;
let server: MediaServer;

beforeEach(async () => {
  server = await startMediaServer(() => store);
  store = await openFolderStore({ directory: directory(), baseUrl: server.baseUrl });
  await store.put(key, Buffer.from(content));
});
afterEach(() => server.end());

const get = (headers: Record<string, string> = {}, method = "GET") => fetch(server.baseUrl + key, { method, headers });

/** Sends the path as it is written here, which fetch would tidy, and gives the whole answer. */
async function raw(path: string, method = "GET"): Promise<string> {
  const socket = connect(server.port, "127.0.0.1");
  socket.write(`${method} ${path} HTTP/1.1\r\nhost: media\r\nconnection: close\r\n\r\n`);
  return text(socket);
}

describe("GET", () => {
  test("gives the object, with headers under which it may be kept for ever and shown anywhere but do nothing", async () => {
    const info = await store.head(key);
    const answer = await get();
    expect(answer.status).toBe(200);
    expect(await answer.text()).toBe(content);
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      "accept-ranges": "bytes",
      "access-control-allow-origin": "*",
      "cache-control": "public, max-age=31536000, immutable",
      "content-length": "10",
      "content-security-policy": "sandbox; default-src 'none'",
      "content-type": "image/png",
      "cross-origin-resource-policy": "cross-origin",
      etag: `"${info?.etag}"`,
      "last-modified": new Date(info?.modifiedAt ?? 0).toUTCString(),
      "x-content-type-options": "nosniff",
    });
  });

  test("with ?download= says that the file is to be saved, whole, in part and where it is known already", async () => {
    const url = `${server.baseUrl}${key}?download=${encodeURIComponent('夜"\r\nX-Evil: 1')}`;
    const etag = (await get()).headers.get("etag") ?? "";
    const answers = [
      await fetch(url),
      await fetch(url, { method: "HEAD" }),
      await fetch(url, { headers: { range: "bytes=2-4" } }),
      await fetch(url, { headers: { "if-none-match": etag } }),
    ];
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 206, 304]);
    for (const { headers } of answers) {
      expect(headers.get("content-disposition")).toBe(
        `attachment; filename="_ X-Evil_ 1.png"; filename*=UTF-8''${encodeURIComponent("夜 X-Evil")}%201.png`.replace(
          "X-Evil_ 1",
          "X-Evil 1",
        ),
      );
      expect(headers.get("x-evil")).toBeNull();
    }
    expect((await get()).headers.get("content-disposition")).toBeNull();
    expect((await fetch(`${server.baseUrl}${key}?download=`)).headers.get("content-disposition")).toContain(
      '"download.png"',
    );
  });

  test("gives octets when the key does not say what it is", async () => {
    await store.put(`${user}/jobs/1/a.html`, Buffer.from("<script>"));
    const answer = await fetch(`${server.baseUrl}${user}/jobs/1/a.html`);
    expect(answer.headers.get("content-type")).toBe("application/octet-stream");
    expect(await answer.text()).toBe("<script>");
  });

  test("gives an empty object, uploads too, and does not mind a query", async () => {
    await store.put(`${user}/uploads/1.jpg`, Buffer.alloc(0));
    const answer = await fetch(`${server.baseUrl}${user}/uploads/1.jpg?width=10`);
    expect([answer.status, answer.headers.get("content-length"), await answer.text()]).toEqual([200, "0", ""]);
  });

  test("decodes the path once", async () => {
    expect(await raw(`/media/${key.replace("image", "%69mage")}`)).toContain("200 OK");
    expect(await raw(`/media/${key.replace("image", "%2569mage")}`)).toContain("404 Not Found");
  });
});

describe("a range", () => {
  test.each([
    ["bytes=0-0", "0", "bytes 0-0/10"],
    ["bytes=9-9", "9", "bytes 9-9/10"],
    ["bytes=2-5", "2345", "bytes 2-5/10"],
    ["bytes=7-", "789", "bytes 7-9/10"],
    ["bytes=0-", content, "bytes 0-9/10"],
    ["bytes=5-99999999999999999999", "56789", "bytes 5-9/10"],
    ["bytes=-3", "789", "bytes 7-9/10"],
    ["bytes=-10", content, "bytes 0-9/10"],
    ["bytes=-99999999999999999999", content, "bytes 0-9/10"],
    ["Bytes=1-1", "1", "bytes 1-1/10"],
  ])("%s gives %s", async (range, part, contentRange) => {
    const answer = await get({ range });
    expect(answer.status).toBe(206);
    expect(answer.headers.get("content-range")).toBe(contentRange);
    expect(answer.headers.get("content-length")).toBe(String(part.length));
    expect(answer.headers.get("content-type")).toBe("image/png");
    expect(answer.headers.get("etag")).toMatch(/^".+"$/);
    expect(await answer.text()).toBe(part);
  });

  test.each(["bytes=10-", "bytes=10-20", "bytes=99999999999999999999-", "bytes=-0"])(
    "%s lies behind the end",
    async (range) => {
      const answer = await get({ range });
      expect(answer.status).toBe(416);
      expect(answer.headers.get("content-range")).toBe("bytes */10");
      expect(answer.headers.get("cache-control")).toBe("no-store");
      expect(await answer.text()).toBe("");
    },
  );

  test.each([
    "bytes=0-1,3-4",
    "bytes=5-2",
    "bytes=-",
    "bytes=a-b",
    "bytes=1.5-2",
    "bytes= 1-2",
    "lines=1-2",
    "1-2",
    "bytes",
  ])("%s is ignored", async (range) => {
    const answer = await get({ range });
    expect([answer.status, await answer.text()]).toEqual([200, content]);
    expect(answer.headers.get("content-range")).toBeNull();
  });

  test("of an empty object lies behind the end", async () => {
    await store.put(key, Buffer.alloc(0));
    for (const range of ["bytes=0-", "bytes=0-0", "bytes=-1"]) {
      const answer = await get({ range });
      expect([answer.status, answer.headers.get("content-range")]).toEqual([416, "bytes */0"]);
    }
  });

  test("is given when If-Range names this state of the object, else all of it", async () => {
    const { headers } = await get({}, "HEAD");
    const etag = headers.get("etag") ?? "";
    const date = headers.get("last-modified") ?? "";
    const statusFor = async (ifRange: string) => (await get({ range: "bytes=0-0", "if-range": ifRange })).status;
    expect([await statusFor(etag), await statusFor(date)]).toEqual([206, 206]);
    const others = [`W/${etag}`, '"another"', "Thu, 01 Jan 1970 00:00:00 GMT", "*", etag.slice(1, -1)];
    expect(await Promise.all(others.map(statusFor))).toEqual([200, 200, 200, 200, 200]);
    expect((await get({ range: "bytes=10-", "if-range": '"another"' })).status).toBe(200);
  });
});

describe("If-None-Match", () => {
  test("is answered with 304 and no body when the client has the object", async () => {
    const etag = (await get({}, "HEAD")).headers.get("etag") ?? "";
    for (const known of [etag, `W/${etag}`, `"another", ${etag}`, "*"]) {
      for (const method of ["GET", "HEAD"]) {
        const answer = await get({ "if-none-match": known }, method);
        expect([answer.status, await answer.text()]).toEqual([304, ""]);
        expect(answer.headers.get("etag")).toBe(etag);
        expect(answer.headers.get("cache-control")).toContain("immutable");
        expect(answer.headers.get("content-length")).toBeNull();
      }
    }
    expect((await get({ "if-none-match": etag, range: "bytes=99-" })).status).toBe(304);
  });

  test("changes nothing when the client has another object, or the object was replaced", async () => {
    const etag = (await get({}, "HEAD")).headers.get("etag") ?? "";
    expect((await get({ "if-none-match": '"another"' })).status).toBe(200);
    expect((await get({ "if-none-match": etag.slice(1, -1) })).status).toBe(200);
    await store.put(key, Buffer.from("9876543210"));
    expect(await (await get({ "if-none-match": etag })).text()).toBe("9876543210");
  });
});

test("HEAD gives the headers of the whole object, whatever range it asks for", async () => {
  const headersOf = (answer: Response) => {
    const { connection, "keep-alive": _, date, ...headers } = Object.fromEntries(answer.headers);
    return headers;
  };
  const whole = headersOf(await get());
  for (const headers of [{}, { range: "bytes=0-0" }, { range: "bytes=99-" }]) {
    const answer = await get(headers, "HEAD");
    expect(answer.status).toBe(200);
    expect(headersOf(answer)).toEqual(whole);
    expect(await answer.text()).toBe("");
  }
});

describe("404 is the answer", () => {
  const notFound = /^HTTP\/1.1 404 Not Found\r\n/;

  test("for what is absent, as JSON that is not to be kept", async () => {
    const answer = await fetch(`${server.baseUrl}${user}/jobs/nothing.png`);
    expect(answer.status).toBe(404);
    expect(answer.headers.get("content-type")).toMatch("application/json");
    expect(answer.headers.get("cache-control")).toBe("no-store");
    expect(await answer.json()).toEqual({
      code: 404,
      message: expect.any(String),
      data: null,
      error: { type: "not_found", requestId: "request-1", details: [] },
    });
    const head = await fetch(`${server.baseUrl}${user}/jobs/nothing.png`, { method: "HEAD" });
    expect([head.status, await head.text()]).toEqual([404, ""]);
  });

  test.each(["temp/outputs/1", "temp/tickets/1", "other/1", `${user}/private/1`, "users/short/jobs/1"])(
    "for what is there and not public: %s",
    async (hidden) => {
      await store.put(hidden, Buffer.from("hidden"));
      const answer = await raw(`/media/${hidden}`);
      expect(answer).toMatch(notFound);
      expect(answer).not.toContain("hidden");
      expect(answer).not.toContain(hidden);
    },
  );

  test.each([
    `${user}/jobs/../../../temp/outputs/1`,
    `${user}/jobs/%2e%2e/%2e%2e/%2e%2e/temp/outputs/1`,
    `${user}/jobs/..%2f..%2f..%2ftemp/outputs/1`,
    `${user}/jobs/%252e%252e/%252e%252e/%252e%252e/temp/outputs/1`,
    `${user}/jobs/..%5c..%5c..%5ctemp/outputs/1`,
    `${user}/jobs/../../../../secret`,
    `${user}/jobs//../../../temp/outputs/1`,
    `${user}/jobs/./1`,
    `${user}/jobs/`,
    `${user}/jobs`,
    `${user}/jobs/link/passwd`,
    `${user}/jobs/passwd`,
    `${user}/jobs/1%00.png`,
    `${user}/jobs/1%0a`,
    `${user}/jobs/%e0%a4%a`,
    `${user}/jobs/%`,
    `${user}/jobs/${"a".repeat(600)}`,
    "~staging/1",
    "%7estaging/1",
    "../secret",
    "..%2fsecret",
    "",
  ])("for a path that leads elsewhere or is malformed: %s", async (path) => {
    await store.put("temp/outputs/1", Buffer.from("secret"));
    await symlink("/etc", join(directory(), user, "jobs", "link"));
    await symlink("/etc/passwd", join(directory(), user, "jobs", "passwd"));
    expect(await raw(`/media/${path}`)).toMatch(notFound);
  });

  test.each(["/", "/media", `/Media/${key}`, `//media/${key}`, `/other/${key}`])(
    "for %s, which is elsewhere",
    async (path) => {
      expect(await raw(path)).toMatch(notFound);
    },
  );
});

test.each(["POST", "PUT", "DELETE", "PATCH"])("%s is not allowed, whatever is there", async (method) => {
  for (const path of [key, "temp/outputs/1"]) {
    const answer = await fetch(server.baseUrl + path, { method });
    expect(answer.status).toBe(405);
    expect(answer.headers.get("allow")).toBe("GET, HEAD, OPTIONS");
    expect(await answer.json()).toMatchObject({ code: 405, error: { type: "method_not_allowed" } });
  }
  expect(await store.head(key)).not.toBeNull();
});

test("OPTIONS lets a page of any origin ask for a part, and does not tell what is there", async () => {
  for (const path of [key, "temp/outputs/1", "users/x"]) {
    const asked = { origin: "https://example.com", "access-control-request-method": "GET" };
    const headers = { ...asked, "access-control-request-headers": "range" };
    const answer = await fetch(server.baseUrl + path, { method: "OPTIONS", headers });
    expect([answer.status, await answer.text()]).toEqual([204, ""]);
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      allow: "GET, HEAD, OPTIONS",
      "access-control-allow-origin": "*",
      "access-control-allow-methods": "GET, HEAD, OPTIONS",
      "access-control-allow-headers": expect.stringContaining("Range"),
      "x-content-type-options": "nosniff",
    });
  }
});

describe("a large object", () => {
  const size = 32 * 1024 * 1024;
  const openFiles = () => readdirSync("/proc/self/fd").filter((fd) => Number(fd) > 2).length;

  /** A client that has read the beginning of the object and reads no further. */
  async function pausedClient() {
    const socket = connect(server.port, "127.0.0.1").pause();
    socket.write(`GET /media/${key} HTTP/1.1\r\nhost: media\r\n\r\n`);
    await eventually(() => expect(server.responses.at(-1)?.writableNeedDrain).toBe(true));
    return socket;
  }

  beforeEach(async () => {
    await store.put(key, Buffer.alloc(size, "x"));
  });

  test("is read no faster than the client takes it, and arrives whole", async () => {
    let sent = 0;
    const counted = store;
    store = {
      ...counted,
      async get(...query) {
        const stored = await counted.get(...query);
        if (!stored) return null;
        async function* body() {
          for await (const chunk of stored?.body ?? []) {
            sent += chunk.byteLength;
            yield chunk;
          }
        }
        return { ...stored, body: Object.assign(body(), { destroy: () => stored.body.destroy() }) };
      },
    };
    const socket = await pausedClient();
    // Time in which a server that does not wait would have read on.
    for (let n = 0; n < 100; n++) await counted.probe();
    expect(sent).toBeLessThan(size / 2);
    let received = 0;
    for await (const chunk of socket) {
      received += chunk.byteLength;
      if (received > size) break;
    }
    expect(sent).toBe(size);
  });

  test("is closed when the client goes away, and that is no failure", async () => {
    const before = openFiles();
    const sockets = [await pausedClient(), await pausedClient()];
    expect(openFiles()).toBeGreaterThan(before);
    for (const socket of sockets) socket.destroy();
    await eventually(() => expect(openFiles()).toBeLessThanOrEqual(before));
    expect(server.logged()).toBe("");
    expect((await get({ range: "bytes=0-0" })).status).toBe(206);
  });

  test("is closed when the client went away before it was opened, and that is no failure either", async () => {
    const before = openFiles();
    const whole = store;
    const asked = Promise.withResolvers<void>();
    store = {
      ...whole,
      async get(...query) {
        asked.resolve();
        await once(server.responses.at(-1) ?? socket, "close");
        return whole.get(...query);
      },
    };
    const socket = connect(server.port, "127.0.0.1");
    socket.write(`GET /media/${key} HTTP/1.1\r\nhost: media\r\n\r\n`);
    await asked.promise;
    socket.destroy();
    await eventually(() => expect(server.answered()).toBe(1));
    await eventually(() => expect(openFiles()).toBeLessThanOrEqual(before));
    expect(server.logged()).toBe("");
  });

  test("breaks the connection when the file ends too early", async () => {
    const whole = store;
    store = {
      ...whole,
      async get(...query) {
        const stored = await whole.get(...query);
        const part = await whole.get(key, { range: { start: 0, end: 99_999 } });
        stored?.body.destroy();
        return stored && part && { ...stored, body: part.body };
      },
    };
    await expect(get().then((answer) => answer.text())).rejects.toThrow();
    expect(server.logged()).toContain("a stored file could not be served");
  });
});

test("a store that fails is answered with its error, and a defect is logged without being told", async () => {
  const working = store;
  store = {
    ...working,
    head: () => Promise.reject(new AppError("unavailable", { cause: new Error("EIO at /secret") })),
  };
  const unavailable = await get();
  expect([unavailable.status, unavailable.headers.get("retry-after")]).toEqual([503, "5"]);
  expect(await unavailable.text()).not.toContain("/secret");
  store = { ...working, head: () => Promise.reject(new Error("a defect at /secret")) };
  const defect = await get();
  expect([defect.status, await defect.json()]).toMatchObject([500, { error: { type: "internal" } }]);
  expect(server.logged()).toContain("a defect at /secret");
});
