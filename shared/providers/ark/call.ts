// One call to Ark, in mainland China or elsewhere.
import type { VendorConfig } from "../../config/vendors.ts";
import { callVendor, type VendorAnswer } from "../calling/call-vendor.ts";

/** Keys of BytePlus are another site's: `https://ark.ap-southeast.bytepluses.com/api/v3`. */
const BASE_URL = "https://ark.cn-beijing.volces.com/api/v3";

export const TASKS = "contents/generations/tasks";

interface ArkCall {
  method: "GET" | "POST" | "DELETE";
  /** With its query. */
  path: string;
  body?: object;
  signal: AbortSignal;
}

export async function callArk(config: VendorConfig, { method, path, body, signal }: ArkCall): Promise<VendorAnswer> {
  return callVendor({
    method,
    url: `${config.baseUrl ?? BASE_URL}/${path}`,
    headers: { authorization: `Bearer ${config.apiKey}`, "content-type": "application/json" },
    body: body && JSON.stringify(body),
    signal,
  });
}

export function taskPath(id: string): string {
  return `${TASKS}/${encodeURIComponent(id)}`;
}

/** The same models have other names outside mainland China, and other prices. */
export function isAbroad({ baseUrl }: Pick<VendorConfig, "baseUrl">): boolean {
  return baseUrl !== undefined && new URL(baseUrl).hostname.endsWith(".bytepluses.com");
}
