// A large text that is the same for everybody and for as long as a process lives: made once, and sent small to whoever takes it so.
import { gzipSync } from "node:zlib";
import type { HttpRequest, HttpResponse } from "../events/http.ts";
import { bare } from "./results.ts";

export interface LargeText {
  contentType: string;
  headers?: Record<string, string>;
  make(): Promise<string>;
}

/** Answers are never stored (`no-store`), so no cache could hand them to others, and `Vary` has nothing to say. */
export function largeText({ contentType, headers = {}, make }: LargeText) {
  let plain: string | null = null;
  let zipped: Uint8Array | null = null;
  return async (request: Pick<HttpRequest, "headers">): Promise<HttpResponse> => {
    plain ??= await make();
    const whole = bare(contentType, plain, headers);
    if (!takesGzip(request.headers["accept-encoding"])) return whole;
    zipped ??= gzipSync(plain);
    return { ...whole, headers: { ...whole.headers, "content-encoding": "gzip" }, body: zipped };
  };
}

/** RFC 9110, 12.5.3: named, or covered by `*`, and not with a weight of 0. */
function takesGzip(accepted = ""): boolean {
  const weights = new Map(accepted.split(",").map(codingOf));
  return (weights.get("gzip") ?? weights.get("x-gzip") ?? weights.get("*") ?? 0) > 0;
}

function codingOf(part: string): [name: string, weight: number] {
  const [name = "", ...parameters] = part.split(";").map((each) => each.trim().toLowerCase());
  const weight = parameters.find((each) => each.startsWith("q="))?.slice(2);
  return [name, weight === undefined ? 1 : Number(weight) || 0];
}
