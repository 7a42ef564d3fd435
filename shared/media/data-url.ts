// `data:` URLs (RFC 2397): a file that comes within the request itself.

export interface DataUrl {
  /** `type/subtype` in lower case, as the sender says, without parameters; `text/plain` when it says nothing. */
  contentType: string;
  bytes: Uint8Array;
}

/** What a data URL holds, or null when the text is none. A fragment is dropped, as everywhere in URLs. */
export function parseDataUrl(text: string): DataUrl | null {
  const match = /^data:([^,#]*),([^#]*)/i.exec(text);
  if (match?.[1] === undefined || match[2] === undefined) return null;
  const isBase64 = /;base64$/i.test(match[1]);
  const contentType = contentTypeOf(match[1].replace(/;base64$/i, ""));
  const octets = percentDecode(match[2]);
  const bytes = isBase64 && octets ? base64Decode(octets) : octets;
  return contentType !== null && bytes ? { contentType, bytes } : null;
}

/** RFC 7230's token, and the escapes that a URL needs for anything else. */
const token = "[A-Za-z0-9!#$&'*+.^_`|~%-]+";
const mediaType = new RegExp(`^(${token}/${token})?((?:;${token}=(?:${token}|"[^"]*"))*)$`);

/** RFC 2397: `[ type "/" subtype ] *( ";" attribute "=" value )`; without a type it is text/plain. */
function contentTypeOf(text: string): string | null {
  const match = mediaType.exec(text);
  return match ? (match[1] ?? "text/plain").toLowerCase() : null;
}

/** Null when a `%` is not followed by two hexadecimal digits. Characters outside ASCII stand for their UTF-8. */
function percentDecode(text: string): Uint8Array | null {
  if (/%(?![0-9a-f]{2})/i.test(text)) return null;
  const octets = Buffer.from(text, "utf8");
  if (!text.includes("%")) return octets;
  let length = 0;
  for (let at = 0; at < octets.length; at++) {
    const isEscape = octets[at] === PERCENT;
    octets[length++] = isEscape ? 16 * hexDigit(octets[at + 1]) + hexDigit(octets[at + 2]) : (octets[at] ?? 0);
    if (isEscape) at += 2;
  }
  return octets.subarray(0, length);
}

const PERCENT = 0x25;

function hexDigit(ascii = 0): number {
  return ascii <= 0x39 ? ascii - 0x30 : (ascii | 0x20) - 0x57;
}

/** Strict, after RFC 4648: its alphabet, whole padding, no white space, no stray bits. Node decodes anything, so the way back is compared. */
function base64Decode(octets: Uint8Array): Uint8Array | null {
  const text = Buffer.from(octets.buffer, octets.byteOffset, octets.byteLength).toString("latin1");
  const bytes = Buffer.from(text, "base64");
  return bytes.toString("base64") === text ? bytes : null;
}
