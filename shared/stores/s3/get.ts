// GetObject: a body that is whole, or throws.
import { GetObjectCommand, type GetObjectCommandOutput } from "@aws-sdk/client-s3";
import { AppError } from "../../errors/app-error.ts";
import type { ByteRange, StoredObject } from "../../ports/object-store.ts";
import { ask, type S3Wire } from "./client.ts";
import { isAbsent, statusOf, storeError } from "./errors.ts";
import { infoOf } from "./head.ts";

interface GetOptions {
  range?: ByteRange;
  signal?: AbortSignal;
}

export async function getObject(
  wire: S3Wire,
  key: string,
  { range, signal }: GetOptions,
): Promise<StoredObject | null> {
  if (range) checkRange(range);
  const output = await send(wire, key, range, signal);
  if (!output) return null;
  const source = output.Body as unknown as Source;
  // Nobody may be reading when the connection ends.
  source.on("error", () => {});
  try {
    const { size, given } = extentOf(output, range);
    const info = infoOf(key, { ...output, Size: size });
    return { info, range: given, body: watched(source, given.end - given.start + 1, wire.timeouts.silenceMs, signal) };
  } catch (error) {
    source.destroy();
    throw storeError(error);
  }
}

/** Of Node's `IncomingMessage`: what the SDK's handler gives as a body on Node. */
interface Source extends AsyncIterable<Uint8Array> {
  on(event: "error", listener: () => void): unknown;
  destroy(error?: Error): void;
}

async function send(wire: S3Wire, key: string, range: ByteRange | undefined, signal: AbortSignal | undefined) {
  const Range = range && `bytes=${range.start}-${range.end}`;
  const command = new GetObjectCommand({ Bucket: wire.bucket, Key: key, ...(Range && { Range }) });
  const refused = (error: unknown) => {
    if (range && statusOf(error) === 416) throw new RangeError(`The range begins at ${range.start}, behind the end.`);
    return isAbsent(error) ? null : undefined;
  };
  // The signal stays with the body.
  return ask(wire, (options) => wire.client.send(command, options), { signal, refused });
}

function checkRange({ start, end }: ByteRange): void {
  if (!Number.isSafeInteger(start) || start < 0 || !(end >= start)) throw new RangeError(`No range: ${start}-${end}.`);
}

/** The whole object's size, and which bytes of it come. */
function extentOf(output: GetObjectCommandOutput, range: ByteRange | undefined): { size: number; given: ByteRange } {
  if (!range) {
    const size = output.ContentLength;
    if (size === undefined) throw new Error("the store does not say how long the object is");
    return { size, given: { start: 0, end: size - 1 } };
  }
  const [, start, end, size] = /^bytes (\d+)-(\d+)\/(\d+)$/.exec(output.ContentRange ?? "") ?? [];
  if (Number(start) !== range.start || size === undefined)
    throw new Error("the store sends other bytes than the range");
  return { size: Number(size), given: { start: range.start, end: Number(end) } };
}

/** Exactly so many bytes, each chunk in time. */
function watched(
  source: Source,
  length: number,
  silenceMs: number,
  signal: AbortSignal | undefined,
): StoredObject["body"] {
  async function* read() {
    let received = 0;
    const silent = () => source.destroy(new Error(`the store sent nothing for ${silenceMs} ms`));
    let timer = setTimeout(silent, silenceMs);
    try {
      for await (const chunk of source) {
        clearTimeout(timer);
        received += chunk.byteLength;
        yield chunk;
        timer = setTimeout(silent, silenceMs);
      }
      if (received !== length) throw new Error(`the store sent ${received} of ${length} bytes`);
    } catch (cause) {
      signal?.throwIfAborted();
      throw new AppError("unavailable", { cause });
    } finally {
      clearTimeout(timer);
      source.destroy();
    }
  }
  return Object.assign(read(), { destroy: () => source.destroy() });
}
