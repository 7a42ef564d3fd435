// An origin on 127.0.0.1 that serves whatever a test makes it serve, well or badly.
import { once } from "node:events";
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { createServer as createTlsServer, TLSSocket } from "node:tls";

export interface OriginRequest {
  method: string;
  /** With the query. */
  path: string;
  headers: IncomingHttpHeaders;
  /** That the TLS handshake asked for; null without one. */
  serverName: string | null;
}

export interface Origin {
  port: number;
  /** `http://127.0.0.1:{port}` or, with a certificate, `https://…`. */
  url: string;
  /** Every request whose header came in, in order. */
  requests: OriginRequest[];
  /** How many connections were ever accepted. */
  connections(): number;
  /** Resolves as soon as no connection is open. */
  idle(): Promise<void>;
  close(): Promise<void>;
}

export interface OriginOptions {
  /** PEM; without it, plain HTTP. */
  certificate?: { cert: string; key: string };
  host?: string;
}

/** May also write raw bytes to `request.socket`: nothing is written for it. */
export type Answer = (request: IncomingMessage, response: ServerResponse) => void;

export async function startOrigin(answer: Answer, options: OriginOptions = {}): Promise<Origin> {
  const requests: OriginRequest[] = [];
  const http = createServer((request, response) => {
    const { method = "", url: path = "", headers, socket } = request;
    const serverName = socket instanceof TLSSocket ? socket.servername || null : null;
    requests.push({ method, path, headers, serverName });
    answer(request, response);
  });
  const front = options.certificate
    ? createTlsServer(options.certificate, (socket) => http.emit("connection", socket))
    : http;
  const open = new Set<Socket>();
  let accepted = 0;
  front.on("connection", (socket: Socket) => {
    accepted += 1;
    open.add(socket);
    socket.on("error", () => {});
    socket.once("close", () => {
      open.delete(socket);
      front.emit("idle");
    });
  });
  front.on("tlsClientError", () => {});
  const host = options.host ?? "127.0.0.1";
  front.listen(0, host);
  await once(front, "listening");
  const { port } = front.address() as AddressInfo;
  const idle = async () => {
    while (open.size > 0) await once(front, "idle");
  };
  return {
    port,
    url: `${options.certificate ? "https" : "http"}://${host}:${port}`,
    requests,
    connections: () => accepted,
    idle,
    async close() {
      front.close();
      for (const socket of open) socket.destroy();
      await idle();
    },
  };
}
