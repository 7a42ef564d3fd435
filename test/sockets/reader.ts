// A reader of a WebSocket, by the package `ws` as a program would use it: what comes, as it comes, and how it ends.
import { once } from "node:events";
import { WebSocket } from "ws";
import { PROTOCOL } from "../../shared/sockets/protocol.ts";

export interface ReadMessage {
  type: string;
  id: number;
  // biome-ignore lint/suspicious/noExplicitAny: what comes is looked at by expectations
  [name: string]: any;
}

export interface SocketReader {
  ws: WebSocket;
  messages: ReadMessage[];
  /** The next message that was not asked for before. Rejects when the connection ends first. */
  next(): Promise<ReadMessage>;
  send(message: unknown): void;
  closed: Promise<{ code: number; reason: string }>;
}

export interface ReadOptions {
  protocols?: string[];
  headers?: Record<string, string>;
  origin?: string;
  /** Sent as soon as it is open. */
  first?: unknown;
}

/** Rejects with what was answered when the upgrade was refused. */
export async function openSocket(url: string, options: ReadOptions = {}): Promise<SocketReader> {
  const { protocols = [PROTOCOL], headers = {}, origin, first } = options;
  const ws = new WebSocket(url.replace(/^http/, "ws"), protocols, { headers, ...(origin ? { origin } : {}) });
  const messages: ReadMessage[] = [];
  let taken = 0;
  const changes = new EventTarget();
  const changed = () => changes.dispatchEvent(new Event("change"));
  ws.on("message", (data) => {
    messages.push(JSON.parse(String(data)));
    changed();
  });
  let isClosed = false;
  const closed = new Promise<{ code: number; reason: string }>((resolve) =>
    ws.once("close", (code, reason) => {
      isClosed = true;
      changed();
      resolve({ code, reason: String(reason) });
    }),
  );
  await opened(ws);
  const send = (message: unknown) => ws.send(typeof message === "string" ? message : JSON.stringify(message));
  if (first !== undefined) send(first);
  return {
    ...{ ws, messages, closed, send },
    async next() {
      while (messages.length <= taken) {
        if (isClosed) throw new Error(`it closed after ${JSON.stringify(messages)}`);
        await new Promise((resolve) => changes.addEventListener("change", resolve, { once: true }));
      }
      taken += 1;
      return messages[taken - 1] as ReadMessage;
    },
  };
}

export class NotUpgraded extends Error {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: an envelope that is looked at by expectations
  readonly body: any;

  constructor(status: number, body: unknown) {
    super(`answered ${status}`);
    this.status = status;
    this.body = body;
  }
}

async function opened(ws: WebSocket): Promise<void> {
  const refused = once(ws, "unexpected-response").then(async ([, response]) => {
    const pieces: Buffer[] = [];
    for await (const piece of response) pieces.push(piece);
    throw new NotUpgraded(response.statusCode, JSON.parse(Buffer.concat(pieces).toString()));
  });
  refused.catch(() => {});
  await Promise.race([once(ws, "open"), refused]);
  ws.on("error", () => {});
}

/** What a message that tells of an event shares with the same event of the stream. */
export function eventsOf(messages: readonly ReadMessage[]) {
  return messages
    .filter(({ type }) => type === "progress" || type === "end")
    .map(({ type, id, data }) => ({ id: String(id), event: type, data }));
}
