// Which addresses are hosts of the public internet, and to which of them a host name leads.
import { lookup, type Resolver } from "node:dns/promises";
import { BlockList, isIP } from "node:net";
import { AppError } from "../errors/app-error.ts";

/**
 * False for everything that is not a host of the public internet, and for what is not an address at all.
 * The number is judged, never its spelling; an IPv6 address with a zone is local by definition.
 */
export function isPublicAddress(address: string): boolean {
  if (isIP(address) === 4) return !notPublic().check(address, "ipv4");
  if (isIP(address) !== 6 || address.includes("%")) return false;
  return globalUnicast().check(address, "ipv6") && !notPublic().check(address, "ipv6");
}

/**
 * Where a host name leads, IPv4 and IPv6 in turn. Asks DNS only: no hosts file, no search domains.
 * Throws `fetch_refused` when any answer is not public, and `fetch_failed` when there is none.
 * A family whose question fails counts as having no address: nothing but the answers that were judged is ever contacted.
 */
export async function publicAddressesOf(name: string, resolver: Resolver): Promise<string[]> {
  if (isLoopbackName(name)) throw new AppError("fetch_refused");
  const answers = await Promise.allSettled([resolver.resolve4(name), resolver.resolve6(name)]);
  const [v4, v6] = answers.map((answer) => (answer.status === "fulfilled" ? answer.value : []));
  const addresses = interleave(v4 ?? [], v6 ?? []);
  if (addresses.length === 0) throw unknownName(answers);
  if (!addresses.every(isPublicAddress)) throw new AppError("fetch_refused");
  return addresses;
}

/** Where a host name leads as the system sees it, its hosts file and local names included. Judges nothing. Throws `fetch_failed`. */
export async function systemAddressesOf(name: string): Promise<string[]> {
  try {
    return (await lookup(name, { all: true, order: "ipv4first" })).map(({ address }) => address);
  } catch (cause) {
    throw new AppError("fetch_failed", { message: "The host name of the URL could not be looked up.", cause });
  }
}

// https://www.iana.org/assignments/iana-ipv4-special-registry, and three ranges beside it. What the registry calls globally
// reachable inside 192.0.0.0/24 and 2001::/23 are anycast services of the network itself, never servers of files.
const notPublic = blockList([
  "0.0.0.0/8", // this network
  "10.0.0.0/8", // private
  "100.64.0.0/10", // shared by carriers; holds Alibaba Cloud's metadata service, 100.100.100.200
  "127.0.0.0/8", // loopback
  "168.63.129.16/32", // Azure's host, in no special range
  "169.254.0.0/16", // link-local; holds the metadata service of most clouds
  "172.16.0.0/12", // private
  "192.0.0.0/24", // protocol assignments; holds Oracle Cloud's metadata service
  "192.0.2.0/24", // documentation
  "192.88.99.0/24", // 6to4 relays, withdrawn
  "192.168.0.0/16", // private
  "198.18.0.0/15", // benchmarks
  "198.51.100.0/24", // documentation
  "203.0.113.0/24", // documentation
  "224.0.0.0/4", // multicast
  "240.0.0.0/4", // reserved, and the broadcast address
  // https://www.iana.org/assignments/iana-ipv6-special-registry: what of it lies inside 2000::/3.
  "2001::/23", // protocol assignments; holds Teredo (2001::/32), which embeds IPv4 addresses
  "2001:db8::/32", // documentation
  "2002::/16", // 6to4, which embeds IPv4 addresses
  "3fff::/20", // documentation
]);

// Everything else is not assigned to hosts of the internet (RFC 4291, 2.4): loopback, link-local, unique local, multicast, discard,
// segment routing, and all that embeds an IPv4 address: ::/96, ::ffff:0:0/96, ::ffff:0:0:0/96, 64:ff9b::/96, 64:ff9b:1::/48.
const globalUnicast = blockList(["2000::/3"]);

/** Made when it is first asked for: of the functions that carry this most judge no address. */
function blockList(subnets: string[]): () => BlockList {
  let made: BlockList | null = null;
  return () => {
    made ??= blockListOf(subnets);
    return made;
  };
}

function blockListOf(subnets: string[]): BlockList {
  const list = new BlockList();
  for (const subnet of subnets) {
    const [network = "", bits] = subnet.split("/");
    list.addSubnet(network, Number(bits), isIP(network) === 4 ? "ipv4" : "ipv6");
  }
  return list;
}

/** RFC 6761, 6.3: these lead to the machine itself, whatever DNS says. */
function isLoopbackName(name: string): boolean {
  return /(^|\.)localhost$/i.test(name);
}

function interleave(left: string[], right: string[]): string[] {
  const longest = Math.max(left.length, right.length);
  return Array.from({ length: longest }, (_, i) => [left.slice(i, i + 1), right.slice(i, i + 1)].flat()).flat();
}

function unknownName(answers: PromiseSettledResult<string[]>[]): AppError {
  const causes = answers.map((answer) => (answer.status === "rejected" ? answer.reason : null));
  const isUnknown = causes.every((cause) => ["ENOTFOUND", "ENODATA", "EBADNAME"].includes(cause?.code));
  const message = isUnknown
    ? "The host name of the URL has no address."
    : "The host name of the URL could not be looked up.";
  return new AppError("fetch_failed", { message, cause: causes.find((cause) => cause !== null) });
}
