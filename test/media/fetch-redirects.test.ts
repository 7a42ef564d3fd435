import { type ServerResponse, setGlobalProxyFromEnv } from "node:http";
import { text } from "node:stream/consumers";
import { describe, expect, onTestFinished, test } from "vitest";
import { fetchForeign } from "../../shared/media/fetch.ts";
import { failure, serve, serveNames, trusting } from "../servers/fetching.ts";
import { createInternet } from "../servers/internet.ts";
import type { Origin } from "../servers/origin.ts";

describe("redirects", () => {
  test.each([301, 302, 303, 307, 308])("%i is followed by GET, relative to where it came from", async (status) => {
    const origin = await serve((request, response) => {
      if (request.url === "/a/old?x=1") redirect(response, "../b/new?y=2#part", status);
      else response.end("the file");
    });
    const fetched = await fetchForeign(`${origin.url}/a/old?x=1#top`, trusting(origin));
    expect(await text(fetched.body)).toBe("the file");
    expect(fetched.finalUrl).toBe(`${origin.url}/b/new?y=2#part`);
    expect(origin.requests.map(({ method, path }) => `${method} ${path}`)).toEqual([
      "GET /a/old?x=1",
      "GET /b/new?y=2",
    ]);
  });

  test.each([
    ["a loopback address", "http://127.0.0.1/"],
    ["loopback as a number", "http://2130706433/"],
    ["the metadata service", "http://169.254.169.254/latest/meta-data/"],
    ["the metadata service, mapped", "http://[::ffff:a9fe:a9fe]/"],
    ["Alibaba Cloud's metadata", "//100.100.100.200/latest/"],
    ["an unusual port", "http://93.184.216.34:6379/"],
    ["a file", "file:///etc/passwd"],
    ["ftp", "ftp://93.184.216.34/a"],
    ["data", "data:text/plain,hello"],
    ["a user name", "http://user:secret@93.184.216.34/"],
    ["a name of this machine", "http://localhost/"],
    ["a name below localhost", "http://files.LOCALHOST./"],
    ["a very long URL", `http://93.184.216.34/${"a".repeat(5000)}`],
  ])("to %s is refused, and nobody there is contacted", async (_, location) => {
    const trap = await serve((_request, response) => response.end("a secret"));
    const places = ["127.0.0.1:80", "169.254.169.254:80", "100.100.100.200:80", "93.184.216.34:6379", "[::1]:80"];
    const entrance = await serve((_request, response) => redirect(response, location));
    const internet = createInternet({
      ...Object.fromEntries(places.map((place) => [place, trap])),
      "93.184.216.34:80": entrance,
    });
    const error = await failure(fetchForeign("http://93.184.216.34/", { ...trusting(), dial: internet.dial }));
    expect(error).toMatchObject({ type: "fetch_refused" });
    expect(error.message).not.toMatch(/127|169|100\.|secret|passwd/);
    expect(internet.dialled).toEqual(["93.184.216.34:80"]);
    expect(trap.connections()).toBe(0);
    await entrance.idle();
  });

  test("every hop is held against the trusted hosts anew", async () => {
    const inner = await serve((_request, response) => response.end("inside"));
    const outer = await serve((_request, response) => redirect(response, `${inner.url}/a`));
    const error = await failure(fetchForeign(outer.url, trusting(outer)));
    expect(error).toMatchObject({ type: "fetch_refused", message: "Only ports 80 and 443 are fetched from." });
    expect(inner.connections()).toBe(0);
    expect(await text((await fetchForeign(outer.url, trusting(outer, inner))).body)).toBe("inside");
  });

  test("five are followed, a sixth is not", async () => {
    const origin = await serve((request, response) => {
      const left = Number(request.url?.slice(1));
      if (left === 0) response.end("the file");
      else redirect(response, `/${left - 1}`);
    });
    expect(await text((await fetchForeign(`${origin.url}/5`, trusting(origin))).body)).toBe("the file");
    const error = await failure(fetchForeign(`${origin.url}/6`, trusting(origin)));
    expect(error).toMatchObject({ type: "fetch_failed", message: "The URL redirects more than 5 times." });
    await origin.idle();
  });

  test("a loop ends", async () => {
    const origin = await serve((_request, response) => redirect(response, "/again"));
    const error = await failure(fetchForeign(`${origin.url}/again`, trusting(origin)));
    expect(error).toMatchObject({ type: "fetch_failed" });
    expect(origin.requests).toHaveLength(6);
    await origin.idle();
  });

  test("each hop has a connection of its own", async () => {
    const origin = await serve((request, response) => {
      if (request.url === "/") redirect(response, "/file");
      else response.end("the file");
    });
    await text((await fetchForeign(`${origin.url}/`, trusting(origin))).body);
    expect(origin.connections()).toBe(2);
    expect(origin.requests.map(({ headers }) => headers.connection)).toEqual(["close", "close"]);
  });

  test("the body of a redirect is not waited for: its connection is closed before the next one is used", async () => {
    const closed = Promise.withResolvers<void>();
    const origin = await serve((request, response) => {
      if (request.url === "/file") return void closed.promise.then(() => response.end("the file"));
      request.socket.once("close", () => closed.resolve());
      response.writeHead(302, { location: "/file", "content-length": "1000000" }).write("endless");
    });
    expect(await text((await fetchForeign(`${origin.url}/`, trusting(origin))).body)).toBe("the file");
  });

  test.each([
    ["without a Location", {}],
    ["to something that is not a URL", { location: "http://" }],
  ])("%s fails", async (_, headers) => {
    const origin = await serve((_request, response) => response.writeHead(302, headers).end());
    expect(await failure(fetchForeign(origin.url, trusting(origin)))).toMatchObject({ type: "fetch_failed" });
  });

  test("a Location that is UTF-8 without percent-encoding is understood", async () => {
    const origin = await serve((request, response) => {
      if (request.url === "/") request.socket.end("HTTP/1.1 302 Found\r\nlocation: /图.png\r\n\r\n");
      else response.end(request.url);
    });
    const fetched = await fetchForeign(`${origin.url}/`, trusting(origin));
    expect(decodeURI(await text(fetched.body))).toBe("/图.png");
  });
});

describe("headers", () => {
  test("of the caller go to the first origin, also after a redirect within it", async () => {
    const origin = await serve((request, response) => {
      if (request.url === "/") redirect(response, "/file");
      else response.end("the file");
    });
    const headers = { Authorization: "Bearer secret", "X-Goog-Api-Key": "key" };
    await text((await fetchForeign(`${origin.url}/`, { ...trusting(origin), headers })).body);
    for (const request of origin.requests) {
      expect(request.headers).toMatchObject({ authorization: "Bearer secret", "x-goog-api-key": "key" });
    }
  });

  test("of the caller are dropped at the first other origin, and do not come back", async () => {
    const home = await serve((request, response) => {
      if (request.url === "/") redirect(response, `${abroad.url}/`);
      else response.end("the file");
    });
    const abroad: Origin = await serve((_request, response) => redirect(response, `${home.url}/file`));
    const headers = { authorization: "Bearer secret", cookie: "a=b", "x-key": "key" };
    await text((await fetchForeign(`${home.url}/`, { ...trusting(home, abroad), headers })).body);
    const seen = [...home.requests, ...abroad.requests].map((request) => [request.path, request.headers.authorization]);
    expect(seen).toEqual([
      ["/", "Bearer secret"],
      ["/file", undefined],
      ["/", undefined],
    ]);
    expect(JSON.stringify(abroad.requests)).not.toMatch(/secret|a=b|key/);
  });

  test("that say where a request goes or how the body comes are ours", async () => {
    const origin = await serve((_request, response) => response.end("the file"));
    const headers = { Host: "internal", "Accept-Encoding": "gzip", Connection: "keep-alive", "User-Agent": "adapter" };
    await text((await fetchForeign(origin.url, { ...trusting(origin), headers })).body);
    expect(origin.requests[0]?.headers).toEqual({
      accept: "*/*",
      "accept-encoding": "identity",
      connection: "close",
      host: `127.0.0.1:${origin.port}`,
      "user-agent": "adapter",
    });
  });

  test("carry the name that was asked for, and neither its user's referrer nor cookies", async () => {
    const origin = await serve((request, response) => {
      response.setHeader("set-cookie", "tracked=1");
      if (request.url === "/") redirect(response, "/file?signature=abc");
      else response.end("the file");
    });
    const dns = await serveNames(({ type }) => (type === "A" ? ["93.184.216.34"] : []));
    const { dial } = createInternet({ "93.184.216.34:80": origin });
    const fetched = await fetchForeign("http://CDN.test/", { ...trusting(), dial, nameServers: [dns.address] });
    await text(fetched.body);
    expect(origin.requests[1]?.headers).toEqual({
      accept: "*/*",
      "accept-encoding": "identity",
      connection: "close",
      host: "cdn.test",
      "user-agent": "dream-factory",
    });
  });
});

test("a proxy of the environment is not asked", async () => {
  const proxy = await serve((_request, response) => response.end("from the proxy"));
  const origin = await serve((_request, response) => response.end("the file"));
  onTestFinished(setGlobalProxyFromEnv({ http_proxy: proxy.url, https_proxy: proxy.url }));
  expect(await text((await fetchForeign(origin.url, trusting(origin))).body)).toBe("the file");
  expect(proxy.connections()).toBe(0);
});

function redirect(response: ServerResponse, location: string, status = 302): void {
  response.writeHead(status, { location }).end();
}
