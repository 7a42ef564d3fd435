// Base64 that comes in pieces, as bytes.
import { AppError } from "../../errors/app-error.ts";

/** Characters that are decoded at once; a multiple of four. */
const BATCH = 64 * 1024;

/** Throws AppError `invalid_output` when it is no base64. */
export async function* decodedBase64(text: AsyncIterable<string>): AsyncGenerator<Uint8Array> {
  let waiting = "";
  for await (const piece of text) {
    waiting += piece;
    if (waiting.length < BATCH) continue;
    const plain = withoutSpace(waiting);
    const whole = plain.length - (plain.length % 4);
    yield bytesOf(plain.slice(0, whole));
    waiting = plain.slice(whole);
  }
  const plain = withoutSpace(waiting);
  if (plain !== "") yield bytesOf(plain);
}

function withoutSpace(text: string): string {
  return /\s/.test(text) ? text.replace(/\s+/g, "") : text;
}

/** Node passes over what is no base64 and stops at the first `=`. */
function bytesOf(text: string): Uint8Array {
  if (!/^[\w+/-]*={0,2}$/.test(text)) throw new AppError("invalid_output");
  return Buffer.from(text, "base64");
}
