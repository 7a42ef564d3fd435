// What the tests of fetching share: origins that end with their test, options that trust them, and how a fetch failed.
import type { IncomingMessage, ServerResponse } from "node:http";
import { onTestFinished } from "vitest";
import type { FetchOptions } from "../../shared/media/fetch-limits.ts";
import { parseTrustedHosts } from "../../shared/media/foreign-url.ts";
import { type DnsAnswer, type DnsQuestion, type DnsServer, startDnsServer } from "./dns.ts";
import { type Answer, type Origin, type OriginOptions, startOrigin } from "./origin.ts";

export async function serve(answer: Answer, options?: OriginOptions): Promise<Origin> {
  const origin = await startOrigin(answer, options);
  onTestFinished(() => origin.close());
  return origin;
}

export interface Exchange {
  request: IncomingMessage;
  response: ServerResponse;
}

/** An origin whose requests the test answers by hand, in the order in which they come. */
export async function serveByHand(): Promise<{ origin: Origin; request(): Promise<Exchange> }> {
  const arrived: Exchange[] = [];
  const awaited: ((exchange: Exchange) => void)[] = [];
  const origin = await serve((request, response) => {
    const resolve = awaited.shift();
    if (resolve) resolve({ request, response });
    else arrived.push({ request, response });
  });
  const request = async () => arrived.shift() ?? new Promise<Exchange>((resolve) => awaited.push(resolve));
  return { origin, request };
}

export async function serveNames(answer: (question: DnsQuestion) => DnsAnswer): Promise<DnsServer> {
  const dns = await startDnsServer(answer);
  onTestFinished(() => dns.close());
  return dns;
}

/** Trusts these origins and nobody else. */
export function trusting(...origins: Origin[]): FetchOptions {
  const trusted = parseTrustedHosts(origins.map(({ port }) => `127.0.0.1:${port}`).join(","));
  return { trusted, signal: new AbortController().signal };
}

export function failure(promise: Promise<unknown>): Promise<Error> {
  return promise.then(
    () => Promise.reject(new Error("It was fetched.")),
    (error: Error) => error,
  );
}
