// `data:` URLs, as RFC 2397 writes them.
import { describe, expect, it } from "vitest";
import { parseDataUrl } from "../../shared/media/data-url.ts";

function parsed(text: string) {
  const result = parseDataUrl(text);
  return result && { contentType: result.contentType, bytes: [...result.bytes] };
}

describe("a data URL", () => {
  it.each([
    ["data:image/png;base64,AAEC", "image/png", [0, 1, 2]],
    ["DATA:Image/PNG;BASE64,AAEC", "image/png", [0, 1, 2]],
    ["data:image/png;base64,+/+/", "image/png", [0xfb, 0xff, 0xbf]],
    ["data:image/png;base64,%2B%2f%2B/", "image/png", [0xfb, 0xff, 0xbf]],
    ["data:image/png;base64,AA%3D%3D", "image/png", [0]],
    ["data:image/png;base64,AAE=", "image/png", [0, 1]],
    ["data:image/png;base64,", "image/png", []],
    ["data:image/svg+xml;charset=utf-8;base64,QQ==", "image/svg+xml", [65]],
    ["data:image/png,%89PNG%0d%0A", "image/png", [0x89, 0x50, 0x4e, 0x47, 13, 10]],
    ["data:image/png,%00%fF%Fa%25", "image/png", [0, 0xff, 0xfa, 0x25]],
    ["data:text/plain;charset=iso-8859-7,%be", "text/plain", [0xbe]],
    ['data:text/plain;name="a b";charset=utf-8,北', "text/plain", [0xe5, 0x8c, 0x97]],
    ["data:;charset=utf-8,a", "text/plain", [97]],
    ["data:;base64,QQ==", "text/plain", [65]],
    ["data:,a,b", "text/plain", [97, 44, 98]],
    ["data:,", "text/plain", []],
    ["data:image/png;base64,QQ==#top", "image/png", [65]],
  ])("%s holds what it says", (text, contentType, bytes) => {
    expect(parsed(text)).toEqual({ contentType, bytes });
  });

  it.each([
    "",
    "data:",
    "data:image/png;base64",
    " data:,a",
    "https://example.com/a.png",
    "image/png;base64,QQ==",
    "data:image,a",
    "data:/png,a",
    "data:image/,a",
    "data:image/png/x,a",
    "data:image/png;charset,a",
    "data:image/png; charset=utf-8,a",
    "data:image/png;=utf-8,a",
    "data:image/png;base64;charset=utf-8,QQ==",
    "data:im age/png,a",
    "data:image/png;base64,QQ",
    "data:image/png;base64,QQ=",
    "data:image/png;base64,QQ===",
    "data:image/png;base64,QR==",
    "data:image/png;base64,Q",
    "data:image/png;base64,QQ==QQ==",
    "data:image/png;base64,AA EC",
    "data:image/png;base64,AAEC\n",
    "data:image/png;base64,-_-_",
    "data:image/png;base64,AAE北",
    "data:image/png,%",
    "data:image/png,%4",
    "data:image/png,%zz",
    "data:image/png;base64,%4",
  ])("%j is none", (text) => {
    expect(parseDataUrl(text)).toBeNull();
  });

  it("of ten megabytes comes back byte by byte, in both spellings", () => {
    const bytes = Buffer.alloc(10 * 1024 * 1024, "dream factory\u0000\xff", "latin1");
    const escaped = bytes.toString("hex", 0, 1024 * 1024).replace(/../g, "%$&");
    expect(bytes.equals(parseDataUrl(`data:video/mp4;base64,${bytes.toString("base64")}`)?.bytes ?? Buffer.of())).toBe(
      true,
    );
    expect(bytes.subarray(0, 1024 * 1024).equals(parseDataUrl(`data:video/mp4,${escaped}`)?.bytes ?? Buffer.of())).toBe(
      true,
    );
  });
});
