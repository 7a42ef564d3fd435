// Requests that ask for another protocol over their connection (RFC 9110, 7.8): WebSockets where a function takes them, and nothing else.
import type { IncomingMessage, Server } from "node:http";
import type { Duplex } from "node:stream";
import { AppError } from "../../errors/app-error.ts";
import type { HttpRequest, WholeResponse } from "../../events/http.ts";
import { headersOf } from "../../events/node.ts";
import { refusedOrigin } from "../../http/cors.ts";
import { comeBack } from "../../sockets/protocol.ts";
import { type AnswerDeps, type Asked, refusal } from "./answer.ts";
import { checkHost } from "./http-exchange.ts";
import type { Match } from "./http-routes.ts";
import { answerAndClose } from "./malformed-http.ts";
import { parseTarget } from "./request-target.ts";
import type { SocketServer } from "./socket-server.ts";

export interface UpgradeDeps extends AnswerDeps {
  sockets: SocketServer;
  admit?: ((incoming: IncomingMessage) => Promise<void>) | undefined;
}

export interface UpgradeRequest {
  incoming: IncomingMessage;
  socket: Duplex;
  head: Buffer;
  requestId: string;
  /** Epoch milliseconds. */
  startedAt: number;
  /** Aborted when the server is about to stop. */
  leave: AbortSignal;
}

/** Whether the request is a WebSocket's, for a function that takes them. */
export function asksForSocket(
  { routes }: Pick<AnswerDeps, "routes">,
  { method, url = "", headers }: IncomingMessage,
): boolean {
  if (method !== "GET" || headers.upgrade?.toLowerCase() !== "websocket") return false;
  try {
    return routes.find("GET", parseTarget(url).path).declaration.trigger.isSocket === true;
  } catch {
    return false;
  }
}

/**
 * "A server MAY ignore a received Upgrade header field": as if it had not been there, which Node leaves to whoever listens for upgrades at all. The
 * request is given back to the server with what came behind it, by the connection that it came by.
 */
export function ignoreUpgrade(
  server: Server,
  { incoming, socket, head }: Pick<UpgradeRequest, "incoming" | "socket" | "head">,
): void {
  const { method, url, httpVersion, rawHeaders } = incoming;
  const lines = rawHeaders.flatMap((name, i) =>
    i % 2 === 0 && name.toLowerCase() !== "upgrade" ? [`${name}: ${rawHeaders[i + 1]}`] : [],
  );
  const text = [`${method} ${url} HTTP/${httpVersion}`, ...lines, "", ""].join("\r\n");
  // Node has read header values as this.
  socket.unshift(Buffer.concat([Buffer.from(text, "latin1"), head]));
  server.emit("connection", socket);
}

/** Never rejects. */
export async function takeUpgrade(deps: UpgradeDeps, request: UpgradeRequest): Promise<void> {
  const { incoming, socket, head, leave } = request;
  const asked = askedOf(request);
  const refuse = (error: unknown) => answerAndClose(socket, refusal(deps, asked, error) as WholeResponse);
  // Until it is a WebSocket, nobody else hears of its end.
  const failed = () => socket.destroy();
  socket.on("error", failed);
  try {
    await deps.admit?.(incoming);
    checkHost(incoming);
    const { path, query } = parseTarget(incoming.url ?? "");
    const match = deps.routes.find("GET", path);
    // Browsers ask nobody before they connect, whatever page wants it: RFC 6455, 10.2.
    if (refusedOrigin(deps.corsOrigins, headersOf(incoming)) !== null)
      throw new AppError("forbidden", { message: FOREIGN });
    const { socket: handler } = await match.declaration.load();
    if (!handler) throw new AppError("not_found");
    const call = requestOf(deps, asked, match, query);
    socket.off("error", failed);
    deps.sockets.accept({
      ...{ incoming, socket, head, refuse },
      async speak(connection, gone) {
        if (leave.aborted) return comeBack;
        const signal = AbortSignal.any([gone, leave]);
        return handler(call, connection, { signal, timeLimitMs: match.declaration.timeoutSeconds * 1000 });
      },
    });
  } catch (error) {
    refuse(error);
  }
}

const FOREIGN = "Pages of this origin may not connect. The operator names those that may in CORS_ORIGINS.";

function requestOf(
  { findClient }: UpgradeDeps,
  { headers, requestId, peer }: Asked,
  { params }: Match,
  query: HttpRequest["query"],
) {
  return { params, query, headers, requestId, remoteAddress: findClient(peer, headers["x-forwarded-for"]) };
}

function askedOf({ incoming, requestId, startedAt, leave }: UpgradeRequest): Asked {
  return {
    ...{ method: "GET", headers: headersOf(incoming), target: incoming.url ?? "", requestId, startedAt },
    ...{ peer: incoming.socket.remoteAddress, signal: leave, readBody: async () => new Uint8Array() },
  };
}
