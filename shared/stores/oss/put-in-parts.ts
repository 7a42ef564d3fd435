// An upload in parts, which become an object together or not at all.
import type { ObjectInfo } from "../../ports/object-store.ts";
import type { Part } from "./body.ts";
import { finish, metaOf, type Put, type PutContext } from "./finish-put.ts";
import { aclHeaders, contentHeaders, forbidOverwrite } from "./object-headers.ts";
import { type OssRequest, requestsOf } from "./requests.ts";

type Tag = { number: number; etag: string };

export async function putInParts(
  context: PutContext,
  put: Put,
  first: Part,
  others: AsyncIterable<Part>,
): Promise<ObjectInfo | null> {
  const { key, signal } = put;
  const uploadId = await initiate(context, put);
  try {
    const { tags, size } = await uploadParts(context, put, uploadId, first, others);
    signal?.throwIfAborted();
    const info = await complete(context, put, uploadId, tags, size);
    if (info === null) await abandon(context.request, key, uploadId);
    return info;
  } catch (error) {
    await abandon(context.request, key, uploadId);
    throw error;
  }
}

/** InitiateMultipartUpload: the headers of the object are said here. */
async function initiate({ request }: PutContext, put: Put): Promise<string> {
  const options = {
    headers: { ...contentHeaders(put.key), ...forbidOverwrite(put.ifAbsent) },
    meta: metaOf(put),
  };
  return (await request((client) => client.initMultipartUpload(put.key, options))).uploadId;
}

/** One part is on its way while the next is read. When it ends early, no part is on its way any more. */
async function uploadParts(
  { connect, patience }: PutContext,
  { key, signal }: Put,
  uploadId: string,
  first: Part,
  others: AsyncIterable<Part>,
): Promise<{ tags: Tag[]; size: number }> {
  const connection = connect();
  const request = requestsOf(connection, patience);
  const ended = new AbortController();
  const stop = signal ? AbortSignal.any([signal, ended.signal]) : ended.signal;
  stop.addEventListener("abort", connection.cut, { once: true });
  const tags: Tag[] = [];
  let [size, number] = [0, 0];
  let underWay: Promise<unknown> = Promise.resolve();

  // UploadPart. The SDK's own call of that name sends a stream, which it cannot send again and complains about when it is cut.
  async function upload(bytes: Buffer, partNumber: number): Promise<void> {
    const options = { subres: { partNumber, uploadId }, timeout: patience.transferTimeoutMs };
    const { res } = await request((client) => client.put(key, bytes, { ...options }), stop);
    tags.push({ number: partNumber, etag: (res.headers as { etag?: string }).etag ?? "" });
  }

  async function begin({ bytes }: Part): Promise<void> {
    await underWay;
    number += 1;
    size += bytes.byteLength;
    underWay = upload(bytes, number);
    underWay.catch(() => {});
  }

  try {
    await begin(first);
    for await (const part of others) await begin(part);
    await underWay;
    return { tags, size };
  } finally {
    ended.abort();
    await underWay.catch(() => {});
  }
}

/** CompleteMultipartUpload: with x-oss-forbid-overwrite the object that came first stays. */
async function complete(
  context: PutContext,
  put: Put,
  uploadId: string,
  tags: Tag[],
  size: number,
): Promise<ObjectInfo | null> {
  const { key, ifAbsent } = put;
  const headers = { ...aclHeaders(key, context.publicObjects), ...forbidOverwrite(ifAbsent) };
  const timeout = context.patience.transferTimeoutMs;
  return finish(context, put, size, async (client) => {
    const { res } = await client.completeMultipartUpload(key, uploadId, tags, { headers, timeout });
    return res.headers;
  });
}

/** AbortMultipartUpload, as well as can be: what stays is removed by the bucket's lifecycle rule. */
export async function abandon(request: OssRequest, key: string, uploadId: string): Promise<void> {
  await request((client) => client.abortMultipartUpload(key, uploadId)).catch(() => {});
}
