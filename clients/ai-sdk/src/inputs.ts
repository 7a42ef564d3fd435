// Pictures to work on: small ones go with the request, larger ones are uploaded straight to the store first.
import { APICallError } from "@ai-sdk/provider";
import { callApi, pause } from "./calling.ts";
import type { DreamFactorySettings } from "./settings.ts";

export type InputFile = { type: "url"; url: string } | { type: "file"; mediaType: string; data: string | Uint8Array };

export type Input = { url: string } | { uploadId: string };

/** A request may have 1 MB, and base64 makes four of three. */
const MOST_WITHIN = 500 * 1024;

export async function inputOf(
  settings: DreamFactorySettings,
  file: InputFile,
  signal: AbortSignal | undefined,
): Promise<Input> {
  if (file.type === "url") return { url: file.url };
  const bytes = typeof file.data === "string" ? decoded(file.data) : file.data;
  if (bytes.byteLength > MOST_WITHIN) return { uploadId: await upload(settings, bytes, signal) };
  return { url: `data:${typeOf(bytes)};base64,${encoded(bytes)}` };
}

interface Upload {
  uploadId: string;
  upload: { method: string; url: string; headers?: Record<string, string>; fields?: Record<string, string> };
}

interface Uploaded {
  status: "pending" | "ready" | "rejected";
  reason?: string;
}

const LOOKS = 60;
const LOOK_MS = 500;

async function upload(
  settings: DreamFactorySettings,
  bytes: Uint8Array,
  signal: AbortSignal | undefined,
): Promise<string> {
  const contentType = typeOf(bytes);
  const body = { filename: `input.${contentType.split("/")[1]}`, contentType, size: bytes.byteLength };
  const { data } = await callApi<Upload>(settings, { method: "POST", path: "/uploads", body, signal });
  await put(settings, data.upload, new Blob([bytes as Uint8Array<ArrayBuffer>], { type: contentType }), signal);
  for (let look = 0; look < LOOKS; look++) {
    const { data: now } = await callApi<Uploaded>(settings, {
      method: "GET",
      path: `/uploads/${data.uploadId}`,
      signal,
    });
    if (now.status === "ready") return data.uploadId;
    if (now.status === "rejected") throw refused(data.upload.url, `The picture was rejected. ${now.reason ?? ""}`);
    await pause(LOOK_MS, signal);
  }
  throw refused(data.upload.url, "The picture was uploaded, and is still not ready.");
}

async function put(
  { fetch = globalThis.fetch }: DreamFactorySettings,
  { method, url, headers = {}, fields }: Upload["upload"],
  file: Blob,
  signal: AbortSignal | undefined,
): Promise<void> {
  const form = fields && new FormData();
  for (const [name, value] of Object.entries(fields ?? {})) form?.append(name, value);
  form?.append("file", file);
  const answer = await fetch(url, { method, headers, body: form ?? file, signal: signal ?? null });
  await answer.arrayBuffer();
  if (!answer.ok) throw refused(url, `The picture could not be uploaded: ${answer.status}`);
}

function refused(url: string, message: string): APICallError {
  return new APICallError({ message, url, requestBodyValues: {}, isRetryable: false });
}

/** From the bytes: what senders say of a type is often wrong. What is none of these is told so by the API. */
function typeOf(bytes: Uint8Array): "image/png" | "image/jpeg" | "image/webp" {
  const head = String.fromCharCode(...bytes.subarray(0, 12));
  if (head.startsWith("\xff\xd8")) return "image/jpeg";
  return head.startsWith("RIFF") && head.endsWith("WEBP") ? "image/webp" : "image/png";
}

function encoded(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text);
}

function decoded(base64: string): Uint8Array {
  return Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
}
