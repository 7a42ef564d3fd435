import { describe, expect, test } from "vitest";
import { parseTrustedHosts, refuseForeignUrl } from "../../shared/media/foreign-url.ts";
import { maxUrlLength } from "../../shared/ports/url.ts";

const nobody = parseTrustedHosts("");
const notHttp = "Only http and https URLs are fetched.";
const notPublic = "This URL leads to an address that is not public.";
const unusualPort = "Only ports 80 and 443 are fetched from.";
const userinfo = "A URL with a user name or a password is not fetched.";
const notUrl = "This is not an absolute URL.";

describe("what a URL shows by itself", () => {
  test.each([
    "http://example.com/a.png",
    "https://example.com/a.png?X-Signature=abc#part",
    "HTTPS://EXAMPLE.COM",
    "http://example.com:443/",
    "https://example.com:80/",
    "https://example.com.:443/",
    "https://例子.测试/图.png",
    "https://my_bucket.example.com/",
    "http://8.8.8.8/",
    "http://0x08080808/",
    "https://[2606:4700:4700::1111]/",
    "http://127.0.0.1.example.com/",
    // A name, however it looks: what it leads to shows when it is looked up.
    "http://localhost/",
    "http://metadata.google.internal/",
  ])("%s may be fetched as far as one can see", (url) => {
    expect(refuseForeignUrl(url, nobody)).toBeNull();
  });

  test.each([
    ["", notUrl],
    ["/a.png", notUrl],
    ["//example.com/a.png", notUrl],
    ["example.com/a.png", notUrl],
    ["http://", notUrl],
    ["http://exa mple.com/", notUrl],
    ["http://example.com:65536/", notUrl],
    ["http://256.1.1.1/", notUrl],
    ["http://[fe80::1%25eth0]/", notUrl],
    ["http://[::1/", notUrl],
    ["file:///etc/passwd", notHttp],
    ["ftp://example.com/a.png", notHttp],
    ["gopher://127.0.0.1:6379/_x", notHttp],
    ["data:image/png;base64,AAAA", notHttp],
    ["javascript:alert(1)", notHttp],
    ["ws://example.com/", notHttp],
    ["blob:https://example.com/1", notHttp],
    ["http://user@example.com/", userinfo],
    ["http://user:secret@example.com/", userinfo],
    ["http://:secret@example.com/", userinfo],
    ["http://example.com@127.0.0.1/", userinfo],
    ["http://example.com:8080/", unusualPort],
    ["https://example.com:22/", unusualPort],
    ["http://example.com:81/", unusualPort],
    ["http://127.0.0.1/", notPublic],
    ["http://127.1/", notPublic],
    ["http://127.0.1/", notPublic],
    ["http://2130706433/", notPublic],
    ["http://0x7f000001/", notPublic],
    ["http://0x7f.0.0.1/", notPublic],
    ["http://0X7F.1/", notPublic],
    ["http://0177.0.0.1/", notPublic],
    ["http://017700000001/", notPublic],
    ["http://127.0.0.1./", notPublic],
    ["http://0/", notPublic],
    ["http://１２７.０.０.１/", notPublic],
    ["http://①②⑦.0.0.1/", notPublic],
    ["http://127。0。0。1/", notPublic],
    ["http://%31%32%37.0.0.1/", notPublic],
    ["http:\\\\127.0.0.1\\a", notPublic],
    ["http:127.0.0.1", notPublic],
    [" http://127.0.0.1/ ", notPublic],
    ["ht\ntp://127.0.\t0.1/", notPublic],
    ["http://169.254.169.254/latest/meta-data/", notPublic],
    ["http://0xa9fea9fe/", notPublic],
    ["http://100.100.100.200/latest/", notPublic],
    ["http://168.63.129.16/", notPublic],
    ["http://10.0.0.1:80/", notPublic],
    ["http://[::]/", notPublic],
    ["http://[::1]/", notPublic],
    ["http://[::ffff:127.0.0.1]/", notPublic],
    ["http://[::ffff:7f00:1]/", notPublic],
    ["http://[0:0:0:0:0:ffff:a9fe:a9fe]/", notPublic],
    ["http://[64:ff9b::127.0.0.1]/", notPublic],
    ["http://[2002:7f00:1::]/", notPublic],
    ["http://[fd00:ec2::254]/", notPublic],
    ["http://[fe80::1]/", notPublic],
  ])("%j is refused", (url, reason) => {
    expect(refuseForeignUrl(url, nobody)).toBe(reason);
  });

  test("the longest URL that is taken has 4096 characters", () => {
    const url = "https://example.com/".padEnd(maxUrlLength, "a");
    expect(refuseForeignUrl(url, nobody)).toBeNull();
    expect(refuseForeignUrl(`${url}a`, nobody)).toBe("A URL may have at most 4096 characters.");
  });
});

describe("trusted hosts", () => {
  const trusted = parseTrustedHosts(" minio:9000, Files.Internal ,127.0.0.1:8080,[::1]:8080,[FD00::0:1],bücher.test.,");

  test.each([
    "http://minio:9000/a",
    "https://MINIO:9000/a",
    "http://minio.:9000/a",
    "http://files.internal/a",
    "https://files.internal/a",
    "http://127.0.0.1:8080/",
    "http://0x7f.1:8080/",
    "http://[::1]:8080/",
    "https://[fd00::1]/",
    "http://xn--bcher-kva.test/",
  ])("%s is fetched", (url) => {
    expect(refuseForeignUrl(url, trusted)).toBeNull();
  });

  test.each([
    ["http://minio:9001/a", unusualPort],
    ["http://files.internal:8080/a", unusualPort],
    ["http://sub.minio:9000/a", unusualPort],
    ["http://127.0.0.1/", notPublic],
    ["http://127.0.0.2:80/", notPublic],
    ["http://[::ffff:7f00:1]/", notPublic],
    ["http://user@minio:9000/a", userinfo],
    ["ftp://files.internal/a", notHttp],
  ])("%s is refused: trust covers just that host and port, and nothing but address and port", (url, reason) => {
    expect(refuseForeignUrl(url, trusted)).toBe(reason);
  });

  test("an empty list trusts nobody", () => {
    for (const text of ["", " ", ",", " , "]) {
      expect(parseTrustedHosts(text).has("minio", 80)).toBe(false);
    }
  });

  test.each([
    "http://minio",
    "minio/",
    "minio:9000/a",
    "*.internal",
    "user@minio",
    "minio:",
    "minio:0",
    "minio:65536",
    "minio:http",
    "::1",
    "[::1",
    "[::1]9000",
    "[minio]",
    "min io",
    "minio;files",
    "10.0.0.0/8",
    "256.1.1.1",
    ".",
  ])("%j is not a host, and says so", (entry) => {
    expect(() => parseTrustedHosts(`good:80,${entry}`)).toThrow(
      new RangeError(`Not host or host:port: ${JSON.stringify(entry)}`),
    );
  });

  test("every wrong entry is named at once", () => {
    expect(() => parseTrustedHosts("a/b, good, c:0")).toThrow('Not host or host:port: "a/b", "c:0"');
  });
});
