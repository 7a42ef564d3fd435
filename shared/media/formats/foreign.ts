// What else a file may be. Only for messages: it says what came, and decides nothing.
import { brandOf, nameOfBrand } from "./iso-brands.ts";

const signatures: [name: string, at: number, bytes: string][] = [
  ["a PDF document", 0, "%PDF-"],
  ["a ZIP archive", 0, "PK\x03\x04"],
  ["a ZIP archive", 0, "PK\x05\x06"],
  ["a gzip archive", 0, "\x1f\x8b"],
  ["a 7-Zip archive", 0, "7z\xbc\xaf\x27\x1c"],
  ["a RAR archive", 0, "Rar!\x1a\x07"],
  ["a BMP image", 0, "BM"],
  ["a TIFF image", 0, "II*\0"],
  ["a TIFF image", 0, "MM\0*"],
  ["an icon", 0, "\0\0\x01\0"],
  ["a Photoshop image", 0, "8BPS"],
  ["a JPEG XL image", 0, "\xff\x0a"],
  ["a JPEG XL image", 4, "JXL "],
  ["a JPEG 2000 image", 4, "jP  "],
  ["an AVI video", 8, "AVI "],
  ["an MP4 segment without its header", 4, "styp"],
  ["an MP4 segment without its header", 4, "moof"],
  ["an MPEG video", 0, "\0\0\x01\xba"],
  ["an MPEG transport stream", 188, "G"],
  ["a Flash video", 0, "FLV"],
  ["a WAV audio file", 8, "WAVE"],
  ["an Ogg file", 0, "OggS"],
  ["an MP3 audio file", 0, "ID3"],
  ["a FLAC audio file", 0, "fLaC"],
  ["a program", 0, "MZ"],
  ["a program", 0, "\x7fELF"],
  ["a program", 0, "\xcf\xfa\xed\xfe"],
  ["a program", 0, "\xca\xfe\xba\xbe"],
  ["a program", 0, "\0asm"],
  ["UTF-16 text", 0, "\xff\xfe"],
  ["UTF-16 text", 0, "\xfe\xff"],
];

const texts: [name: string, pattern: RegExp][] = [
  ["SVG", /^<svg[\s>]|^<\?xml.*<svg[\s>]|^<!doctype svg/is],
  ["HTML", /^<(!doctype html|html|head|body|script|title|meta|div|p|h1)[\s>]/i],
  ["XML", /^<[?!a-z]/i],
  ["JSON", /^[{[]/],
  ["a PDF document", /^%PDF-/],
  ["a script", /^#!/],
];

/** `head`: the file's first HEAD_BYTES, or all of a shorter one. */
export function describeForeign(head: Buffer): string {
  if (head.length === 0) return "nothing: the file is empty";
  if (isText(head)) return describeText(head);
  const known = signatures.find(([, at, bytes]) => head.toString("latin1", at, at + bytes.length) === bytes);
  return nameOfBrand(brandOf(head)) ?? known?.[0] ?? "bytes of no known kind";
}

/** In whatever encoding: no control characters but those of a text. */
function isText(head: Buffer): boolean {
  return head.every((byte) => byte >= 0x20 || [0x09, 0x0a, 0x0c, 0x0d].includes(byte));
}

function describeText(head: Buffer): string {
  const text = head
    .toString("latin1")
    .replace(/^\xef\xbb\xbf/, "")
    .trimStart();
  return texts.find(([, pattern]) => pattern.test(text))?.[0] ?? "text";
}
