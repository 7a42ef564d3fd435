// Which encodings an answer has, and its bytes without them.
import { AppError } from "../errors/app-error.ts";
import { codings, type Hold } from "./fetch-codings.ts";
import { inputFrom } from "./fetch-input.ts";
import { asFailure } from "./fetch-watch.ts";

/** Encodings of https://www.iana.org/assignments/http-parameters that real bytes may have, and that nothing here decodes. */
const undecodable = ["aes128gcm", "compress", "dcb", "dcz", "exi", "pack200-gzip"];

/** As many as curl decodes. */
const MAX_LAYERS = 5;

/**
 * The names of the encodings to be taken off, the last one first; none when the bytes are the file. What names no encoding counts as none:
 * servers say `utf-8`, `none` or `binary` of bytes that are plain, and whether they are shows when the file is looked at. Throws
 * `fetch_failed` for what is a real encoding and cannot be decoded.
 */
export function encodingsOf(header: string | undefined): string[] {
  // RFC 9110, 8.4.1: the names with x- mean the same.
  const names = (header ?? "").split(",").map((name) => name.trim().toLowerCase().replace(/^x-/, ""));
  const unknown = names.find((name) => undecodable.includes(name));
  if (unknown !== undefined) throw cannotDecode(`the encoding ${unknown}, which cannot be decoded`);
  const layers = names.filter((name) => Object.hasOwn(codings, name)).reverse();
  if (layers.length > MAX_LAYERS) throw cannotDecode(`more than ${MAX_LAYERS} encodings one upon the other`);
  return layers;
}

/** The bytes of the file, as they come. Throws `fetch_failed` when an encoding is damaged, or whatever `body` throws. */
export function decoded(
  body: AsyncIterable<Uint8Array>,
  encodings: readonly string[],
  hold: Hold,
): AsyncIterable<Uint8Array> {
  let bytes = body;
  for (const name of encodings) bytes = withoutLayer(bytes, name, hold);
  return bytes;
}

async function* withoutLayer(body: AsyncIterable<Uint8Array>, name: string, hold: Hold): AsyncGenerator<Uint8Array> {
  let failure: unknown = null;
  async function* remembered(): AsyncGenerator<Uint8Array> {
    try {
      yield* body;
    } catch (error) {
      failure = error;
      throw error;
    }
  }
  try {
    yield* codings[name]?.(inputFrom(remembered()), hold) ?? body;
  } catch (error) {
    throw failure ?? asFailure(error, `The file's server sent a file whose ${name} encoding is damaged or cut.`);
  }
}

function cannotDecode(what: string): AppError {
  return new AppError("fetch_failed", { message: `The file's server sent the file in ${what}.`, onlyElsewhere: true });
}
