// Sending to a foreign URL: judged like fetching from one, never redirected, bounded in time, and deaf to what is answered.
import { text } from "node:stream/consumers";
import { describe, expect, it } from "vitest";
import { parseTrustedHosts } from "../../shared/media/foreign-url.ts";
import { type PostOptions, postForeign } from "../../shared/media/post-foreign.ts";
import { failure, serve, serveNames } from "../servers/fetching.ts";
import { createInternet } from "../servers/internet.ts";
import type { Origin } from "../servers/origin.ts";

const nobody = parseTrustedHosts("");

function message(fields: Partial<PostOptions> = {}): PostOptions {
  return { trusted: nobody, signal: new AbortController().signal, headers: {}, body: "{}", ...fields };
}

function trusting(...origins: Origin[]) {
  return parseTrustedHosts(origins.map(({ port }) => `127.0.0.1:${port}`).join(","));
}

it("sends the body whole, with the headers that are given, over a connection of its own", async () => {
  const bodies: string[] = [];
  const origin = await serve(async (request, response) => {
    bodies.push(await text(request));
    response.writeHead(202, { "retry-after": "7" }).end("thanks");
  });
  const body = JSON.stringify({ lake: "湖".repeat(50_000) });
  const headers = { "content-type": "application/json", "webhook-id": "a-1" };
  const options = message({ trusted: trusting(origin), headers, body });
  expect(await postForeign(`${origin.url}/a/b?c=d`, options)).toEqual({ status: 202, retryAfterMs: 7000 });
  expect(await postForeign(`${origin.url}/`, options)).toMatchObject({ status: 202 });
  expect([bodies, origin.connections()]).toEqual([[body, body], 2]);
  expect(origin.requests[0]).toMatchObject({ method: "POST", path: "/a/b?c=d" });
  expect(origin.requests[0]?.headers).toMatchObject({ ...headers, "content-length": String(Buffer.byteLength(body)) });
});

describe("refuses, without contacting anybody,", () => {
  it.each([
    "http://127.0.0.1/",
    "http://[::1]/",
    "http://[::ffff:10.0.0.1]/",
    "http://169.254.169.254/",
    "http://100.100.100.200/",
    "http://user:secret@example.com/",
    "https://example.com:8443/",
    "file:///etc/passwd",
  ])("%s", async (url) => {
    const internet = createInternet({});
    const refusal = await failure(postForeign(url, message({ dial: internet.dial })));
    expect([refusal, internet.dialled]).toMatchObject([{ type: "fetch_refused" }, []]);
  });

  it("a name of which one address is not public", async () => {
    const dns = await serveNames(({ type }) => (type === "A" ? ["93.184.216.34", "10.0.0.1"] : []));
    const internet = createInternet({});
    const options = message({ dial: internet.dial, nameServers: [dns.address] });
    const refusal = await failure(postForeign("http://hooks.example.com/", options));
    expect([refusal, internet.dialled]).toMatchObject([{ type: "fetch_refused" }, []]);
  });
});

it("answers a redirect as it is, and contacts nobody further", async () => {
  const inside = await serve((_, response) => response.end());
  const origin = await serve((_, response) => response.writeHead(307, { location: inside.url }).end());
  const posted = await postForeign(origin.url, message({ trusted: trusting(origin, inside) }));
  expect([posted.status, inside.connections()]).toEqual([307, 0]);
});

it.each([
  ["says nothing", () => {}, "took too long"],
  ["breaks off", (socket: NodeJS.WritableStream & { destroy(): void }) => socket.destroy(), "broke off"],
  ["sends a header in drops", (socket: NodeJS.WritableStream) => void socket.write("HTTP/1.1 20"), "took too long"],
  [
    "answers something that is not HTTP",
    (socket: NodeJS.WritableStream) => void socket.write("hello\r\n\r\n"),
    "broke off",
  ],
])("a receiver that %s is a failure", async (_, act, says) => {
  const origin = await serve(({ socket }) => act(socket));
  const options = message({ trusted: trusting(origin), limits: { totalMs: 300 } });
  const failed = await failure(postForeign(origin.url, options));
  expect(failed).toMatchObject({ type: "fetch_failed", message: expect.stringContaining(says) });
  expect(failed.message).toMatch(/^The receiver /);
  await origin.idle();
});

it("an answer that is cut, or never ends, counts by its status, and leaves no connection", async () => {
  const origin = await serve(({ url }, response) => {
    response.writeHead(200, { "content-length": url === "/cut" ? "1000" : "1000000000" });
    response.write(url === "/cut" ? "half" : Buffer.alloc(1_000_000), () => url === "/cut" && response.destroy());
  });
  for (const path of ["/cut", "/endless"]) {
    const posted = await postForeign(origin.url + path, message({ trusted: trusting(origin) }));
    expect([path, posted.status]).toEqual([path, 200]);
  }
  await origin.idle();
});

it("whoever aborts gets the reason, and the connection is gone", async () => {
  const stop = new AbortController();
  const origin = await serve(() => stop.abort(new Error("enough")));
  const failed = await failure(postForeign(origin.url, message({ trusted: trusting(origin), signal: stop.signal })));
  expect(failed.message).toBe("enough");
  await origin.idle();
});
