// What the servers of all vendors have in common: routes, a record of what came, files that can be fetched, and trouble on command.
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";

/** A call of one kind: of a vendor's operations each is one of these. `file`: a finished file is fetched. */
export type CallKind = "start" | "check" | "cancel" | "file" | "health" | "other";

export interface VendorRequestSeen {
  kind: CallKind;
  method: string;
  /** With its query. */
  path: string;
  /** Names in lower case. */
  headers: Readonly<Record<string, string>>;
  body: Buffer;
  /** Epoch milliseconds. */
  at: number;
}

export interface Reply {
  status: number;
  headers?: Record<string, string>;
  /** An object is sent as JSON. */
  body?: unknown;
}

/**
 * What goes wrong with the next call of a kind. `before`: nothing is done. `after`: it is done, and the answer is another one or none.
 * - a reply: it is given instead.
 * - `hang`: no answer; `cut`: the connection is cut before one; `cut body`: in the middle of it.
 * - `endless`: 200 with JSON that never ends, as fast as it is read; `slow`: the right answer, a byte a second.
 */
export type Trouble = { when: "before" | "after"; what: Reply | "hang" | "cut" | "cut body" | "endless" | "slow" };

export interface VendorServer extends AsyncDisposable {
  /** `http://127.0.0.1:{port}` */
  url: string;
  /** `127.0.0.1:{port}`, as TRUSTED_HOSTS takes it. */
  host: string;
  /** In the order in which they came. */
  requests: VendorRequestSeen[];
  /** How many of a kind came. */
  count(kind: CallKind): number;
  /** For the next call of that kind; several are taken one after the other. */
  trouble(kind: CallKind, trouble: Trouble): void;
  /** Serves bytes below `/files/`; answers their URL. `expiresAt`: from then on 403. */
  addFile(name: string, file: { bytes: Uint8Array; contentType: string; expiresAt?: number }): string;
}

export interface Vendor {
  /** Which kind of call it is; null: there is no such path, and the vendor says so in its own way by `answer`. */
  kindOf(method: string, path: string): CallKind | null;
  /** Does what the vendor does, and answers as it answers: signatures, unknown fields and states included. */
  answer(request: VendorRequestSeen): Reply | Promise<Reply>;
}

export async function startVendorServer(vendor: Vendor): Promise<VendorServer> {
  const requests: VendorRequestSeen[] = [];
  const troubles: { kind: CallKind; trouble: Trouble }[] = [];
  const files = new Map<string, { bytes: Uint8Array; contentType: string; expiresAt?: number }>();
  const http = createServer((request, response) => {
    serve(request, response).catch((error) => {
      if (response.headersSent || request.socket.destroyed) return void response.destroy();
      response.writeHead(599).end(String(error));
    });
  });

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = "GET", url: path = "/" } = request;
    const kind = path.startsWith("/files/") ? "file" : (vendor.kindOf(method, path) ?? "other");
    const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));
    const seen: VendorRequestSeen = { kind, method, path, headers, body: await buffer(request), at: Date.now() };
    requests.push(seen);
    const found = troubles.findIndex((each) => each.kind === kind);
    const trouble = found < 0 ? null : (troubles.splice(found, 1)[0]?.trouble ?? null);
    const isDone = trouble === null || trouble.when === "after";
    const right = isDone ? await (kind === "file" ? fileReply(path) : vendor.answer(seen)) : { status: 200, body: {} };
    if (trouble === null) return send(response, right);
    if (typeof trouble.what === "object") return send(response, trouble.what);
    await misbehave(response, trouble.what, right);
  }

  function fileReply(path: string): Reply {
    const file = files.get(path.slice("/files/".length).split("?")[0] ?? "");
    if (!file) return { status: 404, body: "no such file" };
    if (file.expiresAt !== undefined && Date.now() >= file.expiresAt) return { status: 403, body: "expired" };
    return { status: 200, headers: { "content-type": file.contentType }, body: file.bytes };
  }

  http.listen(0, "127.0.0.1");
  await once(http, "listening");
  const { port } = http.address() as AddressInfo;
  const [url, host] = [`http://127.0.0.1:${port}`, `127.0.0.1:${port}`];
  return {
    ...{ url, host, requests },
    count: (kind) => requests.filter((each) => each.kind === kind).length,
    trouble: (kind, trouble) => void troubles.push({ kind, trouble }),
    addFile(name, file) {
      files.set(name, file);
      return `${url}/files/${name}`;
    },
    async [Symbol.asyncDispose]() {
      http.closeAllConnections();
      http.close();
      await once(http, "close");
    },
  };
}

function bytesOf({ body }: Reply): Uint8Array {
  if (body === undefined) return Buffer.alloc(0);
  if (body instanceof Uint8Array) return body;
  return Buffer.from(typeof body === "string" ? body : JSON.stringify(body));
}

function headersOf({ headers = {}, body }: Reply): Record<string, string> {
  const isJson = typeof body === "object" && !(body instanceof Uint8Array);
  return isJson ? { "content-type": "application/json", ...headers } : headers;
}

function send(response: ServerResponse, reply: Reply): void {
  const bytes = bytesOf(reply);
  response.writeHead(reply.status, { "content-length": bytes.length, ...headersOf(reply) }).end(bytes);
}

const MOST_ENDLESS_BYTES = 200 * 1024 * 1024;

async function misbehave(response: ServerResponse, what: Trouble["what"] & string, right: Reply): Promise<void> {
  if (what === "hang") return;
  if (what === "cut") return void response.destroy();
  const bytes = bytesOf(right);
  if (what === "endless") {
    response.writeHead(200, { "content-type": "application/json" });
    response.write('{"padding":"');
    const chunk = "x".repeat(64 * 1024);
    for (let sent = 0; sent < MOST_ENDLESS_BYTES && !response.destroyed; sent += chunk.length) {
      if (!response.write(chunk)) await Promise.race([once(response, "drain"), once(response, "close")]);
    }
    return void response.end('"}');
  }
  response.writeHead(right.status, { "content-length": bytes.length, ...headersOf(right) });
  if (what === "cut body") {
    response.write(bytes.subarray(0, Math.floor(bytes.length / 2)));
    return void setImmediate(() => response.destroy());
  }
  for (const byte of bytes) {
    if (response.destroyed) return;
    response.write(Buffer.from([byte]));
    await new Promise((resolve) => setTimeout(resolve, 1000));
  }
  response.end();
}
