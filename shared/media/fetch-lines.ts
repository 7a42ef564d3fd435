// Lines out of bytes that come in any pieces. A line ends with LF; a CR before it belongs to the end (RFC 9112, 2.2).

const LF = 0x0a;

interface LineReader {
  /** Gives `onLine` each line that ends in these bytes, until it answers false: how many bytes were read by then. Throws when too much comes. */
  read(bytes: Buffer, onLine: (line: string) => boolean): number;
  /** What was read so far no longer counts. */
  reset(): void;
}

export function lineReader(maxBytes: number): LineReader {
  let line = "";
  let size = 0;

  function read(bytes: Buffer, onLine: (line: string) => boolean): number {
    for (let at = 0; at < bytes.length; ) {
      const end = bytes.indexOf(LF, at);
      const next = end === -1 ? bytes.length : end + 1;
      size += next - at;
      if (size > maxBytes) throw new Error("The head of the answer is too long.");
      line += bytes.toString("latin1", at, next);
      at = next;
      if (end === -1) break;
      const whole = line.replace(/\r?\n$/, "");
      line = "";
      if (!onLine(whole)) return at;
    }
    return bytes.length;
  }

  function reset(): void {
    size = 0;
  }

  return { read, reset };
}
