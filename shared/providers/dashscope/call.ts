// Calls to Model Studio's native API, in whichever region and workspace the operator's key belongs to.
import type { VendorConfig } from "../../config/vendors.ts";
import { callVendor, type VendorAnswer } from "../calling/call-vendor.ts";

/** China (Beijing). Vendor documentation, regions: key, model and host have to be of the same one. */
const BEIJING = "https://dashscope.aliyuncs.com";

export interface DashscopeCall {
  method: "GET" | "POST";
  /** Below `/api/v1`. */
  path: string;
  json?: unknown;
  /** Vendor documentation, asynchronous tasks: the header without which a generation is waited for, or refused. */
  isAsync?: boolean;
  signal: AbortSignal;
}

export function callDashscope(
  config: VendorConfig,
  { method, path, json, isAsync, signal }: DashscopeCall,
): Promise<VendorAnswer> {
  const headers = {
    accept: "application/json",
    authorization: `Bearer ${config.apiKey}`,
    ...(config.workspace && { "x-dashscope-workspace": config.workspace }),
    ...(json === undefined ? {} : { "content-type": "application/json" }),
    ...(isAsync && { "x-dashscope-async": "enable" }),
  };
  const body = json === undefined ? undefined : JSON.stringify(json);
  return callVendor({ method, url: `${baseOf(config)}/api/v1${path}`, headers, body, signal });
}

export function taskPath(id: string): string {
  return `/tasks/${encodeURIComponent(id)}`;
}

/** The vendor's own clients take the address with `/api/v1`. */
function baseOf({ baseUrl = BEIJING }: VendorConfig): string {
  return baseUrl.replace(/\/api\/v1$/, "");
}
