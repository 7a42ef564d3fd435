// Takes signed uploads for the folder store at /media/, as a bucket does where there is one.
import { hkdfSync } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { AppError } from "../../errors/app-error.ts";
import { headersOf, toNode } from "../../events/node.ts";
import { preflightHeaders } from "../../http/cors.ts";
import { withStandardHeaders } from "../../http/standard-headers.ts";
import type { Clock } from "../../ports/clock.ts";
import type { ObjectStore, UploadRequest } from "../../ports/object-store.ts";
import { readSignedForm } from "../../stores/signed-form.ts";
import { registeredType } from "../../uploads/upload.ts";
import { type FormPart, type FormReader, readForm } from "./form-reader.ts";

export const uploadPath = "/media/";

/** A form may take so long, and what was begun in time is waited for as long. Then its connection is cut. */
const MAX_UPLOAD_MS = 120_000;

/** The fields and headers around the file. */
const MAX_FRAME_BYTES = 16 * 1024;
const MAX_FIELD_BYTES = 4096;
const MAX_FIELDS = 16;

export interface UploadServerDeps {
  store: ObjectStore;
  /** The one that the store signs with. */
  uploadSecret: string;
  clock: Clock;
  corsOrigins: readonly string[];
}

/** Apart from the tokens' secret, and as hard to guess. The same in all processes that share the data folder. */
export function uploadSecretOf(jwtSecret: string): string {
  return Buffer.from(hkdfSync("sha256", jwtSecret, "", "dream-factory signed uploads", 32)).toString("base64url");
}

export function isUpload({ method, url = "" }: IncomingMessage): boolean {
  return url.split("?", 1)[0] === uploadPath && (method === "POST" || method === "OPTIONS");
}

/**
 * Answers 204 when the file lies in the store. Throws what is to be answered otherwise, perhaps with a rest of the body unread: `forbidden` (not
 * what was signed, or too late), `conflict` (there is one already), `too_large`, `invalid_request`, `unsupported_media_type`. Then nothing was kept.
 */
export async function serveUpload(
  deps: UploadServerDeps,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  requestId: string,
): Promise<void> {
  const preflight = incoming.method === "OPTIONS";
  if (!preflight) await inTime(deps.clock, incoming, () => receive(deps, incoming, outgoing));
  const cors = preflight
    ? preflightHeaders(deps.corsOrigins, incoming.headers.origin, { methods: ["POST"], headers: [] })
    : {};
  const answer = { status: 204, headers: preflight ? { allow: "POST, OPTIONS", ...cors } : {}, body: "" };
  toNode(withStandardHeaders(answer, { requestId, headers: headersOf(incoming) }, deps.corsOrigins), outgoing);
  outgoing.end();
}

async function inTime(clock: Clock, incoming: IncomingMessage, act: () => Promise<void>): Promise<void> {
  const ended = new AbortController();
  void clock.sleep(MAX_UPLOAD_MS, ended.signal).then(() => {
    if (!ended.signal.aborted) incoming.destroy(new Error("An upload took too long."));
  });
  try {
    await act();
  } finally {
    ended.abort();
  }
}

async function receive(deps: UploadServerDeps, incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
  // Left early, the plain iterator would destroy the connection, and with it the answer.
  const source = incoming.iterator({ destroyOnReturn: false })[Symbol.asyncIterator]();
  const form = readForm(source, incoming.headers["content-type"]);
  if (incoming.headers.expect !== undefined) outgoing.writeContinue();
  const fields = new Map<string, string>();
  for (let part = await form.next(); part !== null; part = await form.next()) {
    if (part.name === "file") {
      const allowed = readSignedForm(deps.uploadSecret, fields, deps.clock.now());
      return keep(deps, { form, file: part, allowed }, Number(incoming.headers["content-length"] ?? 0));
    }
    if (fields.has(part.name) || fields.size === MAX_FIELDS) throw invalid("The form has too many fields.");
    fields.set(part.name, await textOf(part));
  }
  throw invalid("The form has no file. It comes last, as the field file.");
}

interface Upload {
  form: FormReader;
  file: FormPart;
  allowed: UploadRequest;
}

async function keep({ store }: UploadServerDeps, upload: Upload, announcedBytes: number): Promise<void> {
  const { key, size, contentType } = upload.allowed;
  // What a browser or a tool does not know it calls octets.
  const types = [null, "application/octet-stream", contentType];
  const sent = upload.file.contentType;
  if (!types.includes(sent === null ? null : registeredType(sent)))
    throw new AppError("forbidden", { message: `This is no ${contentType}.` });
  if (announcedBytes > size + MAX_FRAME_BYTES) throw tooLarge(size);
  if (!(await store.put(key, exactly(upload), { ifAbsent: true }))) {
    throw new AppError("conflict", { message: "A file is there already. Ask for a new upload to send another." });
  }
}

/** Ends well only when the whole form did: until then nothing appears in the store. */
async function* exactly({ form, file, allowed: { size } }: Upload): AsyncGenerator<Uint8Array> {
  let left = size;
  for await (const chunk of file.body) {
    left -= chunk.byteLength;
    if (left < 0) throw tooLarge(size);
    yield chunk;
  }
  if (left > 0) throw invalid(`The file lacks ${left} of the ${size} bytes that were announced.`);
  if (await form.next()) throw invalid("The file has to come last.");
}

async function textOf({ body }: FormPart): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.byteLength;
    if (bytes > MAX_FIELD_BYTES) throw invalid("A field of the form is too long.");
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

function tooLarge(size: number): AppError {
  return new AppError("too_large", { message: `The file is larger than the ${size} bytes that were announced.` });
}

function invalid(message: string): AppError {
  return new AppError("invalid_request", { message });
}
