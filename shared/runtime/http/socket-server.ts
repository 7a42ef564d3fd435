// WebSockets (RFC 6455): a request that asks for one becomes a connection, which a function speaks over, with bounds that hold whatever is sent.
import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { type WebSocket, WebSocketServer } from "ws";
import { AppError } from "../../errors/app-error.ts";
import { type Closing, SocketGone, type SocketHandler } from "../../events/socket.ts";
import { MAX_MESSAGE_BYTES, PROTOCOL, protocolsOf } from "../../sockets/protocol.ts";
import { type ConnectionLimits, connectionOf, usualLimits } from "./socket-connection.ts";

/** What an upgrade leads to, once the request was found to be in order. */
export interface Upgrade {
  incoming: IncomingMessage;
  socket: Duplex;
  /** What came behind the request already. */
  head: Buffer;
  /** Speaks over the connection; its signal is aborted when the other side has gone. */
  speak(connection: Parameters<SocketHandler>[1], gone: AbortSignal): Promise<Closing>;
  /** Answers the request otherwise, over HTTP. */
  refuse(error: AppError): void;
}

export interface SocketServer {
  accept(upgrade: Upgrade): void;
}

/** How long the other side may take to agree that it is over. */
const PARTING_MS = 3000;

export function createSocketServer(limits: ConnectionLimits = usualLimits): SocketServer {
  const server = new WebSocketServer({
    ...{ noServer: true, clientTracking: false, maxPayload: MAX_MESSAGE_BYTES },
    // Messages are small, and each compressed connection would hold some 300 KB.
    perMessageDeflate: false,
    handleProtocols: (offered) => (offered.has(PROTOCOL) ? PROTOCOL : false),
  });
  const refusals = new WeakMap<IncomingMessage, Upgrade["refuse"]>();
  server.on("wsClientError", (error, _socket, incoming) => {
    refusals.get(incoming)?.(
      new AppError("invalid_request", { message: `This is no WebSocket handshake: ${error.message}.` }),
    );
  });

  return {
    accept({ incoming, socket, head, speak, refuse }) {
      const offered = protocolsOf(incoming.headers["sec-websocket-protocol"]);
      if (offered.length > 0 && !offered.includes(PROTOCOL)) {
        return refuse(new AppError("invalid_request", { message: `The subprotocol here is ${PROTOCOL}: offer it.` }));
      }
      refusals.set(incoming, refuse);
      server.handleUpgrade(incoming, socket, head, (ws) => void hold(ws, speak, limits));
    },
  };
}

async function hold(ws: WebSocket, speak: Upgrade["speak"], limits: ConnectionLimits): Promise<void> {
  const { connection, gone, end } = connectionOf(ws, limits);
  const closing = await speak(connection, gone).catch((error) => {
    if (error instanceof SocketGone) return { code: 1001, reason: "" };
    // "1011 indicates that a server is terminating the connection because it encountered an unexpected condition".
    return { code: 1011, reason: "" };
  });
  end();
  const timer = setTimeout(() => ws.terminate(), PARTING_MS);
  ws.once("close", () => clearTimeout(timer));
  ws.close(closing.code, closing.reason);
}
