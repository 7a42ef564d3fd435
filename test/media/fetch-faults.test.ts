import type { IncomingMessage, ServerResponse } from "node:http";
import { text } from "node:stream/consumers";
import { describe, expect, test } from "vitest";
import { type Fetched, fetchForeign } from "../../shared/media/fetch.ts";
import type { FetchLimits } from "../../shared/media/fetch-limits.ts";
import { failure, serve, trusting } from "../servers/fetching.ts";
import type { Answer, Origin } from "../servers/origin.ts";

const brokeOff = "The file's server broke off before it answered.";
const cut = "The file's server broke off before the end of the file.";

describe("a good answer", () => {
  test("with Content-Length says how long it is", async () => {
    const origin = await serve((_, response) => response.writeHead(200, { "content-length": 8 }).end("the file"));
    const fetched = await fetchFrom(origin);
    expect(fetched.contentLength).toBe(8);
    expect(await text(fetched.body)).toBe("the file");
    await origin.idle();
  });

  test("in chunks has no length", async () => {
    const origin = await serve((_, response) => {
      response.write("the ");
      response.end("file");
    });
    const fetched = await fetchFrom(origin);
    expect(fetched.contentLength).toBeNull();
    expect(await text(fetched.body)).toBe("the file");
    await origin.idle();
  });

  test.each<[string, Answer]>([
    ["that ends with its connection", raw("HTTP/1.1 200 OK\r\n\r\nthe file")],
    ["of HTTP/1.0", raw("HTTP/1.0 200 OK\r\n\r\nthe file")],
    ["behind early hints", raw("HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\nthe file")],
    ["by a cache", raw("HTTP/1.1 203 Non-Authoritative\r\n\r\nthe file")],
    ["followed by more than its length", raw("HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\nthe file and more")],
  ])("%s is read", async (_, answer) => {
    const origin = await serve(answer);
    expect(await text((await fetchFrom(origin)).body)).toBe("the file");
    await origin.idle();
  });

  test("without a byte is an empty body", async () => {
    const origin = await serve((_, response) => response.writeHead(200, { "content-length": 0 }).end());
    const fetched = await fetchFrom(origin);
    expect(fetched.contentLength).toBe(0);
    expect(await text(fetched.body)).toBe("");
  });
});

describe("a status without a file", () => {
  test.each([202, 204, 205, 206, 300, 304, 305, 400, 401, 403, 404, 410, 416, 418, 451, 500, 502, 504, 599])(
    "%i fails, and is named",
    async (status) => {
      const origin = await serve((_, response) => response.writeHead(status).end());
      const error = await failure(fetchFrom(origin, {}, "/a?signature=secret"));
      const message = `The file's server answered with status ${status}.`;
      expect(error).toMatchObject({ type: "fetch_failed", retryable: true, message, retryAfterMs: undefined });
      await origin.idle();
    },
  );

  test.each<[onlyElsewhere: boolean, statuses: number[]]>([
    [true, [400, 401, 402, 403, 404, 405, 406, 410, 414, 416, 431, 451]],
    [false, [202, 204, 304, 408, 409, 421, 423, 425, 429, 500, 501, 502, 503, 504, 530]],
  ])("can only be had elsewhere: %s for %j", async (onlyElsewhere, statuses) => {
    for (const status of statuses) {
      const origin = await serve((_, response) => response.writeHead(status).end());
      expect(await failure(fetchFrom(origin))).toMatchObject({ type: "fetch_failed", onlyElsewhere });
    }
  });

  test.each([
    [429, "7", 7000],
    [503, "0", 0],
    [503, "999999999999999999999", 300_000],
    [429, "Thu, 01 Jan 1970 00:00:00 GMT", 0],
    [429, "Fri, 31 Dec 9999 23:59:59 GMT", 300_000],
    [503, "soon", undefined],
    [429, "-5", 0],
    [404, "7", undefined],
  ])("%i with Retry-After %j asks for a pause of %s ms", async (status, value, retryAfterMs) => {
    const origin = await serve((_, response) => response.writeHead(status, { "retry-after": value }).end());
    expect(await failure(fetchFrom(origin))).toMatchObject({ type: "fetch_failed", retryAfterMs });
  });
});

describe("an answer that breaks off or is broken", () => {
  test.each<[string, Answer, string]>([
    ["no answer at all", (request) => request.socket.end(), brokeOff],
    ["a reset instead of an answer", (request) => request.socket.resetAndDestroy(), brokeOff],
    ["half a header", raw("HTTP/1.1 200 OK\r\nContent-Le"), brokeOff],
    ["something that is not HTTP", raw("SSH-2.0-OpenSSH_9.2\r\n"), brokeOff],
    ["a header without end", raw(`HTTP/1.1 200 OK\r\nX-Bomb: ${"a".repeat(1_000_000)}`), brokeOff],
    ["very many headers", raw(`HTTP/1.1 200 OK\r\n${"X-Bomb: a\r\n".repeat(10_000)}\r\n`), brokeOff],
    ["two lengths", raw("HTTP/1.1 200 OK\r\nContent-Length: 8\r\nContent-Length: 9\r\n\r\nthe file"), brokeOff],
    ["a length that is not a number", raw("HTTP/1.1 200 OK\r\nContent-Length: much\r\n\r\nthe file"), brokeOff],
    [
      "another protocol",
      raw("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n"),
      brokeOff,
    ],
    ["a body cut before its length", raw("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nthe file"), cut],
    ["no body, but a length", raw("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n"), cut],
    ["chunks without the last one", raw("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n8\r\nthe file\r\n"), cut],
    ["a chunk cut short", raw("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nff\r\nthe file"), cut],
    ["garbage between chunks", raw("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nthe file"), cut],
    ["a reset in the middle of the file", resetInTheMiddle, cut],
  ])("%s fails", async (_, answer, message) => {
    const origin = await serve(answer);
    expect(await failure(download(origin))).toMatchObject({ type: "fetch_failed", retryable: true, message });
    await origin.idle();
  });

  test("what came before the cut is given out, and nothing after it", async () => {
    const origin = await serve(raw("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nthe file"));
    const { body } = await fetchFrom(origin);
    expect(await body.next()).toMatchObject({ value: Buffer.from("the file") });
    const first = await failure(body.next());
    expect(await failure(body.next())).toBe(first);
  });

  test("a transfer encoding that was not asked for fails", async () => {
    const origin = await serve(raw("HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n"));
    const message = "The file's server sent it in a way that was not asked for.";
    expect(await failure(fetchFrom(origin))).toMatchObject({ type: "fetch_failed", message });
    await origin.idle();
  });
});

describe("the largest size", () => {
  const tooLarge = { type: "invalid_output", message: "The file is larger than 1000 bytes." };

  test("is refused before the first byte when the length tells", async () => {
    const origin = await serve((_, response) => response.writeHead(200, { "content-length": 1001 }).flushHeaders());
    expect(await failure(fetchFrom(origin, { maxBytes: 1000 }))).toMatchObject(tooLarge);
    await origin.idle();
  });

  test("is kept when the server says no length and never ends", async () => {
    const origin = await serve((_, response) => pour(response, Buffer.alloc(100)));
    expect(await failure(download(origin, { maxBytes: 1000 }))).toMatchObject(tooLarge);
    await origin.idle();
  });

  test("itself is allowed", async () => {
    const origin = await serve((_, response) => {
      response.write("a".repeat(400));
      response.end("a".repeat(600));
    });
    expect(await download(origin, { maxBytes: 1000 })).toHaveLength(1000);
  });
});

function raw(bytes: string): Answer {
  return (request) => request.socket.end(bytes);
}

function resetInTheMiddle(_: IncomingMessage, response: ServerResponse): void {
  response.writeHead(200, { "content-length": 1000 });
  response.write("the file", () => response.socket?.destroy());
}

function pour(response: ServerResponse, chunk = Buffer.alloc(65_536)): void {
  if (response.destroyed) return;
  if (response.write(chunk)) setImmediate(pour, response, chunk);
  else response.once("drain", () => pour(response, chunk));
}

async function download(origin: Origin, limits?: Partial<FetchLimits>): Promise<string> {
  return text((await fetchFrom(origin, limits)).body);
}

function fetchFrom(origin: Origin, limits: Partial<FetchLimits> = {}, path = "/"): Promise<Fetched> {
  return fetchForeign(origin.url + path, { ...trusting(origin), limits });
}
