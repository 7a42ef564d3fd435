// One call to Kling, under a token made for it.
import type { VendorConfig } from "../../config/vendors.ts";
import { callVendor, type VendorAnswer } from "../calling/call-vendor.ts";

/** Keys of mainland China are another site's: `https://api-beijing.klingai.com`. */
const BASE_URL = "https://api-singapore.klingai.com";

/** What can be made, each with tasks of its own. */
export const kinds = ["videos/text2video", "videos/image2video", "images/generations"] as const;

export type Kind = (typeof kinds)[number];

interface KlingCall {
  method: "GET" | "POST";
  /** With its query. */
  path: string;
  body?: object;
  signal: AbortSignal;
}

export async function callKling(
  config: VendorConfig,
  { method, path, body, signal }: KlingCall,
): Promise<VendorAnswer> {
  signal.throwIfAborted();
  // What signs is loaded when something is to be signed.
  const { tokenOf } = await import("./token.ts");
  return callVendor({
    method,
    url: `${config.baseUrl ?? BASE_URL}/v1/${path}`,
    headers: { authorization: `Bearer ${tokenOf(config)}`, "content-type": "application/json" },
    body: body && JSON.stringify(body),
    signal,
  });
}
