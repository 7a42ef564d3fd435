// The one place that sends something to a URL which somebody else gave us: by POST, to an address that was judged, and no further.
import type { IncomingMessage } from "node:http";
import { AppError } from "../errors/app-error.ts";
import { answerTo, requestOn } from "./fetch.ts";
import { retryAfter } from "./fetch-answer.ts";
import { addressesOf, connect } from "./fetch-connection.ts";
import { type FetchLimits, type FetchOptions, transferLimits } from "./fetch-limits.ts";
import { asFailure, startWatch, type Watch } from "./fetch-watch.ts";
import { refuseForeignUrl } from "./foreign-url.ts";

export type PostLimits = Pick<FetchLimits, "totalMs" | "connectMs">;

export interface PostOptions extends Pick<FetchOptions, "trusted" | "signal" | "nameServers" | "dial"> {
  headers: Record<string, string>;
  body: string;
  /** Laid over `postLimits`. */
  limits?: Partial<PostLimits> | undefined;
}

export interface Posted {
  /** Of a redirect too: none is followed, and where it leads is never contacted. */
  status: number;
  /** The pause that the server asked for; null when it did not. */
  retryAfterMs: number | null;
}

export const postLimits: PostLimits = { totalMs: 15_000, connectMs: 5000 };

/** The answer's body says nothing to us: this much of it is taken, for so long, so that a polite server is not cut off. */
const MAX_ANSWER_BYTES = 64 * 1024;
const ANSWER_MS = 1000;

/**
 * Sends the body and answers the status. The URL and every address of its name are judged as for a fetch; each call has a connection of
 * its own, and no proxy is asked. Throws AppError `fetch_refused` or `fetch_failed`, or the signal's reason. Texts are for users.
 */
export async function postForeign(url: string, options: PostOptions): Promise<Posted> {
  const limits = { ...transferLimits, ...postLimits, ...options.limits };
  const watch = startWatch(limits.totalMs, options.signal, "The receiver took too long to answer.");
  try {
    const refusal = refuseForeignUrl(url, options.trusted);
    if (refusal !== null) throw new AppError("fetch_refused", { message: refusal });
    const response = await post(new URL(url), options, { limits, watch });
    const status = response.statusCode ?? 0;
    // What it has answered counts, however its body ends.
    await drain(response, watch).catch(() => {});
    return { status, retryAfterMs: retryAfter(response.headers["retry-after"]) };
  } catch (error) {
    throw watch.end(asFailure(error, "The receiver could not be reached."));
  } finally {
    watch.end(null);
  }
}

async function post(
  url: URL,
  options: PostOptions,
  { limits, watch }: { limits: FetchLimits; watch: Watch },
): Promise<IncomingMessage> {
  const fetching = { options, limits, watch, server: "The receiver" };
  const socket = await connect(url, await addressesOf(url, fetching), fetching);
  const body = Buffer.from(options.body);
  const request = watch.hold(
    requestOn(socket, url, {
      method: "POST",
      headers: {
        "user-agent": "dream-factory",
        ...options.headers,
        "content-length": body.byteLength,
        host: url.host,
        connection: "close",
      },
    }),
  );
  const text = "The receiver did not answer in time.";
  try {
    return await watch.wait(answerTo(request, body), { ms: limits.totalMs, text, on: request });
  } catch (cause) {
    throw asFailure(cause, "The receiver broke off before it answered.");
  }
}

async function drain(response: IncomingMessage, watch: Watch): Promise<void> {
  const read = async () => {
    let bytes = 0;
    for await (const chunk of response as AsyncIterable<Uint8Array>) {
      bytes += chunk.byteLength;
      if (bytes > MAX_ANSWER_BYTES) return;
    }
  };
  await watch.wait(read(), { ms: ANSWER_MS, text: "The answer is too long.", on: response });
}
