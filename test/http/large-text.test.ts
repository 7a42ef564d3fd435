import { gunzipSync } from "node:zlib";
import { expect, test, vi } from "vitest";
import { largeText } from "../../shared/http/large-text.ts";

function served(text: string) {
  const make = vi.fn(async () => text);
  const serve = largeText({ contentType: "text/html", headers: { "referrer-policy": "no-referrer" }, make });
  return {
    make,
    ask: (accepted?: string) => serve({ headers: accepted === undefined ? {} : { "accept-encoding": accepted } }),
  };
}

test.each([
  "gzip",
  "gzip, deflate, br",
  "br;q=1.0, GZIP;q=0.5",
  "*",
  "deflate, x-gzip",
  "identity;q=0, gzip ; q=0.001",
])("is small for whoever says %j", async (accepted) => {
  const text = "<p>a lake</p>".repeat(1000);
  const { status, headers, body } = await served(text).ask(accepted);
  expect([status, headers["content-encoding"], headers["content-type"]]).toEqual([200, "gzip", "text/html"]);
  expect(headers["referrer-policy"]).toBe("no-referrer");
  expect((body as Uint8Array).length).toBeLessThan(500);
  expect(gunzipSync(body as Uint8Array).toString()).toBe(text);
});

test.each([undefined, "", "identity", "br", "gzip;q=0", "gzip;q=0.0, *;q=1", "gzipped", "*;q=0", "gzip;q=x"])(
  "is as it is for whoever says %j",
  async (accepted) => {
    const { headers, body } = await served("a lake").ask(accepted);
    expect([headers["content-encoding"], body]).toEqual([undefined, "a lake"]);
  },
);

test("is made once, and anew when that went wrong", async () => {
  const { make, ask } = served("a lake");
  make.mockRejectedValueOnce(new Error("not yet"));
  await expect(ask("gzip")).rejects.toThrow("not yet");
  await ask("gzip");
  await ask();
  await ask("gzip");
  expect(make).toHaveBeenCalledTimes(2);
});
