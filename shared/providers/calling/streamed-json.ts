// JSON that holds whole files as text: those strings are handed on while they come, and only the rest of it is held.
import { type JsonBytes, jsonBytes } from "./json-bytes.ts";

export type Path = readonly (string | number)[];

export interface Streaming {
  /** Whether the string at this path, keys and places in lists, is handed on. An empty one never is. */
  isStreamed(path: Path): boolean;
  /** Reads what the string says; what it leaves unread is passed over. */
  take(path: Path, text: AsyncIterable<string>): Promise<void>;
}

/** What is held; answers without their files have a few KB. */
const MAX_BYTES = 1024 * 1024;

/** The answer, with "" for what was handed on; undefined when it is not JSON. Rejects as the body or `take` does, and then lets the body go. */
export async function readStreamedJson(body: AsyncIterable<Uint8Array>, streaming: Streaming): Promise<unknown> {
  const bytes = jsonBytes(body);
  try {
    return parsed(await heldOf(bytes, streaming));
  } finally {
    bytes.close();
  }
}

const [QUOTE, COMMA, COLON] = [0x22, 0x2c, 0x3a];
const [OBJECT, LIST, OBJECT_END, LIST_END] = [0x7b, 0x5b, 0x7d, 0x5d];

/** Follows keys and places; whether it is JSON at all is for the parser to say in the end. */
async function heldOf(bytes: JsonBytes, { isStreamed, take }: Streaming): Promise<string> {
  const path: (string | number)[] = [];
  let held = "";
  let isKey = false;
  const hold = (written: string) => {
    held += written;
    if (held.length > MAX_BYTES) throw new Error(`a vendor's answer has more than ${MAX_BYTES} bytes beside its files`);
  };
  for (let byte = await bytes.next(); byte !== null; byte = await bytes.next()) {
    hold(String.fromCharCode(byte));
    const step = path.at(-1);
    if (byte === OBJECT) path.push("");
    if (byte === LIST) path.push(0);
    if (byte === OBJECT_END || byte === LIST_END) path.pop();
    if (byte === COMMA && typeof step === "number") path[path.length - 1] = step + 1;
    if (byte === OBJECT || byte === COMMA) isKey = typeof path.at(-1) === "string";
    if (byte === COLON || byte === LIST) isKey = false;
    if (byte !== QUOTE) continue;
    if (isKey) {
      const key = await rawString(bytes, hold);
      path[path.length - 1] = String(parsed(`"${key}"`) ?? "");
    } else if (isStreamed(path) && (await bytes.peek()) !== QUOTE) {
      await handOn(bytes, (text) => take([...path], text));
    } else await rawString(bytes, hold);
    hold('"');
  }
  return held;
}

async function handOn(bytes: JsonBytes, take: (text: AsyncIterable<string>) => Promise<void>): Promise<void> {
  const end = { isReached: false };
  const text = said(bytes, end);
  await take(text);
  // A read ahead of whoever took it ends first.
  await text.return(undefined);
  if (!end.isReached) for await (const _ of said(bytes, end));
}

/** What the string says, up to its closing quote. */
async function* said(bytes: JsonBytes, end: { isReached: boolean }): AsyncGenerator<string, void, undefined> {
  while (!end.isReached) {
    const { written, isLast } = await bytes.part();
    end.isReached = isLast;
    if (written !== "") yield unescaped(written);
  }
}

function unescaped(written: string): string {
  if (!written.includes("\\")) return written;
  return written.replace(/\\(u.{4}|.)/gs, (escaped, rest) => (rest === "/" ? "/" : String(JSON.parse(`"${escaped}"`))));
}

/** As it is written, up to its closing quote. */
async function rawString(bytes: JsonBytes, hold: (written: string) => void): Promise<string> {
  let raw = "";
  for (let isLast = false; !isLast; ) {
    const part = await bytes.part();
    hold(part.written);
    raw += part.written;
    isLast = part.isLast;
  }
  return raw;
}

/** Bytes that were held one a character. */
function parsed(held: string): unknown {
  try {
    return JSON.parse(Buffer.from(held, "latin1").toString());
  } catch {
    return undefined;
  }
}
