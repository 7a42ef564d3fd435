// Reading an object: all of it, or a range, as a stream.
import type { Readable } from "node:stream";
import type { ByteRange, StoredObject } from "../../ports/object-store.ts";
import { readingBody, unlessAborted } from "./body.ts";
import { infoOfHeaders } from "./object-headers.ts";
import { nullIfTrulyAbsent, type OssPatience, type OssRequest, statusOf } from "./requests.ts";

export async function getObject(
  request: OssRequest,
  { transferTimeoutMs }: OssPatience,
  key: string,
  { range, signal }: { range: ByteRange | undefined; signal: AbortSignal | undefined },
): Promise<StoredObject | null> {
  if (range) checkRange(range);
  signal?.throwIfAborted();
  const opened = open(request, key, range);
  try {
    const stored = await unlessAborted(opened, signal);
    return stored && storedObject(key, stored, transferTimeoutMs, signal);
  } catch (error) {
    opened.then((stored) => stored?.stream.destroy()).catch(() => {});
    throw error;
  }
}

interface Opened {
  stream: Readable;
  headers: Record<string, string | undefined>;
}

/**
 * GetObject. Without `x-oss-range-behavior: standard`, a range that goes beyond the end is ignored and the whole object comes; with it,
 * the range is cut, and one that begins behind the end is refused with 416.
 */
async function open(request: OssRequest, key: string, range: ByteRange | undefined): Promise<Opened | null> {
  const headers = range ? { Range: `bytes=${range.start}-${range.end}`, "x-oss-range-behavior": "standard" } : {};
  return request(async (client) => {
    try {
      const { stream, res } = await client.getStream(key, { headers });
      return { stream, headers: res.headers as Opened["headers"] };
    } catch (error) {
      if (statusOf(error) === 416) throw new RangeError(`The range begins behind the end: ${headers.Range}.`);
      return nullIfTrulyAbsent(client, key, error);
    }
  });
}

function storedObject(
  key: string,
  { stream, headers }: Opened,
  idleMs: number,
  signal: AbortSignal | undefined,
): StoredObject {
  const length = Number(headers["content-length"]);
  const match = /^bytes (\d+)-(\d+)\/(\d+)$/.exec(headers["content-range"] ?? "");
  const info = infoOfHeaders(key, headers, match ? Number(match[3]) : length);
  const range = match ? { start: Number(match[1]), end: Number(match[2]) } : { start: 0, end: length - 1 };
  return { info, range, body: readingBody(stream, { size: length, idleMs, signal }) };
}

function checkRange({ start, end }: ByteRange): void {
  if (!Number.isSafeInteger(start) || start < 0 || !(end >= start)) throw new RangeError(`No range: ${start}-${end}.`);
}
