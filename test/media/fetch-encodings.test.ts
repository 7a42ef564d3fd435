// Files that come encoded although nobody asked for it: decoded while they stream, or refused for good.
import { buffer, text } from "node:stream/consumers";
import { setImmediate } from "node:timers/promises";
import { brotliCompressSync, createGzip, deflateRawSync, deflateSync, gzipSync, zstdCompressSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { type Fetched, fetchForeign } from "../../shared/media/fetch.ts";
import { decoded, encodingsOf } from "../../shared/media/fetch-encoding.ts";
import type { FetchLimits } from "../../shared/media/fetch-limits.ts";
import { failure, serve, trusting } from "../servers/fetching.ts";
import type { Answer, Origin } from "../servers/origin.ts";

const file = Buffer.from("the file, ".repeat(500));
const [gzipped, zstandard] = [gzipSync(file), zstdCompressSync(file)];
const half = file.length / 2;
const halves = [file.subarray(0, half), file.subarray(half)];
/** RFC 8878, 3.1.2: a frame to be skipped, with three bytes in it. */
const skipped = Buffer.from([0x50, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 1, 2, 3]);

const encodings: [header: string, body: Buffer][] = [
  ["gzip", gzipped],
  ["x-gzip", gzipped],
  ["GZIP", gzipped],
  [" gzip ", gzipped],
  ["gzip, identity", gzipped],
  ["utf-8, gzip", gzipped],
  ["deflate", deflateSync(file)],
  ["deflate", deflateRawSync(file)],
  ["x-deflate", deflateSync(file)],
  ["br", brotliCompressSync(file)],
  ["zstd", zstandard],
  ["gzip, gzip", gzipSync(gzipped)],
  ["deflate, br", brotliCompressSync(deflateSync(file))],
  ["br,zstd,gzip", gzipSync(zstdCompressSync(brotliCompressSync(file)))],
];

const oddities: [what: string, header: string, body: Buffer][] = [
  ["gzip in several members", "gzip", Buffer.concat(halves.map((part) => gzipSync(part)))],
  ["gzip with every part that a header may have", "gzip", withEveryField(gzipped)],
  ["gzip with zeros behind it", "gzip", Buffer.concat([gzipped, Buffer.alloc(512)])],
  ["gzip with something else behind it", "gzip", Buffer.concat([gzipped, Buffer.from("garbage behind the end")])],
  ["deflate with something else behind it", "deflate", Buffer.concat([deflateSync(file), Buffer.from("garbage")])],
  ["br with something else behind it", "br", Buffer.concat([brotliCompressSync(file), Buffer.from("garbage")])],
  ["zstd in several frames", "zstd", Buffer.concat([...halves.map((part) => zstdCompressSync(part)), skipped])],
  ["zstd behind a frame to be skipped", "zstd", Buffer.concat([skipped, zstandard])],
  ["zstd with something else behind it", "zstd", Buffer.concat([zstandard, Buffer.from("garbage")])],
  ["gzip that was never applied", "gzip", file],
  ["gzip that was applied once of twice", "gzip, gzip", gzipped],
  ["zstd that was never applied", "zstd", file],
];

const names = ["", "identity", "Identity", "identity, identity", "utf-8", "UTF8", "base64", "none", "binary", "8bit"];
const plain = [
  ...names,
  "aws-chunked",
  "aws-chunked, identity",
  "null",
  ", ,",
  "image/png",
  "constructor",
  "__proto__",
];

describe("an encoded file", () => {
  test.each(encodings)("in %j is given out as it is without", async (header, body) => {
    const fetched = await fetchFrom(await serve(whole(header, body)));
    // What the server says is the length of what it sends.
    expect(fetched.contentLength).toBeNull();
    expect(file.equals(await buffer(fetched.body))).toBe(true);
  });

  test.each(oddities)("of %s is the file, in one piece and byte by byte", async (_, header, body) => {
    for (const answer of [whole(header, body), inDrops(header, body)]) {
      expect(file.equals(await buffer((await fetchFrom(await serve(answer))).body))).toBe(true);
    }
  });

  test.each([...encodings.map(([header, body]) => [header, header, body] as const), ...oddities])(
    "of %s is the file when each piece comes a moment after it is asked for",
    async (_, header, body) => {
      for (const size of [1, 2, 3, 7, 8, 9, 31]) {
        const bytes = decoded(inPieces(body, size), encodingsOf(header), (engine) => engine);
        expect(file.equals(await buffer(bytes))).toBe(true);
      }
    },
  );

  test("is the file when its length is that of the file, and the connection ends before that", async () => {
    for (const [header, body] of encodings) {
      const origin = await serve(raw(`Content-Encoding: ${header}\r\nContent-Length: ${file.length + 9999}`, body));
      expect(file.equals(await buffer((await fetchFrom(origin)).body))).toBe(true);
      await origin.idle();
    }
  });

  test.each(["gzip", "br", "zstd", "deflate"])("in %j that is empty is empty", async (header) => {
    expect(await text((await fetchFrom(await serve(whole(header, Buffer.alloc(0))))).body)).toBe("");
  });
});

describe("a name that says no encoding", () => {
  test.each(plain)("%j changes nothing", async (header) => {
    const fetched = await fetchFrom(await serve(whole(header, file)));
    expect(fetched.contentLength).toBe(file.length);
    expect(file.equals(await buffer(fetched.body))).toBe(true);
  });
});

describe("an encoding that cannot be decoded", () => {
  test.each(["compress", "x-compress", "dcb", "dcz", "exi", "aes128gcm", "pack200-gzip", "gzip, compress"])(
    "%j fails for good",
    async (header) => {
      const origin = await serve(whole(header, file));
      const name = header.replace(/^x-|^gzip, /, "");
      const message = `The file's server sent the file in the encoding ${name}, which cannot be decoded.`;
      expect(await failure(fetchFrom(origin))).toMatchObject({ type: "fetch_failed", onlyElsewhere: true, message });
      await origin.idle();
    },
  );

  test("is one that was applied more often than anybody does it", async () => {
    const error = await failure(fetchFrom(await serve(whole(Array(6).fill("gzip").join(), file))));
    expect(error).toMatchObject({ type: "fetch_failed", onlyElsewhere: true });
  });
});

describe("an encoding that is damaged or cut", () => {
  const wrong = (bytes: Buffer, at: number) => Buffer.from(bytes).fill(0xff, at, at + 4);
  test.each<[string, string, Buffer]>([
    ["gzip without its last byte", "gzip", gzipped.subarray(0, -1)],
    ["gzip without its end", "gzip", gzipped.subarray(0, -9)],
    ["gzip within its header", "gzip", gzipped.subarray(0, 5)],
    ["gzip with a wrong checksum", "gzip", wrong(gzipped, gzipped.length - 8)],
    ["gzip with a wrong length", "gzip", wrong(gzipped, gzipped.length - 4)],
    ["gzip with a broken second member", "gzip", Buffer.concat([gzipped, gzipped.subarray(0, 30)])],
    ["deflate without its end", "deflate", deflateSync(file).subarray(0, -9)],
    ["br without its end", "br", brotliCompressSync(file).subarray(0, -3)],
    ["br that was never applied", "br", file],
    ["zstd without its end", "zstd", zstandard.subarray(0, -3)],
    ["zstd with a broken second frame", "zstd", Buffer.concat([zstandard, zstandard.subarray(0, 20)])],
  ])("%s fails", async (_, header, body) => {
    const message = `The file's server sent a file whose ${header} encoding is damaged or cut.`;
    for (const answer of [whole(header, body), inDrops(header, body)]) {
      const origin = await serve(answer);
      const error = await failure(fetchFrom(origin).then((fetched) => buffer(fetched.body)));
      expect(error).toMatchObject({ type: "fetch_failed", retryable: true, onlyElsewhere: false, message });
      await origin.idle();
    }
  });

  test("a connection that ends before the encoding does is what is said", async () => {
    const origin = await serve(
      raw(`Content-Encoding: gzip\r\nContent-Length: ${gzipped.length}`, gzipped.subarray(0, -9)),
    );
    const message = "The file's server broke off before the end of the file.";
    expect(await failure(fetchFrom(origin).then((fetched) => buffer(fetched.body)))).toMatchObject({ message });
  });
});

describe("the largest size", () => {
  const tooLarge = { type: "invalid_output", message: "The file is larger than 1000000 bytes." };

  test("counts the file, not what is sent: an encoded megabyte is taken, one byte more is not", async () => {
    for (const [header, encode] of [
      ["gzip", gzipSync],
      ["br", brotliCompressSync],
      ["zstd", zstdCompressSync],
    ] as const) {
      const exact = await serve(whole(header, encode(Buffer.alloc(1e6))));
      expect(await buffer((await fetchFrom(exact, { maxBytes: 1e6 })).body)).toHaveLength(1e6);
      const more = await serve(whole(header, encode(Buffer.alloc(1e6 + 1))));
      const error = await failure(fetchFrom(more, { maxBytes: 1e6 }).then((fetched) => buffer(fetched.body)));
      expect(error).toMatchObject(tooLarge);
    }
  });

  test("ends a bomb without end as soon as it is passed: nothing more is given out, and its server is left", async () => {
    const origin = await serve((_, response) => {
      response.writeHead(200, { "content-encoding": "gzip" });
      const bomb = createGzip();
      bomb.on("data", (chunk) => response.write(chunk));
      response.once("close", () => bomb.destroy());
      const zeros = Buffer.alloc(1024 * 1024);
      const pour = () => {
        if (!bomb.destroyed) bomb.write(zeros, pour);
      };
      pour();
    });
    const fetched = await fetchFrom(origin, { maxBytes: 1e6 });
    let given = 0;
    const error = await failure(
      (async () => {
        for await (const chunk of fetched.body) given += chunk.length;
      })(),
    );
    expect(error).toMatchObject(tooLarge);
    expect(given).toBeLessThanOrEqual(1e6);
    await origin.idle();
  });
});

function whole(header: string, body: Buffer): Answer {
  return raw(`Content-Encoding: ${header}\r\nContent-Length: ${body.length}`, body);
}

/** So that every end of one thing and beginning of another meets the border of a chunk once. */
function inDrops(header: string, body: Buffer): Answer {
  return (_, response) => {
    response.writeHead(200, { "content-encoding": header });
    let at = 0;
    const drop = () => {
      if (at >= body.length || response.destroyed) return void response.end();
      at += 1;
      response.write(body.subarray(at - 1, at), drop);
    };
    drop();
  };
}

async function* inPieces(body: Buffer, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < body.length; at += size) {
    await setImmediate();
    yield body.subarray(at, at + size);
  }
}

function raw(headers: string, body: Buffer): Answer {
  return (request) => request.socket.end(Buffer.concat([Buffer.from(`HTTP/1.1 200 OK\r\n${headers}\r\n\r\n`), body]));
}

/** RFC 1952, 2.3.1: the same member with FEXTRA, FNAME, FCOMMENT and FHCRC, the name as long as several chunks may be. */
function withEveryField(member: Buffer): Buffer {
  const extra = Buffer.from([4, 0, 0x1f, 0x8b, 8, 0]);
  const texts = Buffer.from(`${"n".repeat(300)}\0a comment\0`);
  const header = Buffer.from(member.subarray(0, 10)).fill(2 + 4 + 8 + 16, 3, 4);
  return Buffer.concat([header, extra, texts, Buffer.alloc(2), member.subarray(10)]);
}

function fetchFrom(origin: Origin, limits: Partial<FetchLimits> = {}): Promise<Fetched> {
  return fetchForeign(origin.url, { ...trusting(origin), limits });
}
