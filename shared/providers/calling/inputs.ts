// How a picture reaches a vendor: as a URL of our store where the vendor can fetch from there, as its bytes where it cannot.
import { isIP } from "node:net";
import { AppError } from "../../errors/app-error.ts";
import { isPublicAddress } from "../../media/address.ts";
import type { CallContext, InputFile, StartOutcome } from "../../ports/provider.ts";

/** A URL that is good for an hour, or a `data:` URL. Throws AppError `fetch_failed` when the file is gone. */
export async function urlOfInput(context: CallContext, index: number, file: InputFile): Promise<string> {
  const url = await accessOf(context).url(index);
  if (isReachable(url)) return url;
  const bytes = await bytesOfInput(context, index);
  return `data:${file.contentType};base64,${bytes.toString("base64")}`;
}

/** All of it in memory: uploads have 10 MB at most. */
export async function bytesOfInput(context: CallContext, index: number): Promise<Buffer<ArrayBuffer>> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of await accessOf(context).open(index)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** Of a file that is a picture; one that is none has been refused by `validateByModel`. */
export function pictureSides({ width, height }: Pick<InputFile, "width" | "height">) {
  return { width: width ?? 0, height: height ?? 0 };
}

/** False for an address that only this machine or its network knows. */
export function isReachable(url: string): boolean {
  const { protocol, hostname } = new URL(url);
  const host = hostname.replace(/^\[|\]$/g, "");
  if (isIP(host) !== 0) return isPublicAddress(host);
  return (
    /^https?:$/.test(protocol) && host.includes(".") && !/(^|\.)(localhost|local|internal|lan|home\.arpa)$/.test(host)
  );
}

/** Something went wrong with the pictures of a start before anything was asked of the vendor: another attempt is harmless. */
export function notHanded(error: unknown, { signal }: CallContext): StartOutcome & { state: "failed" } {
  signal.throwIfAborted();
  if (error instanceof AppError && error.type === "fetch_failed") {
    return { state: "failed", failure: { type: error.type, message: error.message, retryable: error.retryable } };
  }
  const message = "The pictures could not be handed to the provider.";
  return { state: "failed", failure: { type: "fetch_failed", message, retryable: true } };
}

function accessOf({ inputs }: CallContext) {
  if (!inputs) throw new Error("a request with inputs has no access to them");
  return inputs;
}
