// What is said over a WebSocket that follows a production, by either side: JSON, one object in each text message.
import * as z from "zod/mini";
import { AppError } from "../errors/app-error.ts";
import { describe } from "../http/issues.ts";
import type { ProductionNews } from "../productions/reading/feed.ts";
import { protocolsOf } from "./protocol.ts";

/** Browsers can set no headers, but subprotocols: a second one may carry the token. A JWT is made of nothing that a name may not have. */
const BEARER = "bearer.";

const jobId = z.uuid();

const follow = z.strictObject({
  type: z.literal("follow"),
  /** Not needed where the handshake had it. */
  token: z.optional(z.string().check(z.minLength(1), z.maxLength(2048))),
  /** Whose newest production is meant; where the address names it, it may be left out. */
  projectId: z.optional(jobId),
  /** That very one, in place of the project's newest. */
  productionId: z.optional(jobId),
  /** The number of the newest event that is known. */
  after: z.optional(z.int().check(z.minimum(0), z.maximum(999_999_999_999_999))),
});
const ping = z.strictObject({ type: z.literal("ping") });
const said = z.discriminatedUnion("type", [follow, ping]);

export type Said = z.output<typeof said>;
export type Follow = z.output<typeof follow>;

/** Throws `invalid_request`. */
export function readMessage(text: string): Said {
  const read = said.safeParse(jsonOf(text), { error: describe });
  if (read.success) return read.data;
  const details = read.error.issues.map(({ path, message }) => ({ path: path.join("."), message }));
  throw new AppError("invalid_request", { message: HOW, details });
}

const HOW =
  'Send {"type":"follow","token":"…"} once, with "projectId" where the address does not name it; then nothing but {"type":"ping"}.';

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** The token of a handshake, from Authorization or from a subprotocol; null when it has none. */
export function handshakeToken(headers: Readonly<Record<string, string>>): string | null {
  const bearer = /^bearer +([\w.~+/-]+=*)$/i.exec(headers.authorization ?? "")?.[1];
  if (bearer !== undefined) return bearer;
  const named = protocolsOf(headers["sec-websocket-protocol"]).find((name) => name.startsWith(BEARER));
  return named === undefined ? null : named.slice(BEARER.length);
}

/** As the feed of server-sent events has them. */
export function newsMessage(news: ProductionNews): string {
  if (news.is === "silence") return aliveMessage;
  if (news.is === "gap") return JSON.stringify({ type: "gap", from: news.from, to: news.to });
  return JSON.stringify({ type: news.isEnd ? "end" : "progress", id: news.event.n, data: news.event });
}

/** Browsers do not show pings to a page: this says that the server is there. */
export const aliveMessage = JSON.stringify({ type: "alive" });

/** The connection ends, and another one goes on behind the last event. */
export function retryMessage(ms: number): string {
  return JSON.stringify({ type: "retry", ms });
}

/** What is wrong, in the words of an answer's `error`. */
export function errorMessage(error: AppError, requestId: string): string {
  const { type, details, retryAfterMs } = error;
  const message = error.isForCaller ? error.message : new AppError(type).message;
  return JSON.stringify({ type: "error", error: { type, message, requestId, retryAfterMs, details } });
}
