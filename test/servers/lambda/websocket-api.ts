// A WebSocket API of API Gateway in front of one function: real connections, its three routes as events, and the management API that answers them.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-route-keys-connect-disconnect.html
import { createHash, createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse, STATUS_CODES } from "node:http";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import { type WebSocket, WebSocketServer } from "ws";

export interface WebSocketApiOptions {
  /** Answers what the function answers. Rejects when it failed. */
  // biome-ignore lint/suspicious/noExplicitAny: an event and an answer, whatever they are
  invoke(event: any): Promise<any>;
  stage?: string;
  region?: string;
  /** Whose calls of the management API are taken. */
  key: { accessKeyId: string; secretAccessKey: string; sessionToken?: string };
}

export interface WebSocketApi {
  /** `ws://…/{stage}`. */
  url: string;
  /** What the management API was asked, in its order. */
  calls: { method: string; connectionId: string; status: number; body: string }[];
  /** The next so many calls are answered with this status; 0: not at all. */
  fail(status: number, count: number): void;
  /** The next call is answered as it ought to be. */
  mend(): void;
  /** From now on nobody is told that a connection has gone: "best-effort". */
  keepQuiet(): void;
  connections(): number;
  close(): Promise<void>;
}

/** "Message payload size: 128 KB"; "WebSocket frame size: 32 KB". */
const MAX_PAYLOAD = 128 * 1024;
const MAX_FRAME = 32 * 1024;

export async function startWebSocketApi(options: WebSocketApiOptions): Promise<WebSocketApi> {
  const { invoke, stage = "prod", region = "eu-central-1", key } = options;
  const open = new Map<string, WebSocket>();
  const calls: WebSocketApi["calls"] = [];
  const failures: number[] = [];
  let isQuiet = false;
  const under = new Set<Promise<unknown>>();

  const server = createServer((incoming, outgoing) => void manage(incoming, outgoing));
  const sockets = new WebSocketServer({ noServer: true, maxPayload: MAX_FRAME });
  server.on("upgrade", (incoming, socket, head) => void connect(incoming, socket, head));

  function track<T>(work: Promise<T>): Promise<T> {
    under.add(work);
    void work.catch(() => {}).finally(() => under.delete(work));
    return work;
  }

  function eventOf(eventType: string, connectionId: string, more: object) {
    const routeKey = { CONNECT: "$connect", DISCONNECT: "$disconnect", MESSAGE: "$default" }[eventType];
    const at = Date.now();
    return {
      requestContext: {
        ...{
          routeKey,
          eventType,
          connectionId,
          stage,
          apiId: "a1b2c3",
          domainName: "127.0.0.1",
          messageDirection: "IN",
        },
        ...{
          requestId: randomBytes(8).toString("hex"),
          requestTimeEpoch: at,
          connectedAt: at,
          identity: { sourceIp: "127.0.0.1" },
        },
      },
      isBase64Encoded: false,
      ...more,
    };
  }

  async function connect(incoming: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    socket.on("error", () => socket.destroy());
    // "The URL of a WebSocket API": a stage, and nothing behind it.
    if (incoming.url?.split("?")[0] !== `/${stage}`) return refuse(socket, 403, "{}");
    const connectionId = `${randomBytes(11).toString("base64").slice(0, 14)}=`;
    const headers = Object.fromEntries(
      Array.from({ length: incoming.rawHeaders.length / 2 }, (_, i) => incoming.rawHeaders.slice(2 * i, 2 * i + 2)),
    );
    const answer = await track(invoke(eventOf("CONNECT", connectionId, { headers }))).catch(() => ({
      statusCode: 502,
    }));
    if (answer.statusCode !== 200) return refuse(socket, answer.statusCode, answer.body ?? "");
    const protocol = answer.headers?.["Sec-WebSocket-Protocol"];
    sockets.options.handleProtocols = () => protocol ?? false;
    sockets.handleUpgrade(incoming, socket, head, (ws) => {
      open.set(connectionId, ws);
      ws.on("error", () => {});
      // Messages are handed on as they come, several at once.
      ws.on("message", (data) => {
        void track(invoke(eventOf("MESSAGE", connectionId, { body: String(data) }))).catch(() => {
          const body = { message: "Internal server error", connectionId };
          ws.send(JSON.stringify(body));
        });
      });
      ws.on("close", () => {
        open.delete(connectionId);
        if (!isQuiet) void track(invoke(eventOf("DISCONNECT", connectionId, { headers: {} }))).catch(() => {});
      });
    });
  }

  async function manage(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const pieces: Buffer[] = [];
    for await (const piece of incoming) pieces.push(piece);
    const body = Buffer.concat(pieces).toString();
    const { method = "", url = "" } = incoming;
    const [, encoded] = /^\/(?:[^/]+)\/@connections\/([^/?]+)$/.exec(url) ?? [];
    const connectionId = decodeURIComponent(encoded ?? "");
    const failing = failures.shift();
    const status = failing ?? (encoded && url.startsWith(`/${stage}/`) ? done(incoming, connectionId, body) : 404);
    calls.push({ method, connectionId, status, body });
    // Nobody answers: the caller gives up by itself.
    if (status === 0) return;
    outgoing.writeHead(status, { "content-type": "application/json" }).end(status >= 400 ? '{"message":"no"}' : "");
  }

  function done(incoming: IncomingMessage, connectionId: string, body: string): number {
    if (!isSigned(incoming, body)) return 403;
    const ws = open.get(connectionId);
    if (!ws) return 410;
    if (incoming.method === "DELETE") {
      ws.close(1000);
      open.delete(connectionId);
      return 204;
    }
    if (incoming.method !== "POST") return 405;
    if (Buffer.byteLength(body) > MAX_PAYLOAD) return 413;
    ws.send(body);
    return 200;
  }

  /** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html: the path is encoded once more than it was sent. */
  function isSigned({ method, url = "", headers }: IncomingMessage, body: string): boolean {
    const [, credential = "", names = "", signature = ""] =
      /^AWS4-HMAC-SHA256 Credential=(\S+), ?SignedHeaders=(\S+), ?Signature=([0-9a-f]{64})$/.exec(
        headers.authorization ?? "",
      ) ?? [];
    const date = String(headers["x-amz-date"]);
    const scope = [date.slice(0, 8), region, "execute-api", "aws4_request"];
    if (credential !== [key.accessKeyId, ...scope].join("/")) return false;
    if ((headers["x-amz-security-token"] ?? undefined) !== key.sessionToken) return false;
    const signed = names.split(";");
    if (!["host", "x-amz-date"].every((name) => signed.includes(name))) return false;
    if (Math.abs(Date.parse(date.replace(/^(....)(..)(..T..)(..)(..)Z$/, "$1-$2-$3:$4:$5Z")) - Date.now()) > 300_000)
      return false;
    const path = url
      .split("/")
      .map((part) => encodeURIComponent(part))
      .join("/");
    const canonical = [
      method,
      path,
      "",
      ...signed.map((name) => `${name}:${headers[name]}`),
      "",
      names,
      sha256(body),
    ].join("\n");
    const text = ["AWS4-HMAC-SHA256", date, scope.join("/"), sha256(canonical)].join("\n");
    let secret: Buffer = Buffer.from(`AWS4${key.secretAccessKey}`);
    for (const part of [...scope, text]) secret = createHmac("sha256", secret).update(part).digest();
    return timingSafeEqual(secret, Buffer.from(signature.padEnd(64, "0"), "hex"));
  }

  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}/${stage}`,
    calls,
    fail: (status, count) => void failures.push(...Array.from({ length: count }, () => status)),
    mend: () => void failures.splice(0),
    keepQuiet: () => {
      isQuiet = true;
    },
    connections: () => open.size,
    async close() {
      isQuiet = true;
      for (const ws of open.values()) ws.terminate();
      server.closeAllConnections();
      server.close();
      await Promise.allSettled(under);
    },
  };
}

function refuse(socket: Duplex, status: number, body: string): void {
  const head = `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nConnection: close\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n`;
  socket.end(`${head}${body}`);
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
