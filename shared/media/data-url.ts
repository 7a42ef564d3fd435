// `data:` URLs after the `data:` URL processor of the Fetch standard (https://fetch.spec.whatwg.org/#data-url-processor): a file that comes
// within the request itself.
import { MIMEType } from "node:util";

export interface DataUrl {
  /** As the sender says, with parameters; `text/plain;charset=US-ASCII` when it says nothing that can be read. */
  contentType: string;
  bytes: Uint8Array;
}

/** What a data URL holds, or null when the text is none, or its base64 is not. */
export function parseDataUrl(text: string): DataUrl | null {
  const url = URL.parse(text);
  if (url?.protocol !== "data:") return null;
  url.hash = "";
  const [, claim, data] = /^data:([^,]*),(.*)$/s.exec(url.href) ?? [];
  if (claim === undefined || data === undefined) return null;
  const octets = percentDecode(data);
  const [, base64Claim] = /^(.*); *base64$/is.exec(claim.trim()) ?? [];
  const bytes = base64Claim === undefined ? octets : base64Decode(octets);
  return bytes && { contentType: contentTypeOf((base64Claim ?? claim).trim()), bytes };
}

function contentTypeOf(claim: string): string {
  try {
    return new MIMEType(claim.startsWith(";") ? `text/plain${claim}` : claim).toString();
  } catch {
    return "text/plain;charset=US-ASCII";
  }
}

/** A `%` that no two hexadecimal digits follow stands for itself. `text` is ASCII, as all URLs are once they are parsed. */
function percentDecode(text: string): Buffer {
  const octets = Buffer.from(text, "latin1");
  if (!text.includes("%")) return octets;
  let length = 0;
  for (let at = 0; at < octets.length; at++) {
    const high = hexDigit(octets[at + 1]);
    const low = hexDigit(octets[at + 2]);
    const isEscape = octets[at] === PERCENT && high !== null && low !== null;
    octets[length++] = isEscape ? 16 * high + low : (octets[at] ?? 0);
    if (isEscape) at += 2;
  }
  return octets.subarray(0, length);
}

const PERCENT = 0x25;

function hexDigit(ascii = 0): number | null {
  if (ascii >= 0x30 && ascii <= 0x39) return ascii - 0x30;
  const letter = ascii | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : null;
}

/** Forgiving, as the standard says and `atob` does: white space is nothing, padding may be missing. */
function base64Decode(octets: Buffer): Buffer | null {
  try {
    return Buffer.from(atob(octets.toString("latin1")), "latin1");
  } catch {
    return null;
  }
}
