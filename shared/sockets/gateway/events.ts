// What a gateway tells of its connections: one wants to begin, one has said something, one is gone.
import { AppError } from "../../errors/app-error.ts";
import { refusedOrigin } from "../../http/cors.ts";
import type { HttpDeps } from "../../http/deps.ts";
import { logFailure } from "../../http/errors.ts";
import { takeRequest } from "../../http/limits.ts";
import { MAX_STREAMS_PER_USER } from "../../http/open-streams.ts";
import type { RequestDeps } from "../../jobs/deps.ts";
import type { SocketGateway } from "../../ports/socket-gateway.ts";
import { keyOf } from "../../productions/production.ts";
import { hurryIfLate } from "../../productions/reading/feed.ts";
import { findProduction } from "../../productions/reading/find.ts";
import { tokenEnd } from "../../users/tokens.ts";
import { findFollowed } from "../followed.ts";
import { aliveMessage, errorMessage, type Follow, readMessage } from "../messages.ts";
import { MAX_MESSAGE_BYTES, PROTOCOL, protocolsOf } from "../protocol.ts";
import { signedIn } from "../signed-in.ts";
import { bring } from "./bring.ts";
import { findListener, listListeners, putListener, removeListener } from "./connections.ts";

export type GatewayDeps = HttpDeps & RequestDeps & { gateway: SocketGateway };

export interface Told {
  connectionId: string;
  /** Names in lower case; only with `connect`. */
  headers: Readonly<Record<string, string>>;
  /** What was said; empty otherwise. */
  text: string;
  address: string;
  requestId: string;
}

/** "Connection duration for WebSocket API: 2 hours." Nobody is told anything after it. */
const LONGEST_MS = 2 * 60 * 60_000;

/**
 * Whether it may begin. Nothing is written: who it is says its first message, because this address has no place for a project's id, and a token
 * never belongs into an address.
 */
export function allowConnection(corsOrigins: readonly string[], { headers }: Told): Record<string, string> {
  if (refusedOrigin(corsOrigins, headers) !== null)
    throw new AppError("forbidden", { message: "Pages of this origin may not connect: see CORS_ORIGINS." });
  const offered = protocolsOf(headers["sec-websocket-protocol"]);
  if (offered.length === 0) return {};
  if (!offered.includes(PROTOCOL))
    throw new AppError("invalid_request", { message: `The subprotocol here is ${PROTOCOL}: offer it.` });
  return { "Sec-WebSocket-Protocol": PROTOCOL };
}

/** Never rejects for what was said: the connection hears what is wrong, and ends; where it cannot hear, it stays. Throws what is ours. */
export async function hear(deps: GatewayDeps, told: Told): Promise<void> {
  const { gateway } = deps;
  const { connectionId, requestId } = told;
  try {
    await answer(deps, told);
  } catch (thrown) {
    const error = thrown instanceof AppError ? thrown : new AppError("internal", { cause: thrown });
    logFailure(deps.log.child({ requestId }), error, { route: "$default" });
    const isSaid = await gateway.post(connectionId, errorMessage(error, requestId)).then(
      () => true,
      () => false,
    );
    // To be closed without a word would mean that the production has ended. Whoever follows one stays, and pings again.
    if (!isSaid && (await findListener(deps, connectionId))) return;
    await forget(deps, connectionId);
    await gateway.close(connectionId);
  }
}

async function answer(deps: GatewayDeps, told: Told): Promise<void> {
  const { gateway } = deps;
  const { connectionId, text } = told;
  if (Buffer.byteLength(text) > MAX_MESSAGE_BYTES)
    throw new AppError("too_large", { message: "A message has at most 4 KB." });
  const message = readMessage(text);
  const listener = await findListener(deps, connectionId);
  if (message.type === "follow") {
    if (listener) throw new AppError("invalid_request", { message: "This connection follows one production already." });
    return begin(deps, told, message);
  }
  if (!listener) {
    await takeRequest({ deps }, { address: told.address });
    throw new AppError("unauthenticated", {
      message: 'Say who you are first: {"type":"follow","token":"…","projectId":"…"}.',
    });
  }
  // Each counts as a request, for it reads what a request reads.
  const { userId, productionId } = listener.listener;
  await takeRequest({ deps }, { userId });
  const production = await findProduction(deps, { userId, productionId });
  await hurryIfLate(deps, production);
  await bring(deps, listener, production);
  if ((await gateway.post(connectionId, aliveMessage)) === "gone") await removeListener(deps, listener.listener);
}

async function begin(deps: GatewayDeps, { connectionId, address }: Told, message: Follow): Promise<void> {
  const { token = "", after = 0 } = message;
  const user = await signedIn(deps, token, address);
  await takeRequest({ deps }, { userId: user.id });
  if (message.projectId === undefined && message.productionId === undefined)
    throw new AppError("invalid_request", { message: "Name the projectId: this address does not." });
  await requirePlace(deps, user.id);
  const production = await findFollowed(deps, user.id, message);
  const { userId, productionId } = keyOf(production);
  const now = deps.clock.now();
  const endsAt = Math.min(now + LONGEST_MS, tokenEnd(token, deps.jwtSecret) ?? now);
  const seen = Math.min(after, production.feed.at(-1)?.n ?? 0);
  const { tokenVersion } = user;
  const listener = await putListener(deps, { connectionId, userId, productionId, tokenVersion, seen, endsAt });
  if (!listener)
    throw new AppError("invalid_request", { message: "This connection follows another production already." });
  await hurryIfLate(deps, production);
  // Read once more: what was written between the first reading and our item was told to nobody.
  await bring(deps, listener, await findProduction(deps, keyOf(production)));
}

/** Throws `rate_limited`. A gateway does not always say that one has gone: before somebody is refused for them, they are asked. */
async function requirePlace(deps: GatewayDeps, userId: string): Promise<void> {
  const others = await listListeners(deps, { userId, limit: MAX_STREAMS_PER_USER });
  if (others.length < MAX_STREAMS_PER_USER) return;
  const outcomes = await Promise.all(
    others.map(({ listener }) => deps.gateway.post(listener.connectionId, aliveMessage)),
  );
  const gone = others.filter((_, i) => outcomes[i] === "gone");
  await Promise.all(gone.map(({ listener }) => removeListener(deps, listener)));
  if (gone.length > 0) return;
  const message = `You have ${others.length} connections open already. Close one, or read the events with ?since= instead.`;
  throw new AppError("rate_limited", { message, retryAfterMs: 10_000 });
}

/** The gateway says it as well as it can ("best-effort"), so that it may never be said: whoever finds a connection gone removes it too. */
export async function forget(deps: Pick<GatewayDeps, "table">, connectionId: string): Promise<void> {
  const found = await findListener(deps, connectionId);
  if (found) await removeListener(deps, found.listener);
}
