// `data:` URLs after the `data:` URL processor of the Fetch standard (https://fetch.spec.whatwg.org/#data-url-processor): a file that comes
// within the request itself.
import { MIMEType } from "node:util";

export interface DataUrl {
  /** As the sender says, with parameters; `text/plain;charset=US-ASCII` when it says nothing that can be read. */
  contentType: string;
  bytes: Uint8Array;
}

/** Far more than any media type has; to read a longer one would cost more than the file. */
const MAX_CLAIM_LENGTH = 1024;

/** What a data URL holds, or null when the text is none, its base64 is not, or it says more of the type than anybody would. */
export function parseDataUrl(text: string): DataUrl | null {
  const comma = text.indexOf(",");
  if (comma < 0 || comma > MAX_CLAIM_LENGTH || isHopeless(text, comma)) return null;
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

/** Base64 with other letters than ASCII has them percent-encoded by the parser first, at three times its length, and is refused then. */
function isHopeless(text: string, comma: number): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: all of ASCII
  return /base64 *$/i.test(text.slice(0, comma)) && /[^\x00-\x7f]/.test(text);
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
