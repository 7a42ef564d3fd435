// A production followed over a WebSocket that this process holds: who it is, what they follow, the news as they come, and the end.
import { AppError } from "../errors/app-error.ts";
import {
  type Closing,
  type SocketConnection,
  SocketGone,
  type SocketHandler,
  type SocketRequest,
} from "../events/socket.ts";
import type { HttpDeps } from "../http/deps.ts";
import { logFailure } from "../http/errors.ts";
import { invalidRequest } from "../http/invalid.ts";
import { takeRequest } from "../http/limits.ts";
import { takeStream } from "../http/open-streams.ts";
import { eventNumberPattern, noEventNumber } from "../http/request-headers.ts";
import type { RequestDeps } from "../jobs/deps.ts";
import { jobIdPattern } from "../ports/ids.ts";
import type { Log } from "../ports/log.ts";
import type { Production } from "../productions/production.ts";
import { followProduction, hurryIfLate, isFeedRead } from "../productions/reading/feed.ts";
import { findFollowed } from "./followed.ts";
import {
  aliveMessage,
  errorMessage,
  type Follow,
  handshakeToken,
  newsMessage,
  readMessage,
  retryMessage,
} from "./messages.ts";
import { closingOf, comeBack, ended } from "./protocol.ts";
import { signedIn, stillSignedIn } from "./signed-in.ts";
import { PATIENCE_MS, whileWaiting } from "./waiting.ts";

export type SocketDeps = HttpDeps & RequestDeps;

/** A connection says good-bye so long before the function would be cut off. */
const FAREWELL_MS = 10_000;
const RETRY_MS = 1000;
const RETRY_SPREAD_MS = 2000;
/** A reader that pings more often than once a second, for a minute, is no reader. */
const MAX_PINGS_PER_MINUTE = 60;

interface Call {
  deps: SocketDeps;
  request: SocketRequest;
  connection: SocketConnection;
  log: Log;
  signal: AbortSignal;
  /** For as long as the connection may last. */
  ms: number;
}

/** The path names the project as `id`. `runtime` is asked once for each connection. */
export function socketOfProject(runtime: () => SocketDeps): SocketHandler {
  return async (request, connection, { signal, timeLimitMs }) => {
    const deps = runtime();
    const log = deps.log.child({ requestId: request.requestId });
    const ms = timeLimitMs - FAREWELL_MS;
    const startedAt = deps.clock.now();
    const closing = await speak({ deps, request, connection, log, signal, ms }).catch((error) =>
      refuse(error, request, connection, log),
    );
    log.info(
      { code: closing.code, reason: closing.reason, ms: deps.clock.now() - startedAt },
      "a connection has ended",
    );
    return closing;
  };
}

async function speak(call: Call): Promise<Closing> {
  const { deps, request } = call;
  const asked = await askedBy(call);
  if (!asked) return comeBack;
  const user = await signedIn(deps, asked.token, request.remoteAddress);
  await takeRequest({ deps }, { userId: user.id });
  const place = takeStream(user.id);
  try {
    const production = await findFollowed(deps, user.id, asked);
    return await tell(call, production, { after: asked.after ?? 0, token: asked.token });
  } finally {
    place.leave();
  }
}

interface Asked extends Follow {
  token: string;
}

/** What is to be followed, by the handshake or by the first message. Null when they have gone before they said it. */
async function askedBy({ deps, request, connection, signal }: Call): Promise<Asked | null> {
  const { projectId, after } = addressed(request);
  const token = handshakeToken(request.headers);
  if (token !== null) return { type: "follow", token, projectId, after };
  const heard = new AbortController();
  const patience = deps.clock.sleep(PATIENCE_MS, AbortSignal.any([signal, heard.signal])).then(() => "late" as const);
  const first = await whileWaiting(request.remoteAddress, () => Promise.race([connection.next(), patience]));
  heard.abort();
  if (first === null || signal.aborted) return null;
  const message = first === "late" ? null : readMessage(first);
  if (message?.type !== "follow" || message.token === undefined) {
    await takeRequest({ deps }, { address: request.remoteAddress });
    const text = 'Say who you are first: {"type":"follow","token":"…"}, or the token in a subprotocol bearer.<token>.';
    throw new AppError("unauthenticated", { message: text });
  }
  if (message.projectId !== undefined && message.projectId !== projectId)
    throw invalidRequest([{ path: "projectId", message: "is not the one of the address" }]);
  return { ...message, token: message.token, projectId, after: message.after ?? after };
}

function addressed({ params, query }: SocketRequest): { projectId: string; after: number | undefined } {
  const { id: projectId = "" } = params;
  if (!jobIdPattern.test(projectId)) throw new AppError("not_found");
  const unknown = Object.keys(query).filter((name) => name !== "after");
  if (unknown.length > 0)
    throw invalidRequest(
      unknown.map((path) => ({ path, message: "is not known here; a token never belongs into an address" })),
    );
  const [after, ...more] = query.after ?? [];
  if (after === undefined) return { projectId, after: undefined };
  if (more.length > 0 || !eventNumberPattern.test(after))
    throw invalidRequest([{ path: "after", message: noEventNumber }]);
  return { projectId, after: Number(after) };
}

async function tell(
  call: Call,
  production: Production,
  { after, token }: { after: number; token: string },
): Promise<Closing> {
  const { deps, connection, ms } = call;
  await hurryIfLate(deps, production);
  if (isFeedRead(production, after)) return ended;
  const own = new AbortController();
  const signal = AbortSignal.any([call.signal, own.signal]);
  let isSignedIn = true;
  // What ends a token ends the connection as well, not only the next request.
  const isAllowed = async () => {
    isSignedIn = await stillSignedIn(deps, token);
    return isSignedIn;
  };
  const heard = hear(call).finally(() => own.abort());
  // Looked at in its turn below; until then nobody has to complain of it.
  heard.catch(() => {});
  let isOver = false;
  for await (const news of followProduction(deps, production, { after, ms, signal, isAllowed })) {
    await connection.send(newsMessage(news));
    isOver = news.is === "event" && news.isEnd;
  }
  if (isOver) return ended;
  if (!isSignedIn) throw new AppError("unauthenticated", { message: "The token has ended: log in again." });
  if (own.signal.aborted) await heard;
  await connection.send(retryMessage(Math.round(RETRY_MS + deps.ids.random() * RETRY_SPREAD_MS))).catch(() => {});
  return comeBack;
}

/** Until they have gone. Throws for what they had better not send. */
async function hear({ deps, connection }: Call): Promise<void> {
  for (let [pings, since] = [0, deps.clock.now()]; ; ) {
    const text = await connection.next();
    if (text === null) return;
    if (readMessage(text).type !== "ping") {
      const message = "This connection follows one production already; open another one for another.";
      throw new AppError("invalid_request", { message });
    }
    const now = deps.clock.now();
    if (now - since > 60_000) [pings, since] = [0, now];
    if (++pings > MAX_PINGS_PER_MINUTE)
      throw new AppError("rate_limited", { message: "Ping less often.", retryAfterMs: 60_000 });
    await connection.send(aliveMessage);
  }
}

async function refuse(
  thrown: unknown,
  { requestId }: SocketRequest,
  connection: SocketConnection,
  log: Log,
): Promise<Closing> {
  if (thrown instanceof SocketGone) return comeBack;
  const error = thrown instanceof AppError ? thrown : new AppError("internal", { cause: thrown });
  logFailure(log, error, { route: "/ws/projects/{id}/progress" });
  await connection.send(errorMessage(error, requestId)).catch(() => {});
  return closingOf(error);
}
