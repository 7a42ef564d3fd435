// The local HTTP server: its connections, its limits, and how it stops.
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { type AddressInfo, Server as TcpServer } from "node:net";
import type { Duplex } from "node:stream";
import { AppError } from "../../errors/app-error.ts";
import type { WholeResponse } from "../../events/http.ts";
import { failure } from "../../http/envelope.ts";
import { withStandardHeaders } from "../../http/standard-headers.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Ids } from "../../ports/ids.ts";
import type { Log } from "../../ports/log.ts";
import { createFindClient } from "./client-address.ts";
import { type Exchange, type Fallback, serveExchange } from "./http-exchange.ts";
import type { Routes } from "./http-routes.ts";
import { refuseMalformed } from "./malformed-http.ts";
import type { SocketServer } from "./socket-server.ts";
import { asksForSocket, ignoreUpgrade, takeUpgrade } from "./upgrades.ts";

export interface HttpServerOptions {
  routes: Routes;
  /** Before anything else of a request is looked at. What it throws is the answer. */
  admit?: (incoming: IncomingMessage) => Promise<void>;
  fallback?: Fallback;
  /** Absent: no WebSocket is taken, whatever is declared. */
  sockets?: SocketServer | undefined;
  /** Requests that the fallback gives a time of their own, in place of `requestMs`. */
  takesItsTime?: (incoming: IncomingMessage) => boolean;
  clock: Clock;
  ids: Ids;
  log: Log;
  corsOrigins: readonly string[];
  trustedProxies: readonly string[];
  limits?: Partial<HttpServerLimits>;
}

export interface HttpServerLimits {
  /** Until the headers of a request are there. */
  headersMs: number;
  /** Until a whole request is there. */
  requestMs: number;
  /** How long a connection may wait for its next request: longer than proxies keep theirs, for one that we close may just be taken for a request. */
  keepAliveMs: number;
  /** How long a connection may stay without a byte in either direction. */
  silenceMs: number;
  /** How often the times of requests are looked at. */
  lookMs: number;
  /** How long the rest of a refused body is read, so that the answer arrives. */
  discardMs: number;
  /** Address and headers together. */
  maxHeaderBytes: number;
}

export interface HttpServer {
  /** Answers the port that it listens on. Rejects when it cannot, e.g. because the port is taken. */
  listen(port: number, host: string): Promise<number>;
  /**
   * Takes no new connections, answers what is under way, and resolves when all is answered; after `graceMs` it cuts what is left.
   * Functions that wait are told by their signal.
   */
  close(graceMs: number): Promise<void>;
}

const defaultLimits: HttpServerLimits = {
  headersMs: 10_000,
  requestMs: 30_000,
  keepAliveMs: 75_000,
  silenceMs: 120_000,
  lookMs: 1000,
  discardMs: 3000,
  maxHeaderBytes: 16 * 1024,
};

/** A request may be on its way over an idle connection while we close: for so long such a one is still answered. */
const LAST_CALL_MS = 100;

export function createHttpServer(options: HttpServerOptions): HttpServer {
  const { routes, admit, fallback, sockets: taking, takesItsTime, clock, ids, log, corsOrigins } = options;
  const limits = { ...defaultLimits, ...options.limits };
  const findClient = createFindClient(options.trustedProxies);
  const deps = { routes, findClient, admit, fallback, clock, log, corsOrigins, discardMs: limits.discardMs };
  const open = new Set<Exchange>();
  const sockets = new Set<Duplex>();
  /** Those that are WebSockets now. */
  const upgraded = new Map<Duplex, AbortController>();
  let isClosing = false;

  const server = createServer({
    headersTimeout: limits.headersMs,
    requestTimeout: limits.requestMs,
    keepAliveTimeout: limits.keepAliveMs,
    connectionsCheckingInterval: limits.lookMs,
    maxHeaderSize: limits.maxHeaderBytes,
    // Node would answer without our envelope.
    requireHostHeader: false,
  });
  server.timeout = limits.silenceMs;
  server.on("connection", (socket) => sockets.add(socket.once("close", () => sockets.delete(socket))));
  server.on("request", (incoming, outgoing) => serve(incoming, outgoing, false));
  server.on("checkContinue", (incoming, outgoing) => serve(incoming, outgoing, true));
  server.on("checkExpectation", (incoming, outgoing) => serve(incoming, outgoing, false));
  server.on("connect", (_incoming, socket) => refuseMalformed(socket, new AppError("method_not_allowed"), refusal));
  server.on("clientError", endSocket);
  if (taking) server.on("upgrade", (incoming, socket, head) => upgrade(taking, { incoming, socket, head }));

  function serve(incoming: IncomingMessage, outgoing: ServerResponse, expectsContinue: boolean): void {
    const leave = new AbortController();
    const exchange = { incoming, outgoing, requestId: ids.uuid(), startedAt: clock.now(), leave, expectsContinue };
    open.add(exchange);
    if (isClosing) dismiss(exchange);
    outgoing.once("close", () => {
      open.delete(exchange);
      // Nobody listens any more after a whole answer, and the error that an abort makes is dear.
      if (!outgoing.writableFinished) leave.abort();
    });
    void serveExchange(deps, exchange);
  }

  function upgrade(taking: SocketServer, asked: { incoming: IncomingMessage; socket: Duplex; head: Buffer }): void {
    if (!asksForSocket(deps, asked.incoming)) {
      ignoreUpgrade(server, asked);
      return;
    }
    const leave = new AbortController();
    upgraded.set(asked.socket, leave);
    asked.socket.once("close", () => upgraded.delete(asked.socket));
    if (isClosing) leave.abort();
    const about = { requestId: ids.uuid(), startedAt: clock.now(), leave: leave.signal };
    void takeUpgrade({ ...deps, sockets: taking }, { ...asked, ...about });
  }

  /** What is under way on the socket is answered first, and then it closes: our words would be taken for that answer. */
  function endSocket(error: Error, socket: Duplex): void {
    const own = [...open].filter(({ incoming }) => incoming.socket === socket);
    if (isTimeout(error) && own.some(({ incoming }) => takesItsTime?.(incoming))) return;
    if (own.every(isStillArriving)) refuseMalformed(socket, error, refusal);
    else for (const exchange of own) dismiss(exchange);
  }

  /** Node's own version spares connections that never sent a request. */
  function closeIdle(): void {
    const busy = new Set<Duplex>([...upgraded.keys(), ...[...open].map(({ incoming }) => incoming.socket)]);
    for (const socket of sockets) if (!busy.has(socket)) socket.destroy();
  }

  function refusal(error: AppError): WholeResponse {
    const requestId = ids.uuid();
    const response = failure(error, requestId);
    log.info({ requestId, status: response.status, why: error.message }, "answered by the server");
    return withStandardHeaders(response, { requestId, headers: {} }, corsOrigins);
  }

  return {
    async listen(port, host) {
      server.listen(port, host);
      await once(server, "listening");
      return (server.address() as AddressInfo).port;
    },

    async close(graceMs) {
      isClosing = true;
      for (const exchange of open) dismiss(exchange);
      for (const leave of upgraded.values()) leave.abort();
      const closed = once(server, "close");
      // Node's own close for HTTP would at once cut connections that look idle, with requests perhaps on their way.
      TcpServer.prototype.close.call(server);
      const lastCall = setTimeout(closeIdle, Math.min(LAST_CALL_MS, graceMs));
      const end = setTimeout(() => {
        server.closeAllConnections();
        // Node no longer knows those that are WebSockets.
        for (const socket of upgraded.keys()) socket.destroy();
      }, graceMs);
      await closed;
      clearTimeout(lastCall);
      clearTimeout(end);
    },
  };
}

function isTimeout(error: Error): boolean {
  return "code" in error && error.code === "ERR_HTTP_REQUEST_TIMEOUT";
}

function isStillArriving({ incoming, outgoing }: Exchange): boolean {
  return !incoming.complete && !outgoing.headersSent;
}

/** Whoever waits need not wait longer, and the connection ends with the answer. */
function dismiss({ outgoing, leave }: Exchange): void {
  if (!outgoing.headersSent) outgoing.shouldKeepAlive = false;
  leave.abort();
}
