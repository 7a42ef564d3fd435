// One request to a vendor's store by `fetch`, for adapters that do without the vendor's SDK.

import type { SignedUpload, StoredObject } from "../ports/object-store.ts";

export interface SignedRequest {
  method: "PUT" | "GET" | "DELETE";
  url: string;
  headers: Record<string, string>;
  body?: Uint8Array | undefined;
}

export interface StoreAnswer {
  status: number;
  headers: Headers;
  bytes: Buffer;
}

/** What the store refused with, in its own words. */
export class StoreRefusal extends Error {
  override readonly name = "StoreRefusal";
  readonly status: number;
  /** Such as `NoSuchKey`; empty when the store names none. */
  readonly code: string;
  /** Its words; empty when it has none. */
  readonly said: string;
  readonly retryAfter: string | null;

  constructor({ status, headers, bytes }: StoreAnswer) {
    const [code, message] = ["Code", "Message"].map((name) => element(bytes.toString(), name));
    super(`The store answered ${status} ${code}: ${message}`);
    this.status = status;
    this.code = code ?? "";
    this.said = message ?? "";
    this.retryAfter = headers.get("retry-after");
  }
}

/** The whole answer, whatever its status. Throws when none comes in time, or only a part of it. */
export async function fetchAnswer(request: SignedRequest, timeoutMs: number): Promise<StoreAnswer> {
  const { method, url, headers, body } = request;
  return wholeAnswer(url, { method, headers, ...(body && { body: new Uint8Array(body) }) }, timeoutMs);
}

/** Sends a file as somebody would for whom it was signed. */
export async function sendUpload(signed: SignedUpload, file: Uint8Array, timeoutMs: number): Promise<StoreAnswer> {
  const { method, url } = signed;
  if (method === "PUT") return fetchAnswer({ method, url, headers: signed.headers, body: file }, timeoutMs);
  const form = new FormData();
  for (const [name, value] of Object.entries(signed.fields)) form.append(name, value);
  form.append("file", new Blob([new Uint8Array(file)]));
  return wholeAnswer(url, { method, body: form }, timeoutMs);
}

async function wholeAnswer(url: string, init: RequestInit, timeoutMs: number): Promise<StoreAnswer> {
  try {
    const response = await fetch(url, { ...init, redirect: "manual", signal: AbortSignal.timeout(timeoutMs) });
    return { status: response.status, headers: response.headers, bytes: Buffer.from(await response.arrayBuffer()) };
  } catch (cause) {
    throw new Error("The store gave no answer, or not all of it.", { cause });
  }
}

/** An object that came as a whole. */
export function wholeObject({ bytes }: StoreAnswer): Pick<StoredObject, "body"> {
  async function* body() {
    yield bytes;
  }
  return { body: Object.assign(body(), { destroy: () => {} }) };
}

/** Null when the request did what it should. */
export function refusalOf(answer: StoreAnswer): StoreRefusal | null {
  return answer.status >= 200 && answer.status < 300 ? null : new StoreRefusal(answer);
}

/** Of the XML that tells of an error: texts without entities are all that matters there. */
function element(xml: string, name: string): string {
  return new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml)?.[1] ?? "";
}
