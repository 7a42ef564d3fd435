import { describe, expect, test } from "vitest";
import { attachment, downloadName } from "../../shared/media/download-name.ts";

const key = "users/01890000-0000-7000-8000-000000000000/jobs/01890000-0000-7000-8000-000000000001/image-1-0.png";

describe("the name of a file that is saved", () => {
  test.each([
    ["a lighthouse", "a lighthouse.png"],
    ["春江花月夜", "春江花月夜.png"],
    ["../../etc/passwd", "etc passwd.png"],
    ["..\\..\\windows", "windows.png"],
    ['a:b*c?d"e<f>g|h', "a b c d e f g h.png"],
    ["one\r\nSet-Cookie: x\ttwo\0", "one Set-Cookie x two.png"],
    ["invoice\u202egpj.exe", "invoice gpj.exe.png"],
    ["\u2066hidden\u2069", "hidden.png"],
    ["photo.png", "photo.png"],
    ["photo.PNG", "photo.png"],
    ["photo.jpg", "photo.jpg.png"],
    [".htaccess", "htaccess.png"],
    ["dots...", "dots.png"],
    ["CON", "_CON.png"],
    ["nul.txt", "_nul.txt.png"],
    ["", "download.png"],
    ["///", "download.png"],
    ["\ud800half", "half.png"],
    ["e\u0301", "\u00e9.png"],
    ["<img src=x onerror=alert(1)>", "img src=x onerror=alert(1).png"],
  ])("%j is %j", (name, expected) => {
    expect(downloadName(name, key)).toBe(expected);
  });

  test("has at most 80 characters and its extension, and is never cut within one", () => {
    expect(downloadName("𠮷".repeat(200), key)).toBe(`${"𠮷".repeat(80)}.png`);
  });

  test("has no extension where nobody knows what the file is", () => {
    expect(downloadName("notes", "temp/outputs/1")).toBe("notes");
  });

  test("stands in the header as nothing but a name, whatever it is", () => {
    for (const name of ['a"; filename="b', "a\\", "100%", "it's (1)*", "夜\r\nX: 1", "\u{1f600}"]) {
      const header = attachment(name, key);
      expect(header).toMatch(
        /^attachment; filename="[\x20-\x21\x23-\x5b\x5d-\x7e]+"; filename\*=UTF-8''[\w!#$&+.^`|~%-]+$/,
      );
      expect(decodeURIComponent(header.split("UTF-8''")[1] ?? "")).toBe(downloadName(name, key));
    }
  });
});
