// What a foreign URL shows by itself, before any name is looked up; and the hosts for which the operator allows more.
import { isIP } from "node:net";
import { maxUrlLength } from "../ports/url.ts";
import { isPublicAddress } from "./address.ts";

/** Hosts that may be fetched from although their address is private or their port unusual. Nothing else is forgiven them. */
export interface TrustedHosts {
  /** `hostname` as `URL.hostname` spells it: IPv6 in brackets. */
  has(hostname: string, port: number): boolean;
}

/**
 * Reads a list of `host` or `host:port`, separated by commas; an IPv6 address stands in brackets. Without a port, 80 and 443 are meant.
 * Hosts are compared as URLs spell them: case and the dot at the end do not count. Throws a RangeError that names every entry that is neither.
 */
export function parseTrustedHosts(text: string): TrustedHosts {
  const entries = text.split(",").flatMap((entry) => entry.trim() || []);
  const parsed = entries.map((entry) => ({ entry, authorities: authoritiesOf(entry) }));
  const wrong = parsed.filter(({ authorities }) => authorities === null).map(({ entry }) => JSON.stringify(entry));
  if (wrong.length > 0) throw new RangeError(`Not host or host:port: ${wrong.join(", ")}`);
  const trusted = new Set(parsed.flatMap(({ authorities }) => authorities ?? []));
  return { has: (hostname, port) => trusted.has(authority(hostname, port)) };
}

/** Why this URL may not be fetched, as far as it shows by itself, for the user who gave it; null when nothing speaks against it. */
export function refuseForeignUrl(text: string, trusted: TrustedHosts): string | null {
  const tooLong = `A URL may have at most ${maxUrlLength} characters.`;
  if (text.length > 2 * maxUrlLength) return tooLong;
  const url = URL.parse(text);
  if (url === null) return "This is not an absolute URL.";
  // What has to be percent-encoded is longer when it is sent.
  if (url.href.length > maxUrlLength) return tooLong;
  if (url.protocol !== "http:" && url.protocol !== "https:") return "Only http and https URLs are fetched.";
  if (url.username !== "" || url.password !== "") return "A URL with a user name or a password is not fetched.";
  if (trusted.has(url.hostname, portOf(url))) return null;
  if (!usualPorts.includes(portOf(url))) return "Only ports 80 and 443 are fetched from.";
  const host = hostOf(url);
  return isIP(host) !== 0 && !isPublicAddress(host) ? "This URL leads to an address that is not public." : null;
}

/** The name or address to connect to: without brackets, and without the dot that ends an absolute name. */
export function hostOf(url: URL): string {
  return url.hostname.replace(/^\[|\]$|\.$/g, "");
}

export function portOf(url: URL): number {
  return Number(url.port) || (url.protocol === "https:" ? 443 : 80);
}

const usualPorts = [80, 443];

function authoritiesOf(entry: string): string[] | null {
  const [, host = "", port] = /^(\[[0-9a-f:.]+\]|[\p{L}\p{M}\p{N}._-]+)(?::([0-9]{1,5}))?$/iu.exec(entry) ?? [];
  const url = URL.parse(`http://${host}/`);
  if (url === null || hostOf(url) === "") return null;
  const ports = port === undefined ? usualPorts : [Number(port)];
  return ports.every((number) => number >= 1 && number <= 65_535)
    ? ports.map((number) => authority(url.hostname, number))
    : null;
}

function authority(hostname: string, port: number): string {
  return `${hostname.toLowerCase().replace(/\.$/, "")}:${port}`;
}
