// `data:` URLs against the Fetch standard: values typed from its rules, and the `fetch` of Node itself as a second opinion on each.
import { describe, expect, it } from "vitest";
import { parseDataUrl } from "../../shared/media/data-url.ts";
import { isDataUrl } from "../../shared/ports/url.ts";

const ascii = "text/plain;charset=US-ASCII";

const good: [text: string, contentType: string, bytes: number[]][] = [
  ["data:image/png;base64,AAEC", "image/png", [0, 1, 2]],
  ["DATA:Image/PNG;BASE64,AAEC", "image/png", [0, 1, 2]],
  ["data:image/png;base64,+/+/", "image/png", [0xfb, 0xff, 0xbf]],
  ["data:image/png;base64,%2B%2f%2B/", "image/png", [0xfb, 0xff, 0xbf]],
  ["data:image/svg+xml;charset=utf-8;base64,QQ==", "image/svg+xml;charset=utf-8", [65]],
  ["data:image/png,%89PNG%0d%0A", "image/png", [0x89, 0x50, 0x4e, 0x47, 13, 10]],
  ["data:image/png,%00%fF%Fa%25", "image/png", [0, 0xff, 0xfa, 0x25]],
  ["data:text/plain;charset=iso-8859-7,%be", "text/plain;charset=iso-8859-7", [0xbe]],
  ["data:text/plain,北", "text/plain", [0xe5, 0x8c, 0x97]],
  ["data:,a,b", ascii, [97, 44, 98]],
  ["data:,", ascii, []],
  ["data:,a?b=c", ascii, [97, 63, 98, 61, 99]],
  // White space round the URL, and line ends and tabs anywhere, are no part of any URL.
  [" \n\tdata:image/png;base64,AAEC\n ", "image/png", [0, 1, 2]],
  ["da\nta:image/png;base64,AA\r\nEC\n", "image/png", [0, 1, 2]],
  // The fragment belongs to the URL, not to the file.
  ["data:image/png;base64,QQ==#top", "image/png", [65]],
  ["data:,a#b,c", ascii, [97]],
  ["data:,a%23b", ascii, [97, 35, 98]],
  // base64, as forgiving as the standard: white space, missing padding, stray bits.
  ["data:;base64,", ascii, []],
  ["data:;base64,QQ", ascii, [65]],
  ["data:;base64,QUI", ascii, [65, 66]],
  ["data:;base64,QR==", ascii, [65]],
  ["data:;base64, A A\tE%20C%0A%0d%0c%09 ", ascii, [0, 1, 2]],
  ["data:;base64,A%41EC", ascii, [0, 1, 2]],
  ["data:;base64,Q%51%3D%3d", ascii, [65]],
  // How base64 is announced.
  ["data:image/png; base64,QQ==", "image/png", [65]],
  ["data:image/png;   BaSe64,QQ==", "image/png", [65]],
  ["data:image/png;base64 ,QQ==", "image/png", [65]],
  ["data: ;base64,QQ==", ascii, [65]],
  ["data:image/png ;base64,QQ==", "image/png", [65]],
  // … and what only looks like it: then the text itself is the file.
  ["data:base64,QQ", ascii, [81, 81]],
  ["data:image/png;base64;x=y,QQ", "image/png;x=y", [81, 81]],
  ["data:image/png;xbase64,QQ", "image/png", [81, 81]],
  ["data:image/png;base64=,QQ", "image/png", [81, 81]],
  ["data:image/png;%62ase64,QQ", "image/png", [81, 81]],
  // A type that cannot be read.
  ["data:image,a", ascii, [97]],
  ["data:/png,a", ascii, [97]],
  ["data:image/,a", ascii, [97]],
  ["data:image/png/x,a", ascii, [97]],
  ["data:im age/png,a", ascii, [97]],
  ["data:image,QQ==", ascii, [81, 81, 61, 61]],
  ["data:image;base64,QQ==", ascii, [65]],
  // Parameters.
  ["data:;charset=utf-8,a", "text/plain;charset=utf-8", [97]],
  ["data:;charset=utf-8;base64,QQ==", "text/plain;charset=utf-8", [65]],
  ["data:image/png;charset,a", "image/png", [97]],
  ["data:image/png;=utf-8,a", "image/png", [97]],
  ["data:image/png; charset=UTF-8 ;x=,a", "image/png;charset=UTF-8", [97]],
  ["data:text/plain;Charset=A;charset=B,a", "text/plain;charset=A", [97]],
  ['data:text/plain;name="a b",x', 'text/plain;name="a b"', [120]],
  // A percent sign that begins no escape is itself.
  ["data:,%", ascii, [37]],
  ["data:,%4", ascii, [37, 52]],
  ["data:,%zz%4g%41", ascii, [37, 122, 122, 37, 52, 103, 65]],
  ["data:,%%41", ascii, [37, 65]],
];

const bad = [
  "data:",
  "data:image/png;base64",
  "data:image/png;base64#,QQ==",
  "data:;base64,Q",
  "data:;base64,QQ=",
  "data:;base64,QQ===",
  "data:;base64,=",
  "data:;base64,Q=Q=",
  "data:;base64,QQ==QQ==",
  "data:;base64,-_-_",
  "data:;base64,AAE北",
  "data:;base64,%4",
  "data:;base64,A%00EC",
  "data:;base64,A%0bAE",
];

const others = ["", "https://example.com/a.png", "image/png;base64,QQ==", "//data:,a", "\u00a0data:,a", "iVBORw0KGgo="];

describe("a data URL", () => {
  it.each(good)("%j holds what the standard says", (text, contentType, bytes) => {
    const result = parseDataUrl(text);
    expect(result && { contentType: result.contentType, bytes: [...result.bytes] }).toEqual({ contentType, bytes });
  });

  it.each(bad)("%j holds nothing", (text) => {
    expect(parseDataUrl(text)).toBeNull();
  });

  it.each(others)("is not what %j is", (text) => {
    expect([parseDataUrl(text), isDataUrl(text)]).toEqual([null, false]);
  });

  it.each([...good.map(([text]) => text), ...bad])("%j is read by Node's own fetch in the same way", async (text) => {
    const fetched = await fetch(text).then(
      async (response) => ({
        contentType: response.headers.get("content-type"),
        bytes: [...new Uint8Array(await response.arrayBuffer())],
      }),
      () => null,
    );
    const result = parseDataUrl(text);
    expect(result && { ...result, bytes: [...result.bytes] }).toEqual(fetched);
  });

  it("of a megabyte comes back byte by byte, in both spellings", () => {
    const bytes = Buffer.alloc(1024 * 1024, "dream factory\u0000\xff", "latin1");
    const escaped = bytes.toString("hex").replace(/../g, "%$&");
    for (const text of [`data:video/mp4;base64,${bytes.toString("base64")}`, `data:video/mp4,${escaped}`]) {
      expect(bytes.equals(parseDataUrl(text)?.bytes ?? Buffer.of())).toBe(true);
    }
  });
});
