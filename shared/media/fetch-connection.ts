// To an address that was judged, and to no other: names, TCP, TLS.
import { Resolver } from "node:dns/promises";
import { once } from "node:events";
import { isIP, type Socket, connect as tcpConnect } from "node:net";
import { connect as tlsConnect } from "node:tls";
import { publicAddressesOf, systemAddressesOf } from "./address.ts";
import type { Fetching } from "./fetch-limits.ts";
import { asFailure, ignore } from "./fetch-watch.ts";
import { hostOf, portOf } from "./foreign-url.ts";

export async function addressesOf(url: URL, { options, limits, watch }: Fetching): Promise<string[]> {
  const host = hostOf(url);
  if (isIP(host) !== 0) return [host];
  const resolver = new Resolver({ timeout: 1500, tries: 2 });
  if (options.nameServers !== undefined) resolver.setServers(options.nameServers);
  const question = watch.hold({ destroy: () => resolver.cancel() });
  const isTrusted = options.trusted.has(url.hostname, portOf(url));
  const answer = isTrusted ? systemAddressesOf(host) : publicAddressesOf(host, resolver);
  const text = "The host name of the URL could not be looked up in time.";
  return watch.wait(answer, { ms: limits.connectMs, text, on: question });
}

const maxAddresses = 4;

export async function connect(url: URL, addresses: string[], fetching: Fetching): Promise<Socket> {
  let failure: unknown;
  for (const address of addresses.slice(0, maxAddresses)) {
    try {
      return await connectTo(address, url, fetching);
    } catch (error) {
      failure = error;
    }
  }
  throw asFailure(failure, `${fetching.server} could not be reached.`);
}

async function connectTo(address: string, url: URL, fetching: Fetching): Promise<Socket> {
  const { options, limits, watch, server } = fetching;
  const dial = options.dial ?? ((host, port) => tcpConnect({ host, port }));
  watch.check();
  const socket = watch.hold(dial(address, portOf(url)));
  socket.on("error", ignore);
  const text = `${server} could not be reached in time.`;
  await watch.wait(once(socket, "connect"), { ms: limits.connectMs, text, on: socket });
  return url.protocol === "https:" ? secure(socket, url, fetching) : socket;
}

async function secure(socket: Socket, url: URL, { limits, watch, server }: Fetching): Promise<Socket> {
  const host = hostOf(url);
  // RFC 6066, 3: addresses are not sent as server names; the certificate is held against `host` then.
  const servername = isIP(host) === 0 ? { servername: host } : {};
  const tls = watch.hold(tlsConnect({ socket, host, ...servername, ALPNProtocols: ["http/1.1"] }));
  tls.on("error", ignore);
  try {
    const text = `${server} did not finish the TLS handshake in time.`;
    await watch.wait(once(tls, "secureConnect"), { ms: limits.connectMs, text, on: tls });
    return tls;
  } catch (cause) {
    throw asFailure(cause, `${server} has no valid certificate, or broke the TLS handshake off.`);
  }
}
