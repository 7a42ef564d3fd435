// Sends a file as a page in a browser does.
import type { SignedUpload } from "../../shared/ports/object-store.ts";

export interface Form {
  url: string;
  fields: Record<string, string>;
}

export function sendForm(
  { url, fields }: Form,
  bytes: Uint8Array,
  headers: Record<string, string> = {},
): Promise<Response> {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  form.append("file", new Blob([new Uint8Array(bytes)]), "picture");
  return fetch(url, { method: "POST", body: form, headers });
}

/** By whichever way the store has signed. */
export function send(signed: SignedUpload, bytes: Uint8Array): Promise<Response> {
  if (signed.method === "POST") return sendForm(signed, bytes);
  return fetch(signed.url, { method: "PUT", headers: signed.headers, body: new Uint8Array(bytes) });
}
