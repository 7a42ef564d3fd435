// A picture straight to the store, and what became of it there.
import type { Client } from "./client.ts";
import { DreamFactoryError } from "./errors.ts";
import type { AnnouncedUpload, CreateUploadRequest, Upload } from "./generated/schema.ts";
import { aborted, pause } from "./retries.ts";
import { canWatchSending, sendWatched } from "./watched-sending.ts";

export interface UploadOptions {
  /** Of a File its own. */
  filename?: string;
  /** Of a Blob its own. */
  contentType?: CreateUploadRequest["contentType"];
  signal?: AbortSignal | undefined;
  /** From 0 to 1. Browsers tell how much is on its way; elsewhere it is 0, and then 1. */
  onProgress?: (part: number) => void;
  /** How often it is sent to the store again when that cannot be reached. Default 3. */
  retries?: number;
}

/** An upload that may be named as an input: `{ uploadId }`. */
export type ReadyUpload = Upload & { status: "ready" };

/** Announces the file, sends it, and waits until it was looked at. Throws `upload_rejected` with the reason when it is no such picture. */
export async function upload(client: Client, file: Blob, options: UploadOptions = {}): Promise<ReadyUpload> {
  const { signal, onProgress = () => undefined } = options;
  const named = file as Blob & { name?: string };
  const wanted = {
    filename: options.filename ?? named.name ?? "picture",
    // The server says what it takes.
    contentType: options.contentType ?? (file.type as CreateUploadRequest["contentType"]),
    size: file.size,
  };
  const announced = await client.createUpload(wanted, { signal });
  onProgress(0);
  await deliver(client, announced, file, options);
  onProgress(1);
  return lookedAt(client, announced.uploadId, signal);
}

/** What was cut off may have arrived all the same, and is not taken a second time: it is looked before it is sent again. */
async function deliver(client: Client, announced: AnnouncedUpload, file: Blob, options: UploadOptions): Promise<void> {
  const { uploadId } = announced;
  const { signal, retries = 3 } = options;
  for (let repeats = 0; ; repeats++) {
    const status = await sendOnce(client, announced, file, options);
    if (status !== null && status >= 200 && status < 300) return;
    if (signal?.aborted) throw aborted(signal.reason);
    const isThere = (await client.getUpload(uploadId, { signal })).status !== "pending";
    if (isThere) return;
    const isForLater = status === null || status === 408 || status === 429 || status >= 500;
    if (!isForLater || repeats >= retries) {
      const said = status === null ? "The store could not be reached." : `The store answered with status ${status}.`;
      throw new DreamFactoryError({ type: "upload_failed", uploadId }, said);
    }
    await pause(500 * 2 ** repeats, signal);
  }
}

/** The store's status; null when there was no answer. */
async function sendOnce(
  { connection }: Client,
  { upload: signed }: AnnouncedUpload,
  file: Blob,
  { signal, onProgress }: UploadOptions,
): Promise<number | null> {
  const { method, url } = signed;
  const body = signed.method === "POST" ? formOf(signed.fields, file) : file;
  const headers = signed.method === "PUT" ? signed.headers : {};
  if (onProgress && canWatchSending()) return sendWatched({ method, url, headers, body, signal, onProgress });
  try {
    const response = await connection.fetch(url, { method, headers, body, ...(signal && { signal }) });
    await response.body?.cancel();
    return response.status;
  } catch {
    return null;
  }
}

/** The file comes last: stores read no field behind it. */
function formOf(fields: Readonly<Record<string, string>>, file: Blob): FormData {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  form.append("file", file);
  return form;
}

async function lookedAt(client: Client, uploadId: string, signal: AbortSignal | undefined): Promise<ReadyUpload> {
  for (let waitMs = 200; ; waitMs = Math.min(2 * waitMs, 3000)) {
    const now = await client.getUpload(uploadId, { signal });
    if (now.status === "ready") return { ...now, status: now.status };
    if (now.status === "rejected") {
      throw new DreamFactoryError({ type: "upload_rejected", uploadId }, now.reason ?? "The file was not taken.");
    }
    await pause(waitMs, signal);
  }
}
