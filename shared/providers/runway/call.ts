// Calls to Runway's API, all of the same version.
import type { VendorConfig } from "../../config/vendors.ts";
import { callVendor, type VendorAnswer } from "../calling/call-vendor.ts";

const RUNWAY = "https://api.dev.runwayml.com";
/** Vendor documentation: `X-Runway-Version` is required, and fixes what is asked and answered. */
const VERSION = "2024-11-06";

export interface RunwayCall {
  method: "GET" | "POST" | "DELETE";
  path: string;
  json?: unknown;
  signal: AbortSignal;
}

export function callRunway(config: VendorConfig, { method, path, json, signal }: RunwayCall): Promise<VendorAnswer> {
  const headers = {
    accept: "application/json",
    authorization: `Bearer ${config.apiKey}`,
    "x-runway-version": VERSION,
    ...(json === undefined ? {} : { "content-type": "application/json" }),
  };
  const body = json === undefined ? undefined : JSON.stringify(json);
  return callVendor({ method, url: `${originOf(config)}${path}`, headers, body, signal });
}

export function originOf({ baseUrl }: VendorConfig): string {
  return baseUrl ?? RUNWAY;
}
