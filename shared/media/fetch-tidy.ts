// Brings answers into the one form that Node's parser takes, where browsers and curl read more than that. The parser stays strict and
// judges what comes out. One answer comes on each connection and none is passed on: there is nobody else to read it differently.
import type { Socket } from "node:net";
import { Duplex } from "node:stream";
import { tidyChunks } from "./fetch-chunks.ts";
import { tidyHead } from "./fetch-head.ts";
import { lineReader } from "./fetch-lines.ts";

/** From the status line to the empty one. */
export const MAX_HEAD_BYTES = 64 * 1024;

/** Takes bytes in and gives others out; both in any pieces. Throws for what it cannot tidy. */
export type Tidier = (bytes: Buffer, give: (bytes: Buffer) => void) => void;

/** The connection, with the answers on it made tidy. */
export function tidied(socket: Socket): Duplex {
  const tidy = tidyAnswers();
  const outside = new Duplex({
    read: () => void socket.resume(),
    write: (chunk, _encoding, done) => void socket.write(chunk, done),
    final: (done) => void socket.end(done),
    destroy(error, done) {
      socket.destroy();
      done(error);
    },
  });
  const give = (bytes: Buffer) => {
    if (!outside.push(bytes)) socket.pause();
  };
  socket.on("data", (bytes: Buffer) => {
    try {
      tidy(bytes, give);
    } catch (error) {
      outside.destroy(error instanceof Error ? error : undefined);
    }
  });
  socket.once("end", () => outside.push(null));
  socket.once("error", (error) => outside.destroy(error));
  socket.once("close", () => {
    // What came before a good end may still wait to be read.
    if (!socket.readableEnded) outside.destroy();
  });
  return outside;
}

function tidyAnswers(): Tidier {
  const reader = lineReader(MAX_HEAD_BYTES);
  let lines: string[] = [];
  let body: Tidier | null = null;

  function endHead(give: (bytes: Buffer) => void): boolean {
    const head = tidyHead(lines);
    give(Buffer.from(head.text, "latin1"));
    lines = [];
    reader.reset();
    if (!head.isInterim) body = head.isChunked ? tidyChunks() : (rest) => give(rest);
    return head.isInterim;
  }

  function takeLine(line: string): boolean {
    if (line !== "") lines.push(line);
    // What is not HTTP may never send an empty line.
    if (lines[0]?.startsWith("HTTP/") === false) throw new Error("The answer is not HTTP.");
    return true;
  }

  /** How many of the bytes belong to heads. */
  function readHeads(bytes: Buffer, give: (bytes: Buffer) => void): number {
    return reader.read(bytes, (line) => (line === "" && lines.length > 0 ? endHead(give) : takeLine(line)));
  }

  return (bytes, give) => {
    const inHead = body === null ? readHeads(bytes, give) : 0;
    if (inHead < bytes.length) body?.(bytes.subarray(inHead), give);
  };
}
