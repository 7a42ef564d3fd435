// Answers that servers really give and that are not quite HTTP, or a rare part of it: what leaves no doubt is read, as curl and browsers do.
import type { Socket } from "node:net";
import { buffer, text } from "node:stream/consumers";
import { describe, expect, test } from "vitest";
import { type Fetched, fetchForeign } from "../../shared/media/fetch.ts";
import { failure, serve, trusting } from "../servers/fetching.ts";
import type { Answer, Origin } from "../servers/origin.ts";

const file = "the file";
const ok = "HTTP/1.1 200 OK";
const length = "Content-Length: 8";
const chunked = "Transfer-Encoding: chunked";
const chunks = `4\r\nthe \r\n4\r\nfile\r\n0\r\n\r\n`;

const readable: [what: string, answer: string][] = [
  ["lines that end with LF alone", `${ok}\nX: y\n${length}\n\n${file}`],
  ["lines of both endings", `${ok}\r\n${length}\n\r\n${file}`],
  ["empty lines before it", `\r\n\r\n${ok}\r\n${length}\r\n\r\n${file}`],
  ["the same length twice", `${ok}\r\n${length}\r\ncontent-length: 8\r\n\r\n${file}`],
  ["the same length twice in one line", `${ok}\r\n${length}, 008\r\n\r\n${file}`],
  ["a length and chunks", `${ok}\r\nContent-Length: 3\r\n${chunked}\r\n\r\n${chunks}`],
  ["chunks and a length", `${ok}\r\n${chunked}\r\nContent-Length: 999\r\n\r\n${chunks}`],
  ["chunks that are announced twice", `${ok}\r\n${chunked}\r\n${chunked}\r\n\r\n${chunks}`],
  ["chunks in capitals", `${ok}\r\nTRANSFER-ENCODING:CHUNKED\r\n\r\n${chunks}`],
  ["the transfer encoding identity", `${ok}\r\nTransfer-Encoding: identity\r\n\r\n${file}`],
  ["the transfer encoding identity and a length", `${ok}\r\nTransfer-Encoding: identity\r\n${length}\r\n\r\n${file}`],
  ["a folded line", `${ok}\r\nX: a\r\n \t b\r\n${length}\r\n\r\n${file}`],
  ["a length on a line of its own", `${ok}\r\nContent-Length:\r\n 8\r\n\r\n${file}`],
  ["white space before a colon", `${ok}\r\nContent-Length : 8\r\n\r\n${file}`],
  ["a line without a colon", `${ok}\r\njust some words\r\n and more of them\r\n${length}\r\n\r\n${file}`],
  ["a name that is none", `${ok}\r\nX Y(Z): a\r\n: b\r\n${length}\r\n\r\n${file}`],
  ["control characters in a value", `${ok}\r\nX: a\x01b\rc\x7f\r\n${length}\r\n\r\n${file}`],
  ["bytes beyond ASCII", `${ok}\r\nX: \xe5\xff\r\n${length}\r\n\r\n${file}`],
  ["names in odd case", `${ok}\r\ncOnTeNt-LeNgTh: 8\r\n\r\n${file}`],
  ["no reason", `HTTP/1.1 200\r\n${length}\r\n\r\n${file}`],
  ["a newer minor version", `HTTP/1.3 200 OK\r\n${length}\r\n\r\n${file}`],
  ["HTTP/1.0 that keeps alive", `HTTP/1.0 200 OK\r\nConnection: keep-alive\r\n${length}\r\n\r\n${file}`],
  ["an upgrade that it offers", `${ok}\r\nConnection: Upgrade\r\nUpgrade: h2,h2c\r\n${length}\r\n\r\n${file}`],
  [
    "several interim answers",
    `HTTP/1.1 100 C\n\nHTTP/1.1 102 P\r\n\r\nHTTP/1.1 103 E\r\nLink: <x>\r\n\r\n${ok}\r\n${length}\r\n\r\n${file}`,
  ],
  ["more than was announced", `${ok}\r\n${length}\r\n\r\n${file}${ok}\r\n\r\nanother`],
  ["chunks whose lines end with LF alone", `${ok}\n${chunked}\n\n4\nthe \n4\nfile\n0\n\n`],
  ["sizes of chunks that are padded", `${ok}\r\n${chunked}\r\n\r\n0004  \r\nthe \r\n4\t\r\nfile\r\n0  \r\n\r\n`],
  ["extensions of chunks", `${ok}\r\n${chunked}\r\n\r\n4;a\r\nthe \r\n4 ; b = "c;d"\r\nfile\r\n0;e\r\n\r\n`],
  ["trailers", `${ok}\r\n${chunked}\r\nTrailer: X\r\n\r\n${chunks.slice(0, -2)}X: y\r\nContent-Length: 3\r\n\r\n`],
  ["something behind the last chunk", `${ok}\r\n${chunked}\r\n\r\n${chunks}0\r\n\r\nand more`],
  [
    "a range of everything that was not asked for",
    `HTTP/1.1 206 Partial Content\r\nContent-Range: bytes 0-7/8\r\n\r\n${file}`,
  ],
  ["a range that says nothing beside a 200", `${ok}\r\nContent-Range: bytes 0-3/8\r\n${length}\r\n\r\n${file}`],
  ["cookies of 60 KB", `${ok}\r\n${`Set-Cookie: ${"x".repeat(986)}\r\n`.repeat(60)}${length}\r\n\r\n${file}`],
];

const refused: [what: string, answer: string][] = [
  ["two lengths", `${ok}\r\n${length}\r\nContent-Length: 7\r\n\r\n${file}`],
  ["two lengths in one line", `${ok}\r\nContent-Length: 8, 7\r\n\r\n${file}`],
  ["a length with a sign", `${ok}\r\nContent-Length: +8\r\n\r\n${file}`],
  ["a length that is empty", `${ok}\r\nContent-Length:\r\n\r\n${file}`],
  ["a NUL in a value", `${ok}\r\nX: a\0b\r\n${length}\r\n\r\n${file}`],
  ["chunks that are not the last encoding", `${ok}\r\nTransfer-Encoding: chunked, gzip\r\n\r\n${chunks}`],
  ["a head of more than 64 KB", `${ok}\r\n${"X: y\r\n".repeat(11_000)}${length}\r\n\r\n${file}`],
  ["interim answers that never end in one", "HTTP/1.1 103 E\r\n\r\n".repeat(3)],
  ["another protocol", `ICY 200 OK\r\n${length}\r\n\r\n${file}`],
  ["a status of two digits", `HTTP/1.1 20 OK\r\n${length}\r\n\r\n${file}`],
  ["a size of a chunk with a sign", `${ok}\r\n${chunked}\r\n\r\n+8\r\n${file}\r\n0\r\n\r\n`],
  ["a size of a chunk beyond all numbers", `${ok}\r\n${chunked}\r\n\r\nffffffffffffffffff\r\n${file}\r\n0\r\n\r\n`],
  ["a chunk that is longer than its size", `${ok}\r\n${chunked}\r\n\r\n4\r\n${file}\r\n0\r\n\r\n`],
  ["a line between chunks without end", `${ok}\r\n${chunked}\r\n\r\n8;${"x".repeat(20_000)}`],
  ["trailers without end", `${ok}\r\n${chunked}\r\n\r\n${chunks.slice(0, -2)}${"X: y\r\n".repeat(4000)}`],
  ["chunks without the last one", `${ok}\n${chunked}\n\n8\n${file}\n`],
  ["no end of the last chunk", `${ok}\r\n${chunked}\r\n\r\n8\r\n${file}\r\n0`],
];

const parts = [
  "bytes 0-7/*",
  "bytes 0-7/9",
  "bytes 1-8/9",
  "bytes 1-8/8",
  "bytes */8",
  "bytes 0-7",
  "lines 0-7/8",
  "bytes 0-7/8, bytes 0-7/8",
  "",
];

describe("an answer with", () => {
  test.each(readable)("%s is read, however it is cut into pieces", async (_, answer) => {
    for (const origin of [await serve(raw(answer)), await serve(inDrops(answer))]) {
      expect(await text((await fetchFrom(origin)).body)).toBe(file);
      await origin.idle();
    }
  });

  test.each(refused)("%s fails", async (_, answer) => {
    const origin = await serve(raw(answer));
    const error = await failure(fetchFrom(origin).then(({ body }) => text(body)));
    expect(error).toMatchObject({ type: "fetch_failed", retryable: true, onlyElsewhere: false });
    await origin.idle();
  });

  test.each(parts)("a part of the file fails: 206 with Content-Range %j", async (range) => {
    const origin = await serve(
      raw(`HTTP/1.1 206 Partial Content\r\nContent-Range: ${range}\r\n${length}\r\n\r\n${file}`),
    );
    const message = "The file's server answered with status 206.";
    expect(await failure(fetchFrom(origin))).toMatchObject({ type: "fetch_failed", message });
  });

  test("a range of everything in chunks has the length that the range says", async () => {
    const origin = await serve(
      raw(`HTTP/1.1 206 Partial Content\r\nContent-Range: bytes 0-7/8\r\n${chunked}\r\n\r\n${chunks}`),
    );
    expect((await fetchFrom(origin)).contentLength).toBe(8);
  });

  test("thousands of lines is read to the last one: the length and the encoding may stand there", async () => {
    const lines = "a:\r\n".repeat(5000);
    const origin = await serve(raw(`${ok}\r\n${lines}Content-Encoding: compress\r\n${length}\r\n\r\n${file}`));
    expect((await failure(fetchFrom(origin))).message).toContain("compress");
    const plain = await serve(raw(`${ok}\r\n${lines}${length}\r\n\r\n${file}`));
    expect((await fetchFrom(plain)).contentLength).toBe(8);
  });

  test("a head of exactly 64 KB is read, and of one byte more is not", async () => {
    const headOf = (bytes: number) => `${ok}\r\n${length}\r\nX: `.padEnd(bytes - 4, "x");
    expect(await text((await fetchFrom(await serve(raw(`${headOf(65_536)}\r\n\r\n${file}`)))).body)).toBe(file);
    const error = await failure(fetchFrom(await serve(raw(`${headOf(65_537)}\r\n\r\n${file}`))));
    expect(error).toMatchObject({ type: "fetch_failed" });
  });

  test("a whole body and then a reset is whole", async () => {
    const connection = Promise.withResolvers<Socket>();
    const origin = await serve(({ socket }) => {
      socket.write(`${ok}\r\n${length}\r\n\r\n${file}`, () => connection.resolve(socket));
    });
    const { body } = await fetchFrom(origin);
    (await connection.promise).resetAndDestroy();
    await origin.idle();
    expect(await text(body)).toBe(file);
  });

  test("megabytes in chunks of any size is the same, byte by byte", async () => {
    const bytes = Buffer.from(Array.from({ length: 300_000 }, (_, i) => (i * i) % 251));
    const origin = await serve(({ socket }) => {
      socket.write(`${ok}\n${chunked}\n\n`);
      for (let at = 0, size = 1; at < bytes.length; at += size, size = (size * 7) % 9973) {
        const piece = bytes.subarray(at, at + size);
        socket.write(Buffer.concat([Buffer.from(`${piece.length.toString(16)} ;x=y\n`), piece, Buffer.from("\n")]));
      }
      socket.end("0\n\n");
    });
    expect(bytes.equals(await buffer((await fetchFrom(origin)).body))).toBe(true);
  });
});

describe("a redirect", () => {
  test.each([
    ["new", "/a/new"],
    ["new name.png?a b", "/a/new%20name.png?a%20b"],
    ["  new\t", "/a/new"],
    ["./b/../new", "/a/new"],
    ["\\new", "/new"],
    ["?new", "/a/old?new"],
    ["new?", "/a/new?"],
    ["new#part", "/a/new"],
    ["new#a?b", "/a/new"],
    ["/%E5%90%8D?%e5", "/%E5%90%8D?%e5"],
    ["/\xe5\x90\x8d.png", "/%E5%90%8D.png"],
    ["/caf\xe9.png?\xe9", "/caf%E9.png?%E9"],
  ])("to %j asks for %s", async (location, path) => {
    const origin = await serve((request, response) => {
      if (request.url === "/a/old")
        return void raw(`HTTP/1.1 302 Found\r\nLocation: ${location}\r\n\r\n`)(request, response);
      response.end(file);
    });
    expect(await text((await fetchFrom(origin, "/a/old")).body)).toBe(file);
    expect(origin.requests.map((request) => request.path)).toEqual(["/a/old", path]);
  });

  test("without a scheme leads to the same one", async () => {
    const origin: Origin = await serve((request, response) => {
      if (request.url === "/") response.writeHead(302, { location: `//127.0.0.1:${origin.port}/new` }).end();
      else response.end(file);
    });
    expect(await text((await fetchFrom(origin)).body)).toBe(file);
  });

  test("that offers choices is followed to the one that it prefers, and fails when it prefers none", async () => {
    const origin = await serve((request, response) => {
      if (request.url === "/") response.writeHead(300, { location: "/new" }).end("choices");
      else response.end(file);
    });
    expect(await text((await fetchFrom(origin)).body)).toBe(file);
    const without = await serve((_, response) => response.writeHead(300).end("choices"));
    expect((await failure(fetchFrom(without))).message).toContain("status 300");
  });

  test("to an empty Location goes round in a circle, and ends", async () => {
    const origin = await serve((_, response) => response.writeHead(302, { location: "" }).end());
    expect(await failure(fetchFrom(origin))).toMatchObject({ type: "fetch_failed" });
    expect(origin.requests).toHaveLength(6);
  });

  test("to a URL that is longer than any may be is refused", async () => {
    const origin = await serve((_, response) => response.writeHead(302, { location: `/${"a".repeat(4096)}` }).end());
    expect(await failure(fetchFrom(origin))).toMatchObject({ type: "fetch_refused" });
  });
});

function raw(bytes: string): Answer {
  return (request) => request.socket.end(Buffer.from(bytes, "latin1"));
}

/** One byte at a time, in pieces that the reader gets apart as far as the system lets it. */
function inDrops(bytes: string): Answer {
  return ({ socket }) => {
    socket.setNoDelay(true);
    const whole = Buffer.from(bytes, "latin1");
    const step = Math.ceil(whole.length / 500);
    const drop = (at: number) => {
      if (at >= whole.length || socket.destroyed) return void socket.end();
      socket.write(whole.subarray(at, at + step), () => setImmediate(drop, at + step));
    };
    drop(0);
  };
}

function fetchFrom(origin: Origin, path = "/"): Promise<Fetched> {
  return fetchForeign(origin.url + path, trusting(origin));
}
