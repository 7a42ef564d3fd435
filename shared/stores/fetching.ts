// One request to a vendor's store by `fetch`, for adapters that do without the vendor's SDK.

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
  try {
    const response = await fetch(url, {
      ...{ method, headers, redirect: "manual", signal: AbortSignal.timeout(timeoutMs) },
      ...(body && { body: new Uint8Array(body) }),
    });
    return { status: response.status, headers: response.headers, bytes: Buffer.from(await response.arrayBuffer()) };
  } catch (cause) {
    throw new Error("The store gave no answer, or not all of it.", { cause });
  }
}

/** Null when the request did what it should. */
export function refusalOf(answer: StoreAnswer): StoreRefusal | null {
  return answer.status >= 200 && answer.status < 300 ? null : new StoreRefusal(answer);
}

/** Of the XML that tells of an error: texts without entities are all that matters there. */
function element(xml: string, name: string): string {
  return new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml)?.[1] ?? "";
}
