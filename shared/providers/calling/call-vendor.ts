// One call to a vendor's API: bounded in time by its caller and in bytes here, sent once, and never on to where a redirect points.

export interface VendorRequest {
  method: "GET" | "POST" | "PUT" | "DELETE";
  url: string;
  headers: Readonly<Record<string, string>>;
  body?: string | FormData | undefined;
  signal: AbortSignal;
}

export interface VendorAnswer {
  status: number;
  headers: Headers;
  /** Undefined when it is not JSON. */
  json: unknown;
}

/** What vendors answer has a few KB; what has more than this is no answer. */
const MAX_BYTES = 4 * 1024 * 1024;

/** The whole answer, whatever its status. Throws when there is none, or only a part of it: nobody knows then what the vendor has done. */
export async function callVendor(request: VendorRequest): Promise<VendorAnswer> {
  const { status, headers, body } = await openVendor(request);
  return { status, headers, json: parsed(await textOf(body, MAX_BYTES)) };
}

/** The same with a body that is read while it comes: it must be read, or its iteration ended. */
export async function openVendor(
  request: VendorRequest,
): Promise<{ status: number; headers: Headers; body: AsyncIterable<Uint8Array> }> {
  const { method, url, headers, body, signal } = request;
  const answer = await fetch(url, { method, headers: { ...headers }, body: body ?? null, redirect: "manual", signal });
  return { status: answer.status, headers: answer.headers, body: answer.body ?? nothing() };
}

/** Of a body that was opened. Throws when it is larger. */
export async function textOf(body: AsyncIterable<Uint8Array>, maxBytes: number): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.byteLength;
    if (bytes > maxBytes) throw new Error(`a vendor's answer has more than ${maxBytes} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

export function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

async function* nothing(): AsyncGenerator<Uint8Array> {}
