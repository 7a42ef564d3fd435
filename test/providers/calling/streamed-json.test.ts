// JSON whose long texts are handed on while they come: at every cut, in every spelling, and without holding them.
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { describe, expect, it } from "vitest";
import { AppError } from "../../../shared/errors/app-error.ts";
import { decodedBase64 } from "../../../shared/providers/calling/base64.ts";
import { type Path, readStreamedJson } from "../../../shared/providers/calling/streamed-json.ts";

/** Texts named `file` in the list `data`, as in the answers that hold pictures. */
function isFile([data, place, field, ...deeper]: Path): boolean {
  return data === "data" && typeof place === "number" && field === "file" && deeper.length === 0;
}

async function* cut(text: string, sizes: number): AsyncGenerator<Uint8Array> {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += sizes) yield bytes.subarray(at, at + sizes);
}

async function read(body: AsyncIterable<Uint8Array>) {
  const files: [string, string][] = [];
  const json = await readStreamedJson(body, {
    isStreamed: isFile,
    async take(path, text) {
      let all = "";
      for await (const piece of text) all += piece;
      files.push([path.join("."), all]);
    },
  });
  return { json, files };
}

const full = JSON.stringify({
  created: 1,
  file: "outside",
  data: [
    { revised: 'a "quince" \\ {[北京]}', file: "AAAA+/==", usage: { file: "nested", data: [{ file: "deeper" }] } },
    { url: "https://a.example/{}" },
    { file: "" },
    { file: "BBBB", size: "1x1" },
  ],
  usage: { data: [{ file: "elsewhere" }] },
});

const held = JSON.parse(full.replace("AAAA+/==", "").replace("BBBB", ""));

describe("a text that is handed on", () => {
  it("is found at its path alone, wherever the body is cut", async () => {
    for (let sizes = 1; sizes <= Buffer.byteLength(full); sizes++) {
      const { json, files } = await read(cut(full, sizes));
      expect(files).toEqual([
        ["data.0.file", "AAAA+/=="],
        ["data.3.file", "BBBB"],
      ]);
      expect(json).toEqual(held);
    }
  });

  it("comes in any order of keys, with space anywhere", async () => {
    const spaced =
      ' {\n"usage" : {"a":[1,{"b":2}]},\t"data" : [ { "size":"1x1" , "file" : "AAAA" } , {"file":"BBBB"} ] , "z": [] } ';
    for (let sizes = 1; sizes < 20; sizes++) {
      const { json, files } = await read(cut(spaced, sizes));
      expect(files.map(([, text]) => text)).toEqual(["AAAA", "BBBB"]);
      expect(json).toEqual({ usage: { a: [1, { b: 2 }] }, data: [{ size: "1x1", file: "" }, { file: "" }], z: [] });
    }
  });

  it("is read with its escapes, also in its key, cut anywhere in them", async () => {
    const escaped = String.raw`{"data":[{"fi\u006ce":"A\/\u002B\u003d\n\"\\"}]}`;
    for (let sizes = 1; sizes <= escaped.length; sizes++) {
      expect((await read(cut(escaped, sizes))).files).toEqual([["data.0.file", 'A/+=\n"\\']]);
    }
  });

  it("that ends in the middle rejects, for who takes it as well", async () => {
    const whole = '{"data":[{"file":"AAAABBBB\\/"}]}';
    const end = whole.indexOf('"}]}');
    for (let length = whole.indexOf("AAAA"); length <= end; length++) {
      let isTold = false;
      const reading = readStreamedJson(cut(whole.slice(0, length), 3), {
        isStreamed: isFile,
        async take(_, text) {
          try {
            for await (const _ of text);
          } catch (error) {
            isTold = true;
            throw error;
          }
        },
      });
      if (length === whole.indexOf("AAAA")) {
        // Nothing of the text has come, so nobody was asked to take it.
        await expect(reading).rejects.toThrow("ends in the middle");
        continue;
      }
      await expect(reading).rejects.toThrow("ends in the middle");
      expect(isTold).toBe(true);
    }
  });

  it("may be left unread, or read in part, and what follows is found all the same", async () => {
    for (const most of [0, 1, 2]) {
      const seen: string[] = [];
      const json = await readStreamedJson(cut('{"data":[{"file":"AAAABBBBCCCC"},{"file":"D"}],"ok":true}', 3), {
        isStreamed: isFile,
        async take(path, text) {
          seen.push(path.join("."));
          if (most === 0) return;
          let pieces = 0;
          for await (const _ of text) if (++pieces === most) break;
        },
      });
      expect([seen, json]).toEqual([["data.0.file", "data.1.file"], { data: [{ file: "" }, { file: "" }], ok: true }]);
    }
  });
});

describe("an answer", () => {
  it("that is no JSON, or ends after its files, is undefined", async () => {
    for (const text of ["", "<html>", '{"data":[{"file":"AAAA"}', '{"data":[{"file":"AAAA"}]', '{"data":]}', "{}}"]) {
      expect((await read(cut(text, 4))).json).toBeUndefined();
    }
  });

  it("that ends in another text rejects", async () => {
    await expect(read(cut('{"error":"no', 4))).rejects.toThrow("ends in the middle");
  });

  it("that never ends is given up, and its body is let go", async () => {
    let isLetGo = false;
    async function* endless(): AsyncGenerator<Uint8Array> {
      try {
        yield Buffer.from('{"padding":"');
        for (;;) yield Buffer.alloc(64 * 1024, "x");
      } finally {
        isLetGo = true;
      }
    }
    await expect(read(endless())).rejects.toThrow("bytes beside its files");
    expect(isLetGo).toBe(true);
  });

  it("lets its body go when nobody wants the text any more", async () => {
    let isLetGo = false;
    async function* body(): AsyncGenerator<Uint8Array> {
      try {
        yield* cut('{"data":[{"file":"AAAA"}]}', 20);
      } finally {
        isLetGo = true;
      }
    }
    const take = () => Promise.reject(new Error("full"));
    await expect(readStreamedJson(body(), { isStreamed: isFile, take })).rejects.toThrow("full");
    expect(isLetGo).toBe(true);
  });
});

describe("base64", () => {
  async function* pieces(text: string, sizes: number): AsyncGenerator<string> {
    for (let at = 0; at < text.length; at += sizes) yield text.slice(at, at + sizes);
  }
  async function decoded(text: AsyncIterable<string>): Promise<Buffer> {
    const all: Uint8Array[] = [];
    for await (const bytes of decodedBase64(text)) all.push(bytes);
    return Buffer.concat(all);
  }

  it("is decoded in pieces of any length, with lines or without", async () => {
    for (const length of [0, 1, 2, 3, 50_000, 200_001]) {
      const bytes = Buffer.alloc(length, "a quince?>\xff", "latin1");
      const text = bytes.toString("base64");
      const lines = text.replace(/.{76}/g, "$&\r\n");
      for (const sizes of [7, 4096, 65_537]) {
        expect((await decoded(pieces(text, sizes))).equals(bytes)).toBe(true);
        expect((await decoded(pieces(lines, sizes))).equals(bytes)).toBe(true);
      }
    }
  });

  it("that is none is no output", async () => {
    for (const text of ["<html>", "AAAA AAA!", "data:image/png;base64,AAAA"]) {
      await expect(decoded(pieces(text, 3))).rejects.toThrow(AppError);
    }
  });
});

describe("a file of 60 MB", () => {
  setFlagsFromString("--expose-gc");
  const collectGarbage: () => void = runInNewContext("gc");
  const usedBytes = () => {
    collectGarbage();
    const { heapUsed, external } = process.memoryUsage();
    return heapUsed + external;
  };
  const FILE_BYTES = 60 * 1024 * 1024;
  /** What a socket gives at once; a third of it is escaped slashes, as some servers write them. */
  const chunk = Buffer.from(`${"QUJD".repeat(12 * 1024)}${"\\/".repeat(6 * 1024)}`);
  async function* answer(): AsyncGenerator<Uint8Array> {
    yield Buffer.from('{"data":[{"file":"');
    for (let sent = 0; sent < FILE_BYTES; sent += chunk.length) yield Buffer.from(chunk);
    yield Buffer.from('"}]}');
  }

  it("leaves less than a tenth of it in memory", async () => {
    const before = usedBytes();
    let [most, size, looked] = [before, 0, 0];
    await readStreamedJson(answer(), {
      isStreamed: isFile,
      async take(_, text) {
        for await (const bytes of decodedBase64(text)) {
          size += bytes.length;
          if (size - looked < 4 * 1024 * 1024) continue;
          looked = size;
          most = Math.max(most, usedBytes());
        }
      },
    });
    expect(size).toBeGreaterThan(30 * 1024 * 1024);
    expect(most - before).toBeLessThan(6 * 1024 * 1024);
  });
});
