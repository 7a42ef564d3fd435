// What differs between two answers that say the same: each id, time and secret is shown by its kind.
import { vendorIds } from "../../shared/config/vendors.ts";
import type { Answered } from "./api-call.ts";

const masks: readonly [RegExp, string][] = [
  [/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, "<uuid>"],
  [/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/g, "<time>"],
  [/\b\d{8}T\d{6}Z/g, "<stamp>"],
  [/(?<=(%2F|\/))\d{8}(?=(%2F|\/))/g, "<day>"],
  [/\b1\d{12}\b/g, "<ms>"],
  [/\beyJ[\w-]+\.eyJ[\w-]+\.[\w-]+/g, "<token>"],
  [/\bwhsec_[A-Za-z0-9+/]+=*/g, "<secret>"],
  [/(?<=(X-Amz-Signature|x-oss-signature)=)[0-9a-f]{64}/g, "<signature>"],
  [/(?<="(x-amz-signature|x-oss-signature)":")[0-9a-f]{64}/gi, "<signature>"],
  // A file's label names its output.
  [/(?<="sha256":")[0-9a-f]{64}/g, "<sha256>"],
  // A picture that a project has for itself is named by it.
  [/(?<=projects\/<uuid>\/)[0-9a-f]{64}/g, "<sha256>"],
  // What is left of the time, in whole seconds.
  [/(?<=(X-Amz-Expires|x-oss-expires)=)\d+/g, "<s>"],
  [/(?<="policy":")[A-Za-z0-9+/]+=*/g, "<policy>"],
  [/(?<="nextCursor":")[\w.~+/=-]+/g, "<cursor>"],
  [/(?<="next":")\d+\.[\w-]*/g, "<place>"],
  [/(?<="code":")[A-Z0-9-]+/g, "<code>"],
  [/(?<="latencyMs":)\d+/g, "<ms>"],
  // The local server looks whether there is an ffmpeg; a function that takes requests has none, and believes FFMPEG_PATH.
  [/(?<="status":"up",)"message":"Everything but videos\.[^"]*",/g, ""],
  [/(?<=^retry: )\d+/gm, "<ms>"],
  [new RegExp(`(?<=There is: )(?:(?:${vendorIds.join("|")}), )+`, "g"), ""],
];

export function masked({ status, headers, body }: Answered): Answered {
  const shown = Object.entries(headers).map(([name, value = ""]) => [name, mask(value)]);
  return { status, headers: Object.fromEntries(shown), body: mask(body) };
}

function mask(text: string): string {
  return masks.reduce((left, [pattern, name]) => left.replace(pattern, name), withoutKeyless(text));
}

/** The local server also shows the vendors that have no key; a function carries only those that it was built with. */
function withoutKeyless(text: string): string {
  if (!text.includes('"provider":')) return text;
  try {
    const answer = JSON.parse(text);
    const isKeyless = (item: { provider?: string; available?: boolean; status?: string }) =>
      vendorIds.some((id) => id === item.provider) && (item.available === false || item.status === "unconfigured");
    if (!Array.isArray(answer.data?.items)) return text;
    const items = answer.data.items.filter((item: object) => !isKeyless(item));
    return JSON.stringify({ ...answer, data: { ...answer.data, items } });
  } catch {
    return text;
  }
}
