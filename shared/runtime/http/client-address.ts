// Whose request it is when proxies stand in front.
import { BlockList, isIP } from "node:net";

export type FindClient = (peer: string | undefined, forwardedFor: string | undefined) => string;

/** `trusted`: addresses and networks whose X-Forwarded-For is believed. Without any, the peer is the client. */
export function createFindClient(trusted: readonly string[]): FindClient {
  if (trusted.length === 0) return (peer) => plainAddress(peer ?? "");
  const proxies = blockListOf(trusted);
  return (peer, forwardedFor) => {
    // The nearest hop stands last. Each is believed only if the one who reported it is; so the first that is not trusted is the client.
    const hops = (forwardedFor ?? "").split(",").map((hop) => plainAddress(hop.trim()));
    let client = plainAddress(peer ?? "");
    for (let hop = hops.pop(); hop && isTrusted(proxies, client); hop = hops.pop()) client = hop;
    return client;
  };
}

function isTrusted(proxies: BlockList, address: string): boolean {
  return address !== "" && proxies.check(address, isIP(address) === 6 ? "ipv6" : "ipv4");
}

/** Empty for what is no address. IPv4 that came in over IPv6 is written as IPv4. */
function plainAddress(text: string): string {
  const address = text.replace(/^::ffff:(?=\d+\.)/i, "");
  return isIP(address) === 0 ? "" : address;
}

function blockListOf(networks: readonly string[]): BlockList {
  const list = new BlockList();
  for (const network of networks) {
    const [address = "", bits] = network.split("/");
    const family = isIP(address) === 6 ? "ipv6" : "ipv4";
    list.addSubnet(address, Number(bits ?? (family === "ipv6" ? 128 : 32)), family);
  }
  return list;
}
