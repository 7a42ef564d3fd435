// Forms as they come over the wire, well-made and otherwise; the server that takes them for the folder store.
import { once } from "node:events";
import { readdirSync } from "node:fs";
import { type IncomingMessage, request } from "node:http";
import { join } from "node:path";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { ObjectStore, SignedUpload, UploadRequest } from "../../shared/ports/object-store.ts";
import { uploadSecretOf } from "../../shared/runtime/local/upload-server.ts";
import { openFolderStore } from "../../shared/stores/folder.ts";
import { temporaryFolder } from "../stores/temporary-folder.ts";
import { openRaw, type RawConnection } from "./raw-connection.ts";
import { type StoreServer, startStoreServer, uploadSecret } from "./serving-uploads.ts";

const directory = temporaryFolder();
const key = "temp/uploads/01890000-0000-7000-8000-000000000000/01890000-0000-7000-8000-000000000001";
const app = "https://app.example.com";
const boundary = "----the-boundary";
const file = "the bytes of a picture";

let server: StoreServer;
let store: ObjectStore;

beforeEach(async () => {
  server = await startStoreServer((): ObjectStore => store, {
    corsOrigins: [app],
    limits: { requestMs: 150, headersMs: 150, lookMs: 20 },
  });
  store = await openFolderStore({ directory: directory(), baseUrl: server.baseUrl, uploadSecret });
});
afterEach(() => server.end());

function sign(changes: Partial<UploadRequest> = {}): Promise<SignedUpload> {
  const wanted = { key, contentType: "image/png", size: file.length, expiresAt: Date.now() + 60_000 };
  return store.signUpload({ ...wanted, ...changes });
}

interface Field {
  name: string;
  value: string;
  /** What stands behind the name in Content-Disposition, and further header lines. */
  more?: string;
}

async function fields(): Promise<Field[]> {
  const signed = await sign();
  if (signed.method !== "POST") throw new Error("the folder takes forms");
  return Object.entries(signed.fields).map(([name, value]) => ({ name, value }));
}

const theFile: Field = { name: "file", value: file, more: '; filename="a.png"\r\nContent-Type: image/png' };

function partOf({ name, value, more = "" }: Field): string {
  return `--${boundary}\r\nContent-Disposition: form-data; name="${name}"${more}\r\n\r\n${value}\r\n`;
}

function bodyOf(parts: readonly Field[], end = `--${boundary}--\r\n`): string {
  return parts.map(partOf).join("") + end;
}

function post(body: string, headers: Record<string, string> = {}): Promise<Response> {
  const type = `multipart/form-data; boundary=${boundary}`;
  return fetch(server.baseUrl, { method: "POST", body, headers: { "content-type": type, ...headers } });
}

async function stored(): Promise<string | null> {
  const object = await store.get(key);
  if (!object) return null;
  const chunks: Uint8Array[] = [];
  for await (const chunk of object.body) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

/** Neither an object nor a file in the making. */
function expectNothing(): void {
  const names = readdirSync(directory(), { recursive: true, withFileTypes: true });
  expect(names.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))).toEqual([]);
}

describe("a form that is taken", () => {
  test.each<[how: string, change: (all: Field[]) => Field[]]>([
    ["as a browser sends it", (all) => [...all, theFile]],
    ["with a file of which nobody knows the type", (all) => [...all, { ...theFile, more: '; filename="a"' }]],
    [
      "with a file that is called octets",
      (all) => [...all, { ...theFile, more: '; filename="a"\r\ncontent-type: application/octet-stream' }],
    ],
    ["with its fields in another order", (all) => [...all.toReversed(), theFile]],
    [
      "with a file name that is not to be believed",
      (all) => [...all, { ...theFile, more: '; filename="../\\"x\\".png"' }],
    ],
  ])("%s", async (_, change) => {
    const answer = await post(bodyOf(change(await fields())));
    expect([answer.status, await answer.text()]).toEqual([204, ""]);
    expect(await stored()).toBe(file);
  });

  test("without a line end behind it, and with a boundary in quotes", async () => {
    const body = bodyOf([...(await fields()), theFile], `--${boundary}--`);
    expect((await post(body, { "content-type": `Multipart/Form-Data; boundary="${boundary}"` })).status).toBe(204);
    expect(await stored()).toBe(file);
  });

  test("one byte at a time", async () => {
    const body = bodyOf([...(await fields()), theFile]);
    const raw = await begin(body.length);
    for (const byte of Buffer.from(body)) {
      await new Promise((resolve) => raw.socket.write(Buffer.from([byte]), resolve));
    }
    await raw.until("HTTP/1.1 204");
    expect(await stored()).toBe(file);
    raw.socket.destroy();
  });

  test("from a client that waits until it may send", async () => {
    const body = bodyOf([...(await fields()), theFile]);
    const raw = await begin(body.length, "Expect: 100-continue\r\n");
    await raw.until("HTTP/1.1 100");
    raw.write(body);
    await raw.until("HTTP/1.1 204");
    raw.socket.destroy();
  });

  test("slowly: it has more time than a request of the API", async () => {
    const body = bodyOf([...(await fields()), theFile]);
    const raw = await begin(body.length);
    raw.write(body.slice(0, -30));
    // This one is cut for its slowness, so the time of the other one is over as well.
    const api = await openRaw(server.port);
    api.write("POST /api/v1/anything HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n");
    await api.end();
    raw.write(body.slice(-30));
    await raw.until("HTTP/1.1 204");
    expect(await stored()).toBe(file);
    raw.socket.destroy();
  });
});

describe("a form that is refused, and nothing of it kept", () => {
  test.each<[how: string, status: number, make: (all: Field[]) => string]>([
    ["without a file", 400, (all) => bodyOf(all)],
    ["with the file first", 403, (all) => bodyOf([theFile, ...all])],
    ["with a field behind the file", 400, (all) => bodyOf([...all, theFile, { name: "more", value: "x" }])],
    ["with two files", 400, (all) => bodyOf([...all, theFile, theFile])],
    ["with a field twice", 400, (all) => bodyOf([...all, ...all.slice(0, 1), theFile])],
    ["with a field that was not signed", 403, (all) => bodyOf([...all, { name: "acl", value: "public" }, theFile])],
    ["with fields without end", 400, (all) => bodyOf([...many(100), ...all, theFile])],
    ["with a field of a megabyte", 400, (all) => bodyOf([{ name: "x", value: "x".repeat(1e6) }, ...all, theFile])],
    [
      "with headers of a megabyte",
      400,
      (all) => bodyOf([...all, { ...theFile, more: `; filename="${"x".repeat(1e6)}"` }]),
    ],
    [
      "with a file of another type",
      403,
      (all) => bodyOf([...all, { ...theFile, more: "\r\nContent-Type: text/html" }]),
    ],
    [
      "with an encoded file",
      400,
      (all) => bodyOf([...all, { ...theFile, more: "\r\nContent-Transfer-Encoding: base64" }]),
    ],
    ["with a part without a name", 400, (all) => bodyOf([...all, { ...theFile, name: "" }])],
    ["without its end", 400, (all) => bodyOf([...all, theFile], "")],
    ["with something behind its end", 400, (all) => `${bodyOf([...all, theFile])}more`],
    ["with something in front of it", 400, (all) => `hello\r\n${bodyOf([...all, theFile])}`],
    ["with a boundary that goes on", 400, (all) => bodyOf([...all, theFile]).replace(boundary, `${boundary}-`)],
    ["empty", 400, () => ""],
    ["of bytes that are no form", 400, () => "x".repeat(100_000)],
  ])("%s", async (_, status, make) => {
    const answer = await post(make(await fields()));
    expect([answer.status, JSON.parse(await answer.text()).code]).toEqual([status, status]);
    expectNothing();
  });

  test.each([
    "application/json",
    "application/x-www-form-urlencoded",
    "multipart/form-data",
    "multipart/form-data; boundary=",
    "multipart/mixed; boundary=x",
  ])("as %s", async (type) => {
    expect((await post("x", { "content-type": type })).status).toBe(415);
    expectNothing();
  });

  test("that announces far more than was signed, before it is sent", async () => {
    const body = bodyOf([...(await fields()), theFile]);
    const raw = await begin(1e9);
    raw.write(body.slice(0, body.indexOf(file)));
    await raw.until("HTTP/1.1 413");
    raw.socket.destroy();
    expectNothing();
  });

  test("that sends far more than was signed without announcing it", async () => {
    const body = bodyOf([...(await fields()), { ...theFile, value: "x".repeat(100_000) }]);
    const raw = await begin(null);
    raw.write(`${body.length.toString(16)}\r\n${body}\r\n`);
    await raw.until("HTTP/1.1 413");
    raw.socket.destroy();
    expectNothing();
  });

  test("signed with another secret: of other tokens, of an empty one, of a process that has its own", async () => {
    const [{ fields: mine }, other] = [
      (await sign()) as SignedUpload & { method: "POST" },
      uploadSecretOf("other".repeat(8)),
    ];
    for (const secret of [other, "", undefined]) {
      const options = {
        directory: directory(),
        baseUrl: server.baseUrl,
        ...(secret === undefined ? {} : { uploadSecret: secret }),
      };
      const stranger = await openFolderStore(options);
      const signed = await stranger.signUpload({
        key,
        contentType: "image/png",
        size: file.length,
        expiresAt: Date.now() + 60_000,
      });
      if (signed.method !== "POST") throw new Error("the folder takes forms");
      expect(signed.fields.signature).not.toBe(mine.signature);
      const all = Object.entries(signed.fields).map(([name, value]) => ({ name, value }));
      expect((await post(bodyOf([...all, theFile]))).status).toBe(403);
    }
    expectNothing();
  });

  test("for whose client the answer is readable, and which says nothing about the inside", async () => {
    const answer = await post(bodyOf([theFile]));
    expect(answer.headers.get("x-request-id")).toBeTruthy();
    expect(await answer.json()).toMatchObject({ code: 403, data: null, error: { type: "forbidden" } });
  });
});

test.each([
  ["its fields", (body: string) => body.slice(0, 50)],
  ["its file", (body: string) => body.slice(0, body.indexOf(file) + 5)],
])("a form that takes too long over %s is cut off, and nothing of it kept", async (_, part) => {
  const timeIsUp = Promise.withResolvers<void>();
  const clock = { now: () => Date.now(), sleep: () => timeIsUp.promise };
  const slow = await startStoreServer(() => store, { clock });
  const body = bodyOf([...(await fields()), theFile]);
  const raw = await begin(body.length, "Expect: 100-continue\r\n", slow.port);
  raw.write(part(body));
  await raw.until("HTTP/1.1 100");
  timeIsUp.resolve();
  await slow.settled(1);
  expect(await raw.end().catch(() => raw.received())).toBe("HTTP/1.1 100 Continue\r\n\r\n");
  expectNothing();
  await slow.end();
});

describe("memory", () => {
  test("holds a few chunks of a large file", async () => {
    const [size, chunk] = [64 * 1024 * 1024, 1024 * 1024];
    const signed = await sign({ size });
    if (signed.method !== "POST") throw new Error("the folder takes forms");
    const all = Object.entries(signed.fields).map(([name, value]) => ({ name, value }));
    const [front = "", end = ""] = bodyOf([...all, { ...theFile, value: "|" }]).split("|");
    const base = heldBytes();
    let peak = 0;
    const headers = { "content-type": `multipart/form-data; boundary=${boundary}` };
    const outgoing = request(server.baseUrl, { method: "POST", headers });
    const answered = once(outgoing, "response");
    outgoing.write(front);
    for (let n = 0; n < size / chunk; n++) {
      if (n % 8 === 7) peak = Math.max(peak, heldBytes() - base);
      // A client that keeps to what the server can take.
      if (!outgoing.write(Buffer.alloc(chunk, n))) await once(outgoing, "drain");
    }
    outgoing.end(end);
    const [answer] = (await answered) as [IncomingMessage];
    expect(answer.statusCode).toBe(204);
    expect((await store.head(key))?.size).toBe(size);
    expect(peak).toBeLessThan(size / 3);
  });
});

describe("browsers", () => {
  const preflight = (origin: string) =>
    fetch(server.baseUrl, {
      method: "OPTIONS",
      headers: { origin, "access-control-request-method": "POST", "access-control-request-headers": "content-type" },
    });

  test("of a page that may call the API may send files, and read the answers, good and bad", async () => {
    const asked = await preflight(app);
    expect([asked.status, asked.headers.get("access-control-allow-origin")]).toEqual([204, app]);
    expect(asked.headers.get("access-control-allow-methods")).toContain("POST");
    expect(asked.headers.get("access-control-allow-headers")?.toLowerCase()).toContain("content-type");
    for (const form of [[...(await fields()), theFile], [theFile]]) {
      const answer = await post(bodyOf(form), { origin: app });
      expect(answer.headers.get("access-control-allow-origin")).toBe(app);
      expect(answer.headers.get("vary")).toBe("Origin");
    }
  });

  test("of any other page may not read anything", async () => {
    for (const answer of [
      await preflight("https://evil.example"),
      await post(bodyOf([theFile]), { origin: "https://evil.example" }),
    ]) {
      expect(answer.headers.get("access-control-allow-origin")).toBeNull();
    }
  });
});

test.each(["GET", "PUT", "DELETE"])("%s does nothing there", async (method) => {
  expect([404, 405]).toContain((await fetch(server.baseUrl, { method })).status);
});

test("what was sent is never served before it was checked", async () => {
  await post(bodyOf([...(await fields()), theFile]));
  expect((await fetch(server.baseUrl + key)).status).toBe(404);
});

test("no signature is logged", async () => {
  const all = await fields();
  await post(bodyOf([...all, theFile]));
  await post(bodyOf([...all, theFile]));
  for (const { name, value } of all.filter(({ name }) => name === "signature" || name === "policy")) {
    expect([name, server.lines.some((line) => line.includes(value))]).toEqual([name, false]);
  }
});

async function begin(length: number | null, more = "", port = server.port): Promise<RawConnection> {
  const raw = await openRaw(port);
  const body = length === null ? "Transfer-Encoding: chunked" : `Content-Length: ${length}`;
  const type = `Content-Type: multipart/form-data; boundary=${boundary}`;
  raw.write(`POST /media/ HTTP/1.1\r\nHost: x\r\n${type}\r\n${body}\r\n${more}\r\n`);
  return raw;
}

function many(count: number): Field[] {
  return Array.from({ length: count }, (_, n) => ({ name: `x${n}`, value: "" }));
}

/** Bytes of buffers that are still referred to. */
function heldBytes(): number {
  setFlagsFromString("--expose-gc");
  const collect: () => void = runInNewContext("gc");
  // Buffers are freed beside the program; the next collection waits until that is done.
  collect();
  collect();
  return process.memoryUsage().arrayBuffers;
}
