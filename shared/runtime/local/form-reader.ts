// Forms with a file, multipart/form-data (RFC 7578), as they stream in. Strict: what browsers and HTTP libraries send, and nothing looser.
import { AppError } from "../../errors/app-error.ts";

export interface FormPart {
  name: string;
  /** Without parameters, in lower case; null when the part does not say. */
  contentType: string | null;
  /** Has to be read to its end before the next part is asked for. Throws `invalid_request` when the form breaks off. */
  body: AsyncIterable<Uint8Array>;
}

export interface FormReader {
  /** Null behind the last part, when the form has ended as it should. Throws `invalid_request`. */
  next(): Promise<FormPart | null>;
}

/** The headers of one part. Browsers write two. */
const MAX_HEAD_BYTES = 4096;

/** RFC 2046, 5.1.1: "no longer than 70 characters". */
const boundaryPattern =
  /^multipart\/form-data *;(?:.*;)? *boundary=(?:"([\w'()+,./:=? -]{1,70})"|([\w'()+,./:=?-]{1,70})) *(?:;|$)/i;
const dispositionPattern = /^form-data *; *name=("?)([\w-]{1,64})\1 *(?:;.*)?$/i;

/** Throws `unsupported_media_type` for anything but a form with a file. Holds the current chunk and a little more. */
export function readForm(source: AsyncIterator<Uint8Array>, contentType: string | undefined): FormReader {
  const [, quoted, plain] = boundaryPattern.exec(contentType ?? "") ?? [];
  const boundary = quoted ?? plain;
  if (boundary === undefined) {
    throw new AppError("unsupported_media_type", { message: "Send a form: multipart/form-data, the file last." });
  }
  const delimiter = Buffer.from(`\r\n--${boundary}`);
  // The first delimiter begins the body, without a line end of its own.
  let held: Buffer = Buffer.from("\r\n");
  let state: "start" | "head" | "body" | "end" = "start";

  async function more(): Promise<void> {
    const step = await source.next();
    if (step.done) throw malformed("it breaks off");
    held = held.byteLength === 0 ? Buffer.from(step.value) : Buffer.concat([held, step.value]);
  }

  async function take(bytes: number): Promise<Buffer> {
    while (held.byteLength < bytes) await more();
    const taken = held.subarray(0, bytes);
    held = held.subarray(bytes);
    return taken;
  }

  async function takeHead(): Promise<string> {
    for (;;) {
      const end = held.subarray(0, MAX_HEAD_BYTES).indexOf("\r\n\r\n");
      if (end >= 0) return (await take(end + 4)).toString("latin1", 0, end);
      if (held.byteLength >= MAX_HEAD_BYTES) throw malformed("the headers of a part are too long");
      await more();
    }
  }

  async function* untilDelimiter(): AsyncGenerator<Uint8Array> {
    for (;;) {
      const end = held.indexOf(delimiter);
      // The last bytes may be the beginning of a delimiter.
      const sure = end >= 0 ? end : Math.max(0, held.byteLength - delimiter.byteLength + 1);
      if (sure > 0) yield await take(sure);
      if (end >= 0) break;
      await more();
    }
    await take(delimiter.byteLength);
    state = "head";
  }

  async function expectEnd(): Promise<null> {
    for (let isLast = false; !isLast; ) {
      if (!"\r\n".startsWith(held.toString("latin1", 0, 3))) throw malformed("something follows behind its end");
      const step = await source.next();
      isLast = step.done === true;
      if (!step.done) held = Buffer.concat([held, step.value]);
    }
    state = "end";
    return null;
  }

  async function begin(): Promise<void> {
    const start = await take(delimiter.byteLength);
    if (!start.equals(delimiter)) throw malformed("it does not begin with its boundary");
  }

  return {
    async next() {
      if (state === "body") throw new Error("the last part was not read to its end");
      if (state === "end") return null;
      if (state === "start") await begin();
      const line = (await take(2)).toString("latin1");
      if (line === "--") return expectEnd();
      if (line !== "\r\n") throw malformed("a boundary is followed by something else");
      const head = parseHead(await takeHead());
      state = "body";
      return { ...head, body: untilDelimiter() };
    },
  };
}

function parseHead(text: string): Omit<FormPart, "body"> {
  const headers = new Map<string, string>();
  for (const line of text.split("\r\n")) {
    const [, name = "", value = ""] = /^([A-Za-z-]+):[ \t]*(.*)$/.exec(line) ?? [];
    if (name === "" || headers.has(name.toLowerCase())) throw malformed("the headers of a part cannot be read");
    headers.set(name.toLowerCase(), value.trim());
  }
  const name = dispositionPattern.exec(headers.get("content-disposition") ?? "")?.[2];
  if (name === undefined) throw malformed("a part has no name");
  if (headers.has("content-transfer-encoding")) throw malformed("a part is encoded");
  return { name, contentType: headers.get("content-type")?.split(";")[0]?.trim().toLowerCase() ?? null };
}

function malformed(flaw: string): AppError {
  return new AppError("invalid_request", { message: `The form cannot be read: ${flaw}.` });
}
