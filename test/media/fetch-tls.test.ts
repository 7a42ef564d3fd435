import { createServer } from "node:net";
import { text } from "node:stream/consumers";
import { getCACertificates, setDefaultCACertificates } from "node:tls";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { fetchForeign } from "../../shared/media/fetch.ts";
import type { FetchOptions } from "../../shared/media/fetch-limits.ts";
import { parseTrustedHosts } from "../../shared/media/foreign-url.ts";
import { createCertificate } from "../servers/certificate.ts";
import { failure, serve, serveNames, trusting } from "../servers/fetching.ts";
import { createInternet, type Internet } from "../servers/internet.ts";
import type { Answer, Origin } from "../servers/origin.ts";

const here = "93.184.216.34";
const badHandshake = "The file's server has no valid certificate, or broke the TLS handshake off.";

describe("https", () => {
  test("is held against the name that was asked for, at the address that was judged", async () => {
    const origin = await open((_, response) => response.end("the file"), createCertificate("cdn.test"));
    const internet = createInternet({ [`${here}:443`]: origin });
    const fetched = await fetchForeign("https://cdn.test/a", await options(internet));
    expect(await text(fetched.body)).toBe("the file");
    expect(internet.dialled).toEqual([`${here}:443`]);
    expect(origin.requests[0]).toMatchObject({ serverName: "cdn.test", headers: { host: "cdn.test" } });
    await origin.idle();
  });

  test("with a certificate for another name fails before anything is asked for", async () => {
    const origin = await open((_, response) => response.end("the file"), createCertificate("other.test"));
    const internet = createInternet({ [`${here}:443`]: origin });
    const headers = { authorization: "Bearer secret" };
    const error = await failure(fetchForeign("https://cdn.test/a", { ...(await options(internet)), headers }));
    expect(error).toMatchObject({ type: "fetch_failed", message: badHandshake });
    expect(origin.requests).toEqual([]);
    await origin.idle();
  });

  test("with a certificate for a name does not vouch for the bare address", async () => {
    const origin = await open((_, response) => response.end("the file"), createCertificate("cdn.test"));
    const internet = createInternet({ [`${here}:443`]: origin });
    const error = await failure(fetchForeign(`https://${here}/`, await options(internet)));
    expect(error).toMatchObject({ type: "fetch_failed", message: badHandshake });
    expect(origin.requests).toEqual([]);
    await origin.idle();
  });

  test("with a certificate that nobody vouches for fails", async () => {
    const certificate = createCertificate("cdn.test");
    const origin = await serve((_, response) => response.end("the file"), { certificate });
    const internet = createInternet({ [`${here}:443`]: origin });
    const error = await failure(fetchForeign("https://cdn.test/a", await options(internet)));
    expect(error).toMatchObject({ type: "fetch_failed", message: badHandshake });
    await origin.idle();
  });

  test("where plain HTTP is spoken fails", async () => {
    const origin = await open((_, response) => response.end("the file"));
    const internet = createInternet({ [`${here}:443`]: origin });
    const error = await failure(fetchForeign("https://cdn.test/a", await options(internet)));
    expect(error).toMatchObject({ type: "fetch_failed", message: badHandshake });
    await origin.idle();
  });

  test("whose handshake never comes is given up, and its connection closed", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    onTestFinished(() => void vi.useRealTimers());
    const hello = Promise.withResolvers<void>();
    const closed = Promise.withResolvers<void>();
    const server = createServer((socket) => {
      socket.once("data", () => hello.resolve());
      socket.once("close", () => closed.resolve());
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => void server.close());
    const address = server.address();
    const port = address !== null && typeof address === "object" ? address.port : 0;
    const trusted = parseTrustedHosts(`127.0.0.1:${port}`);
    const error = failure(
      fetchForeign(`https://127.0.0.1:${port}/`, { trusted, signal: new AbortController().signal }),
    );
    await hello.promise;
    vi.advanceTimersByTime(10_000);
    const message = "The file's server did not finish the TLS handshake in time.";
    expect(await error).toMatchObject({ type: "fetch_failed", message });
    await closed.promise;
    expect(vi.getTimerCount()).toBe(0);
  });

  test("is not left for http by a redirect, not even to the same name", async () => {
    const trap = await open((_, response) => response.end("in the clear"));
    const origin = await open(redirectTo("http://cdn.test/a"), createCertificate("cdn.test"));
    const internet = createInternet({ [`${here}:443`]: origin, [`${here}:80`]: trap });
    const error = await failure(fetchForeign("https://cdn.test/a", await options(internet)));
    expect(error).toMatchObject({ type: "fetch_refused", message: "The URL redirects from https to http." });
    expect(trap.connections()).toBe(0);
  });

  test("may follow http, as another origin", async () => {
    const secure = await open((_, response) => response.end("the file"), createCertificate("cdn.test"));
    const plain = await open(redirectTo("https://cdn.test/a"));
    const internet = createInternet({ [`${here}:443`]: secure, [`${here}:80`]: plain });
    const headers = { authorization: "Bearer secret" };
    const fetched = await fetchForeign("http://cdn.test/a", { ...(await options(internet)), headers });
    expect(await text(fetched.body)).toBe("the file");
    expect(plain.requests[0]?.headers.authorization).toBe("Bearer secret");
    expect(secure.requests[0]?.headers.authorization).toBeUndefined();
    await secure.idle();
  });

  test("cut in the middle of the file fails, and leaves nothing open", async () => {
    const origin = await open((_, response) => {
      response.writeHead(200, { "content-length": 1000 });
      response.write("the file", () => response.socket?.destroy());
    }, createCertificate("cdn.test"));
    const internet = createInternet({ [`${here}:443`]: origin });
    const { body } = await fetchForeign("https://cdn.test/a", await options(internet));
    expect(await failure(text(body))).toMatchObject({
      type: "fetch_failed",
      message: "The file's server broke off before the end of the file.",
    });
    await origin.idle();
  });

  test("whose reader leaves early is closed", async () => {
    const origin = await open((_, response) => response.write("endless"), createCertificate("cdn.test"));
    const internet = createInternet({ [`${here}:443`]: origin });
    for await (const _ of (await fetchForeign("https://cdn.test/a", await options(internet))).body) break;
    await origin.idle();
  });
});

/** With a certificate, one that this process vouches for until the test ends. */
async function open(answer: Answer, certificate?: { cert: string; key: string }): Promise<Origin> {
  const origin = await serve(answer, certificate && { certificate });
  if (certificate) {
    const before = getCACertificates();
    setDefaultCACertificates([...before, certificate.cert]);
    onTestFinished(() => setDefaultCACertificates(before));
  }
  return origin;
}

async function options({ dial }: Internet): Promise<FetchOptions> {
  const dns = await serveNames(({ type }) => (type === "A" ? [here] : []));
  return { ...trusting(), nameServers: [dns.address], dial };
}

function redirectTo(location: string): Answer {
  return (_, response) => response.writeHead(302, { location }).end();
}
