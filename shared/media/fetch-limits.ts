// How long, how much and how slowly: the limits of one fetch, and what the caller may set.
import type { Socket } from "node:net";
import type { Watch } from "./fetch-watch.ts";
import type { TrustedHosts } from "./foreign-url.ts";

export interface FetchLimits {
  /** Of everything: names, redirects and the whole body, also while its reader is slow. */
  totalMs: number;
  /** The longest silence while we wait: for the whole header, or for the next bytes of the body. */
  idleMs: number;
  /** For looking up a name, and for each of a TCP connection and a TLS handshake. */
  connectMs: number;
  /** Over any `idleMs` that we spent waiting for the body. */
  minBytesPerSecond: number;
  maxBytes: number;
  maxRedirects: number;
}

export const transferLimits: FetchLimits = {
  totalMs: 600_000,
  idleMs: 30_000,
  connectMs: 10_000,
  minBytesPerSecond: 1024,
  maxBytes: 2 * 1024 ** 3,
  maxRedirects: 5,
};

export interface FetchOptions {
  trusted: TrustedHosts;
  /** Laid over `transferLimits`. */
  limits?: Partial<FetchLimits> | undefined;
  /** Sent to the URL's own origin only: the first redirect to another one drops them for good. */
  headers?: Record<string, string> | undefined;
  /** Ends everything at any time; what was waiting rejects with the signal's reason. */
  signal: AbortSignal;
  /** Who is asked for names, `address` or `address:port`; by default the system's own name servers. */
  nameServers?: readonly string[] | undefined;
  /** Opens a TCP connection to an address that was judged: tests place public addresses on their own servers. */
  dial?: ((address: string, port: number) => Socket) | undefined;
}

export interface Fetching {
  options: FetchOptions;
  limits: FetchLimits;
  watch: Watch;
  /** What texts call the other side: "The file's server". */
  server: string;
}
