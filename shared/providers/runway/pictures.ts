// How a picture reaches Runway: as a URL of our store, else within the request, else uploaded to the vendor for a day.
import { isIP } from "node:net";
import type { VendorConfig } from "../../config/vendors.ts";
import type { CallContext, InputFile } from "../../ports/provider.ts";
import { callVendor } from "../calling/call-vendor.ts";
import { bytesOfInput, isReachable } from "../calling/inputs.ts";
import { at, textAt } from "../calling/json.ts";
import { callRunway, originOf } from "./call.ts";

/** Vendor documentation, inputs: https, a domain name, no redirects, and at most 2,048 characters. */
const MAX_URL = 2048;

/** Vendor documentation, inputs: 5 MB for a picture in a `data:` URI. Whether that is before or after base64 is not said. */
const MAX_DATA_URI = 5_000_000;

export async function picturesFor(
  config: VendorConfig,
  inputs: readonly InputFile[],
  context: CallContext,
): Promise<string[]> {
  const uris: string[] = [];
  // One after the other: each is whole in memory.
  for (const [index, input] of inputs.entries()) uris.push(await pictureFor(config, input, index, context));
  return uris;
}

async function pictureFor(config: VendorConfig, input: InputFile, index: number, context: CallContext) {
  const url = await context.inputs?.url(index);
  if (url !== undefined && isTaken(url)) return url;
  const bytes = await bytesOfInput(context, index);
  const start = `data:${input.contentType};base64,`;
  const length = start.length + 4 * Math.ceil(bytes.length / 3);
  if (length <= MAX_DATA_URI) return start + bytes.toString("base64");
  return upload(config, input, bytes, context.signal);
}

function isTaken(url: string): boolean {
  const { protocol, hostname } = new URL(url);
  const isAddress = isIP(hostname.replace(/^\[|\]$/g, "")) !== 0;
  return protocol === "https:" && !isAddress && url.length <= MAX_URL && isReachable(url);
}

/** Vendor documentation, uploads: a place for one file, then the file itself as a form; the `runway://` URI is good for 24 hours. */
async function upload(config: VendorConfig, input: InputFile, bytes: Buffer<ArrayBuffer>, signal: AbortSignal) {
  const filename = `picture.${input.contentType.replace("image/", "")}`;
  const json = { filename, type: "ephemeral" };
  const place = await callRunway(config, { method: "POST", path: "/v1/uploads", json, signal });
  const [uploadUrl, runwayUri] = [textAt(place.json, "uploadUrl"), textAt(place.json, "runwayUri")];
  if (place.status !== 200 || !uploadUrl || !runwayUri?.startsWith("runway://") || !isSafe(uploadUrl, config)) {
    throw new Error(`the vendor gave no place for an upload (HTTP ${place.status})`);
  }
  const form = new FormData();
  for (const [name, value] of Object.entries(at(place.json, "fields") ?? {})) form.append(name, String(value));
  form.append("file", new Blob([bytes], { type: input.contentType }), filename);
  // Another host: it is not to see the key.
  const { status } = await callVendor({ method: "POST", url: uploadUrl, headers: {}, body: form, signal });
  if (status < 200 || status >= 300) throw new Error(`the vendor did not take an upload (HTTP ${status})`);
  return runwayUri;
}

/** Users' pictures go out encrypted, unless the whole vendor is spoken to in plain. */
function isSafe(url: string, config: VendorConfig): boolean {
  const parsed = URL.parse(url);
  return parsed !== null && (parsed.protocol === "https:" || parsed.origin === new URL(originOf(config)).origin);
}
