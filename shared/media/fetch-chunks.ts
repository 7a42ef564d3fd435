// The lines between the chunks of a body (RFC 9112, 7.1): without extensions, padding and trailers, which say nothing to us.
import { lineReader } from "./fetch-lines.ts";
import type { Tidier } from "./fetch-tidy.ts";

/** Of one line, and of all trailers. */
const MAX_LINE_BYTES = 16 * 1024;

export function tidyChunks(): Tidier {
  const reader = lineReader(MAX_LINE_BYTES);
  let expects: "size" | "data" | "gap" | "trailer" | "nothing" = "size";
  let left = 0;

  function readLine(line: string, give: (bytes: Buffer) => void): boolean {
    if (expects === "size") {
      left = sizeOf(line);
      give(Buffer.from(`${left.toString(16)}\r\n`));
      expects = left === 0 ? "trailer" : "data";
    } else if (line === "") {
      give(Buffer.from("\r\n"));
      expects = expects === "gap" ? "size" : "nothing";
    } else if (expects === "gap") throw new Error("A chunk is longer than its size.");
    if (expects !== "trailer") reader.reset();
    return expects === "size" || expects === "trailer";
  }

  return (bytes, give) => {
    for (let at = 0; at < bytes.length && expects !== "nothing"; ) {
      if (expects === "data") {
        const piece = bytes.subarray(at, at + left);
        give(piece);
        at += piece.length;
        left -= piece.length;
        if (left === 0) expects = "gap";
      } else at += reader.read(bytes.subarray(at), (line) => readLine(line, give));
    }
  };
}

function sizeOf(line: string): number {
  const [, digits = ""] = /^([0-9a-f]+)[ \t]*(?:;.*)?$/is.exec(line) ?? [];
  const size = Number.parseInt(digits, 16);
  if (!Number.isSafeInteger(size)) throw new Error("A chunk has no size.");
  return size;
}
