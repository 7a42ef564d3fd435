import type { Socket } from "node:net";
import { text } from "node:stream/consumers";
import { describe, expect, test } from "vitest";
import { fetchForeign } from "../../shared/media/fetch.ts";
import type { FetchOptions } from "../../shared/media/fetch-limits.ts";
import { parseTrustedHosts } from "../../shared/media/foreign-url.ts";
import type { DnsAnswer, DnsServer } from "../servers/dns.ts";
import { failure, serve, serveNames } from "../servers/fetching.ts";
import { createInternet, type Internet } from "../servers/internet.ts";
import type { Origin } from "../servers/origin.ts";

const here = "93.184.216.34";
const there = "2606:2800:21f:cb07:6820:80da:af6b:8b2c";

describe("names", () => {
  test("lead to an address that was judged, asked for once a hop in both families", async () => {
    const origin = await serveText("the file");
    const dns = await serveNames(({ type }) => (type === "A" ? [here] : [there]));
    const internet = createInternet({ [`${here}:80`]: origin });
    expect(await read("http://cdn.test/a", { dns, internet })).toBe("the file");
    expect(internet.dialled).toEqual([`${here}:80`]);
    expect(dns.questions.map(({ name, type }) => `${name} ${type}`).sort()).toEqual(["cdn.test A", "cdn.test AAAA"]);
  });

  test("that lead elsewhere when they are asked for again change nothing: only the judged address is contacted", async () => {
    const origin = await serveText("the file");
    const trap = await serveText("a secret");
    const dns = await serveNames(({ type, before }) => {
      if (type === "AAAA") return [];
      return before === 0 ? [here] : ["127.0.0.1"];
    });
    const internet = createInternet({ [`${here}:80`]: origin, "127.0.0.1:80": trap });
    expect(await read("http://rebind.test/", { dns, internet })).toBe("the file");
    expect(internet.dialled).toEqual([`${here}:80`]);
    expect(trap.connections()).toBe(0);
    const error = await failed("http://rebind.test/", { dns, internet });
    expect(error).toMatchObject({ type: "fetch_refused" });
    expect(trap.connections()).toBe(0);
  });

  test("are judged again at each redirect, also within one host", async () => {
    const dns = await serveNames(({ type, before }) => {
      if (type === "AAAA") return [];
      return before === 0 ? [here] : ["127.0.0.1"];
    });
    const trap = await serveText("a secret");
    const origin = await serve((_, response) => response.writeHead(302, { location: "/again" }).end());
    const internet = createInternet({ [`${here}:80`]: origin, "127.0.0.1:80": trap });
    expect(await failed("http://rebind.test/", { dns, internet })).toMatchObject({ type: "fetch_refused" });
    expect(origin.requests).toHaveLength(1);
    expect(trap.connections()).toBe(0);
  });

  test.each<[string, string[], string[]]>([
    ["a private address", ["10.0.0.1"], []],
    ["a private address behind a public one", [here, "192.168.0.1"], []],
    ["a private address in the other family", [here], ["fd00::1"]],
    ["loopback", ["127.0.0.1"], []],
    ["loopback in the other family only", [], ["::1"]],
    ["mapped loopback", [here], ["::ffff:127.0.0.1"]],
    ["the metadata service", ["169.254.169.254"], []],
    ["the metadata service behind NAT64", [here], ["64:ff9b::a9fe:a9fe"]],
    ["Alibaba Cloud's metadata", ["100.100.100.200"], []],
    ["Azure's host", ["168.63.129.16"], []],
    ["nowhere", ["0.0.0.0"], []],
  ])("that lead to %s are refused, and nobody is contacted", async (_, v4, v6) => {
    const dns = await serveNames(({ type }) => (type === "A" ? v4 : v6));
    const internet = createInternet({});
    const error = await failed("http://inside.test/", { dns, internet });
    expect(error).toMatchObject({ type: "fetch_refused", retryable: false });
    expect(error.message).toBe("The URL leads to a place that may not be fetched from.");
    expect(internet.dialled).toEqual([]);
  });

  test.each(["localhost", "LOCALHOST.", "metadata.localhost"])(
    "%s is this machine, whatever DNS says",
    async (name) => {
      const dns = await serveNames(({ type }) => (type === "A" ? [here] : []));
      const internet = createInternet({});
      expect(await failed(`http://${name}/`, { dns, internet })).toMatchObject({ type: "fetch_refused" });
      expect(dns.questions).toEqual([]);
      expect(internet.dialled).toEqual([]);
    },
  );

  test.each([
    ["http://cdn.test./", "cdn.test"],
    ["http://BÜCHER.test/", "xn--bcher-kva.test"],
  ])("%s is asked for as %s", async (url, name) => {
    const origin = await serveText("the file");
    const dns = await serveNames((question) => (question.type === "A" && question.name === name ? [here] : "unknown"));
    expect(await read(url, { dns, internet: createInternet({ [`${here}:80`]: origin }) })).toBe("the file");
  });

  test.each<[string, DnsAnswer, string]>([
    ["nobody knows", "unknown", "The host name of the URL has no address."],
    ["have no address", [], "The host name of the URL has no address."],
    ["no server can answer for", "broken", "The host name of the URL could not be looked up."],
  ])("that %s fail, and may be tried again", async (_, answer, message) => {
    const dns = await serveNames(() => answer);
    const error = await failed("http://gone.test/", { dns, internet: createInternet({}) });
    expect(error).toMatchObject({ type: "fetch_failed", retryable: true, message });
  });

  test("whose IPv6 question fails are reached by IPv4", async () => {
    const origin = await serveText("the file");
    const dns = await serveNames(({ type }) => (type === "A" ? [here] : "broken"));
    expect(await read("http://cdn.test/", { dns, internet: createInternet({ [`${here}:80`]: origin }) })).toBe(
      "the file",
    );
  });

  test("are tried at their next address when one does not answer, in both families in turn", async () => {
    const origin = await serveText("the file");
    const dns = await serveNames(({ type }) => (type === "A" ? ["93.184.216.1", "93.184.216.2"] : [there]));
    const internet = createInternet({ "93.184.216.2:80": origin });
    expect(await read("http://cdn.test/", { dns, internet })).toBe("the file");
    expect(new Set(internet.dialled)).toEqual(new Set(["93.184.216.1:80", `${there}:80`, "93.184.216.2:80"]));
    expect(internet.dialled[1]).toBe(`${there}:80`);
  });

  test("with very many addresses are tried at four of them", async () => {
    const dns = await serveNames(({ type }) =>
      type === "A" ? Array.from({ length: 20 }, (_, i) => `93.184.216.${i}`) : [],
    );
    const internet = createInternet({});
    const error = await failed("http://cdn.test/", { dns, internet });
    expect(error).toMatchObject({ type: "fetch_failed", message: "The file's server could not be reached." });
    expect(internet.dialled).toHaveLength(4);
  });

  test("that are trusted are looked up as the system does it, hosts file included, and may be private", async () => {
    const origin = await serveText("the file");
    const dns = await serveNames(() => "unknown");
    const options = { dns, trusted: `localhost:${origin.port}` };
    expect(await read(`http://localhost:${origin.port}/`, options)).toBe("the file");
    expect(dns.questions).toEqual([]);
  });

  test("that are trusted and unknown to the system fail", async () => {
    // A label may have 63 characters: nobody has to be asked about this one.
    const trusted = "x".repeat(64);
    const dns = await serveNames(() => [here]);
    const error = await failed(`http://${trusted}/`, { dns, trusted });
    expect(error).toMatchObject({ type: "fetch_failed", message: "The host name of the URL could not be looked up." });
  });

  test("whose server nobody listens on fail without naming address, port or query", async () => {
    const closed = await serveText("never");
    await closed.close();
    const url = `http://127.0.0.1:${closed.port}/a?signature=secret`;
    const error = await failed(url, { trusted: `127.0.0.1:${closed.port}` });
    expect(error).toMatchObject({ type: "fetch_failed", message: "The file's server could not be reached." });
  });
});

interface Rig {
  dns?: DnsServer;
  internet?: Internet;
  trusted?: string;
}

function optionsOf({ dns, internet, trusted = "" }: Rig): FetchOptions {
  return {
    trusted: parseTrustedHosts(trusted),
    signal: new AbortController().signal,
    nameServers: dns && [dns.address],
    dial: internet && ((address: string, port: number): Socket => internet.dial(address, port)),
  };
}

async function read(url: string, rig: Rig): Promise<string> {
  const { body } = await fetchForeign(url, optionsOf(rig));
  return text(body);
}

function failed(url: string, rig: Rig): Promise<Error> {
  return failure(read(url, rig));
}

function serveText(text: string): Promise<Origin> {
  return serve((_, response) => response.end(text));
}
