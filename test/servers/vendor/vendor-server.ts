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
  /** Instead of a body: sent as they come. */
  pieces?: AsyncIterable<string | Uint8Array>;
}

/** An answer that depends on what was asked; null: this call is not meant. */
export type ReplyTo = (request: VendorRequestSeen) => Reply | null;

/**
 * What goes wrong with the next call of a kind. `before`: nothing is done. `after`: it is done, and the answer is another one or none.
 * - a reply: it is given instead.
 * - a promise: the right answer, once it has resolved.
 * - `hang`: no answer; `cut`: the connection is cut before one; `cut body`: in the middle of it.
 * - `endless`: 200 with JSON of 200 MB, as fast as it is read; `slow`: the right answer, a byte a second.
 */
export interface Trouble {
  when: "before" | "after";
  what: Reply | ReplyTo | Promise<unknown> | "hang" | "cut" | "cut body" | "endless" | "slow";
  /** With every call of the kind from now on, until `quiet`. */
  isLasting?: true;
}

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
  /** Nothing goes wrong any more with calls that are still to come. */
  quiet(): void;
  /** Calls that somebody waits for in vain just now: they hang, are slow, or wait for a promise. */
  waitingCalls(): number;
  /** Of `endless` answers, as far as they were read. */
  endlessBytes(): number;
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
  const waiting = new Set<ServerResponse>();
  let endlessBytes = 0;
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
    const trouble = takeTrouble(seen);
    const isDone = trouble === null || trouble.when === "after";
    const right = isDone ? await (kind === "file" ? fileReply(path) : vendor.answer(seen)) : { status: 200, body: {} };
    if (trouble === null) return send(response, right);
    const { what } = trouble;
    if (isReply(what)) return send(response, what);
    if (what === "endless") return sendEndless(response, (bytes) => (endlessBytes += bytes));
    await waitedFor(response, what, right);
  }

  /** The first one that is meant for this call. */
  function takeTrouble(seen: VendorRequestSeen): { when: Trouble["when"]; what: Reply | Waited | "endless" } | null {
    for (const [place, { kind, trouble }] of troubles.entries()) {
      if (kind !== seen.kind) continue;
      const what = typeof trouble.what === "function" ? trouble.what(seen) : trouble.what;
      if (what === null) continue;
      if (!trouble.isLasting) troubles.splice(place, 1);
      return { when: trouble.when, what };
    }
    return null;
  }

  async function waitedFor(response: ServerResponse, what: Waited, right: Reply): Promise<void> {
    if (what === "cut" || what === "cut body") return sendPart(response, what, right);
    waiting.add(response);
    response.once("close", () => waiting.delete(response));
    if (what === "hang") return;
    if (what === "slow") return sendSlowly(response, right);
    await what;
    if (!response.destroyed) send(response, right);
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
    quiet: () => void troubles.splice(0),
    waitingCalls: () => waiting.size,
    endlessBytes: () => endlessBytes,
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

function isReply(what: Reply | Waited | "endless"): what is Reply {
  return typeof what === "object" && "status" in what;
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
  if (reply.pieces) return void sendPieces(response, reply, reply.pieces).catch(() => response.destroy());
  const bytes = bytesOf(reply);
  response.writeHead(reply.status, { "content-length": bytes.length, ...headersOf(reply) }).end(bytes);
}

/** One that throws cuts the connection. */
async function sendPieces(response: ServerResponse, { status, headers }: Reply, pieces: NonNullable<Reply["pieces"]>) {
  response.writeHead(status, headers).flushHeaders();
  for await (const piece of pieces) {
    if (response.destroyed) return;
    response.write(piece);
  }
  response.end();
}

const MOST_ENDLESS_BYTES = 200 * 1024 * 1024;

async function sendEndless(response: ServerResponse, count: (bytes: number) => void): Promise<void> {
  response.writeHead(200, { "content-type": "application/json" });
  response.write('{"padding":"');
  const chunk = "x".repeat(64 * 1024);
  for (let sent = 0; sent < MOST_ENDLESS_BYTES && !response.destroyed; sent += chunk.length) {
    count(chunk.length);
    if (!response.write(chunk)) await drained(response);
  }
  response.end('"}');
}

/** Or closed. */
async function drained(response: ServerResponse): Promise<void> {
  const over = new AbortController();
  const either = ["drain", "close"].map((event) => once(response, event, over).catch(() => undefined));
  await Promise.race(either);
  over.abort();
}

type Waited = "hang" | "cut" | "cut body" | "slow" | Promise<unknown>;

function sendPart(response: ServerResponse, what: "cut" | "cut body", right: Reply): void {
  if (what === "cut") return void response.destroy();
  const bytes = bytesOf(right);
  response.writeHead(right.status, { "content-length": bytes.length, ...headersOf(right) });
  response.write(bytes.subarray(0, Math.floor(bytes.length / 2)));
  setImmediate(() => response.destroy());
}

async function sendSlowly(response: ServerResponse, right: Reply): Promise<void> {
  const bytes = bytesOf(right);
  response.writeHead(right.status, { "content-length": bytes.length, ...headersOf(right) });
  for (const byte of bytes) {
    if (response.destroyed) return;
    response.write(Buffer.from([byte]));
    await new Promise((resolve) => setTimeout(resolve, 1000));
  }
  response.end();
}
