// Bodies go to files as they come; what does not come whole, or is not what was signed, is gone again.
import { createHash } from "node:crypto";
import { createWriteStream } from "node:fs";
import { rm } from "node:fs/promises";
import { pipeline } from "node:stream/promises";
import { Refusal } from "./refusal.ts";

export interface Saved {
  path: string;
  size: number;
  /** Hex. */
  md5: string;
}

/** `payload`: what the signature says of the body. Throws, and keeps nothing, when it is another one or breaks off. */
export async function save(
  source: AsyncIterable<Uint8Array>,
  path: string,
  payload: string,
  maxBytes = Number.POSITIVE_INFINITY,
): Promise<Saved> {
  const [md5, sha256] = [createHash("md5"), createHash("sha256")];
  let size = 0;
  async function* summed() {
    for await (const chunk of source) {
      size += chunk.byteLength;
      if (size > maxBytes)
        throw new Refusal(400, "EntityTooLarge", "Your proposed upload exceeds the maximum allowed size.");
      md5.update(chunk);
      sha256.update(chunk);
      yield chunk;
    }
  }
  try {
    await pipeline(summed(), createWriteStream(path));
    const isSigned = !/^[0-9a-f]{64}$/.test(payload) || sha256.digest("hex") === payload;
    if (!isSigned)
      throw new Refusal(
        400,
        "XAmzContentSHA256Mismatch",
        "The provided 'x-amz-content-sha256' header does not match what was computed.",
      );
    return { path, size, md5: md5.digest("hex") };
  } catch (error) {
    await rm(path, { force: true });
    throw error;
  }
}

/**
 * https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming-trailers.html, STREAMING-UNSIGNED-PAYLOAD-TRAILER: `{hex size}\r\n{bytes}\r\n`,
 * a chunk of size 0, then trailers.
 */
export async function* decodeAwsChunked(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let held = Buffer.alloc(0);
  let left = -1;
  for await (const chunk of source) {
    held = Buffer.concat([held, chunk]);
    while (left !== 0) {
      if (left < 0) {
        const end = held.indexOf("\r\n");
        if (end < 0) break;
        left = Number.parseInt(held.toString("latin1", 0, end), 16);
        if (Number.isNaN(left)) throw new Refusal(400, "InvalidRequest", "a chunk has no size");
        held = held.subarray(end + 2);
        continue;
      }
      if (held.byteLength < left + 2) break;
      yield held.subarray(0, left);
      held = held.subarray(left + 2);
      left = -1;
    }
  }
  if (left !== 0) throw new Refusal(400, "IncompleteBody", "the last chunk did not come");
}
