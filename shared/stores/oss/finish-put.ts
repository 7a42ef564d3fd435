// The last request of a put, by which the object appears, and what it means when its answer is lost.
import type OSS from "ali-oss";
import { AbortError } from "p-retry";
import type { ObjectInfo } from "../../ports/object-store.ts";
import type { OssConnection } from "./connection.ts";
import { infoOfHeaders, type PublicObjects, plainEtag } from "./object-headers.ts";
import { isCode, nullIfAbsent, type OssPatience, type OssRequest } from "./requests.ts";

export interface PutContext {
  request: OssRequest;
  /** Opens a connection that is cut when the upload ends. */
  connect(): OssConnection;
  patience: OssPatience;
  partBytes: number;
  publicObjects: PublicObjects;
}

export interface Put {
  key: string;
  ifAbsent: boolean;
  signal: AbortSignal | undefined;
  /** Kept with the object: tells our own object from another's when the answer to the last request was lost. */
  id: string;
}

/**
 * The request that makes the object appear. When its answer is lost, the next try may find the key taken, or the upload gone, by this very
 * object: then the object says whose it is. After an abort there is no next try.
 */
export async function finish(
  { request }: PutContext,
  put: Put,
  size: number,
  send: (client: OSS) => Promise<object>,
): Promise<ObjectInfo | null> {
  let tries = 0;
  const attempt = async (client: OSS) => {
    tries += 1;
    if (tries > 1 && put.signal?.aborted) throw new AbortError("aborted");
    try {
      const { etag = "", date = "" } = (await send(client)) as Record<string, string | undefined>;
      return { key: put.key, size, etag: plainEtag(etag), modifiedAt: Date.parse(date) };
    } catch (error) {
      return tries > 1 ? findOwn(client, put, error) : nullIfTaken(error);
    }
  };
  try {
    return await request(attempt);
  } catch (error) {
    put.signal?.throwIfAborted();
    throw error;
  }
}

function nullIfTaken(error: unknown): null {
  if (isCode(error, "FileAlreadyExists")) return null;
  throw error;
}

/** Our object, when the store refuses another one because of it. */
async function findOwn(client: OSS, { key, id }: Put, error: unknown): Promise<ObjectInfo | null> {
  if (!isCode(error, "FileAlreadyExists") && !isCode(error, "NoSuchUpload")) throw error;
  const found = await client.head(key).catch(nullIfAbsent);
  const isOwn = found !== null && (found.meta as Record<string, unknown> | null)?.put === id;
  return isOwn ? infoOfHeaders(key, found.res.headers) : nullIfTaken(error);
}

export function metaOf({ id }: Put): OSS.UserMeta {
  // The SDK's type asks for two names that mean nothing to OSS.
  return { put: id } as unknown as OSS.UserMeta;
}
