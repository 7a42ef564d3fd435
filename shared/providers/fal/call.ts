// Calls to fal's queue, and where they go: the key is for one origin, whatever URLs an answer names.
import type { VendorConfig } from "../../config/vendors.ts";
import type { ProviderTask } from "../../ports/provider.ts";
import { callVendor, type VendorAnswer } from "../calling/call-vendor.ts";
import { textAt } from "../calling/json.ts";

export const QUEUE = "https://queue.fal.run";

export interface FalCall {
  method: "GET" | "POST" | "PUT";
  url: string;
  headers?: Readonly<Record<string, string>>;
  json?: unknown;
  signal: AbortSignal;
}

export function callFal(config: VendorConfig, { method, url, headers, json, signal }: FalCall): Promise<VendorAnswer> {
  const sent = {
    accept: "application/json",
    authorization: `Key ${config.apiKey}`,
    ...(json === undefined ? {} : { "content-type": "application/json" }),
    ...headers,
  };
  return callVendor({
    method,
    url,
    headers: sent,
    body: json === undefined ? undefined : JSON.stringify(json),
    signal,
  });
}

export function baseOf({ baseUrl }: VendorConfig): string {
  return baseUrl ?? QUEUE;
}

const MAX_URL = 1000;

/** Vendor documentation, queue: the URLs of a request are those that the answer to its start names. */
export function urlsIn(json: unknown): Record<string, string> {
  const named = (["status_url", "response_url", "cancel_url"] as const).flatMap((field) => {
    const url = textAt(json, field);
    return url !== undefined && url.length <= MAX_URL ? [[field, url] as const] : [];
  });
  return Object.fromEntries(named);
}

const ends = { status_url: "/status", response_url: "", cancel_url: "/cancel" } as const;

/**
 * As the answer named it, if it lies on the origin that may see the key; else put together. Vendor documentation, queue: below the owner and
 * the app alone, without the rest of the model's id.
 */
export function urlOf(config: VendorConfig, { id, data }: ProviderTask, which: keyof typeof ends): string {
  const base = baseOf(config);
  const named = textAt(data, which);
  if (named !== undefined && URL.parse(named)?.origin === new URL(base).origin) return named;
  const app = textAt(data, "app");
  if (app === undefined) throw new Error("a task of fal's names its app");
  return `${base}/${app}/requests/${encodeURIComponent(id)}${ends[which]}`;
}

/** Types of the vendor's client: two parts of the id, and before them one of these. */
const namespaces: readonly (string | undefined)[] = ["workflows", "comfy"];

export function appOf(modelId: string): string {
  const parts = modelId.split("/");
  return parts.slice(0, namespaces.includes(parts[0]) ? 3 : 2).join("/");
}
