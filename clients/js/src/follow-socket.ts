// Live progress of a production over a WebSocket, where that is wanted; by server-sent events where it does not come through.
import type { Client } from "./client.ts";
import { DreamFactoryError, type Failure } from "./errors.ts";
import { type FollowOptions, followProduction } from "./follow.ts";
import type { ProductionEvent } from "./generated/schema.ts";
import { aborted, pause } from "./retries.ts";

export interface SocketOptions extends FollowOptions {
  /** Where WebSockets are taken, if not below the `baseUrl`: the function's own address, or on AWS the WebSocket API's, as the answer 426 tells it. */
  url?: string;
  /** By default the global one, which browsers have, and Node since 22. */
  WebSocket?: SocketClass;
  /** How often the server is asked for a word; then it also tells what it could not before. */
  pingMs?: number;
}

/** Of a WebSocket, what is used. */
export type SocketClass = new (url: string, protocols: string[]) => Socket;

export interface Socket {
  send(text: string): void;
  close(code?: number): void;
  onopen: ((event: never) => void) | null;
  onmessage: ((event: never) => void) | null;
  onclose: ((event: never) => void) | null;
  onerror: ((event: never) => void) | null;
}

const PROTOCOL = "dream-factory.progress.v1";
/** So many connections in a row without a sign of life, and the stream is read instead. */
const MOST_FAILURES = 3;
/** What another connection may find otherwise. */
const passing: ReadonlySet<string> = new Set(["rate_limited", "unavailable", "internal", "storage_full"]);

/** Each event once, in order, to the one that has the production. Connections may break; it goes on behind them. The token is never in an address. */
export async function* followProductionBySocket(
  client: Client,
  production: { id: string; projectId: string },
  options: SocketOptions = {},
): AsyncGenerator<ProductionEvent> {
  const Class = options.WebSocket ?? (globalThis as { WebSocket?: SocketClass }).WebSocket;
  const place: Place = { n: options.after ?? 0, signs: 0, retryMs: 1000, isEnded: false };
  for (let failures = 0; Class && failures < MOST_FAILURES; ) {
    const before = place.signs;
    for await (const event of connected(Class, client, production, place, options)) {
      yield event;
      if (event.production !== undefined) return;
    }
    if (options.signal?.aborted) throw aborted(options.signal.reason);
    if (place.isEnded) return;
    failures = place.signs > before ? 0 : failures + 1;
    if (failures < MOST_FAILURES) await pause(place.retryMs * 2 ** Math.max(0, failures - 1), options.signal);
  }
  yield* followProduction(client, production.id, { ...options, after: place.n });
}

interface Place {
  n: number;
  /** How many messages have come. */
  signs: number;
  retryMs: number;
  /** The server has closed because nothing comes any more. */
  isEnded: boolean;
}

type Message =
  | { type: "progress" | "end"; id: number; data: ProductionEvent }
  | { type: "gap" | "alive" }
  | { type: "retry"; ms: number }
  | { type: "error"; error: { type: string; message: string; requestId: string } };

/** What one connection brings. Throws what no other one would change. */
async function* connected(
  Class: SocketClass,
  client: Client,
  { id: productionId, projectId }: { id: string; projectId: string },
  place: Place,
  { url, signal, silenceMs = 40_000, pingMs = 20_000 }: SocketOptions,
): AsyncGenerator<ProductionEvent> {
  const { authorization = "" } = await client.connection.authorization();
  const token = authorization.replace(/^Bearer /, "");
  const socket = new Class(url ?? addressOf(client, projectId), [PROTOCOL]);
  const inbox = mailbox<Message>();
  const quiet = silence(silenceMs, inbox.end);
  let pings: ReturnType<typeof setInterval> | undefined;
  let isRefused = false;
  const follow = { type: "follow", token, projectId, productionId, after: place.n };
  socket.onopen = () => {
    socket.send(JSON.stringify(follow));
    pings = setInterval(() => socket.send('{"type":"ping"}'), pingMs);
  };
  socket.onmessage = ({ data }: { data: unknown }) => {
    quiet.putOff();
    const message: Message = JSON.parse(String(data));
    isRefused ||= message.type === "error";
    inbox.put(message);
  };
  socket.onerror = () => inbox.end();
  socket.onclose = ({ code }: { code: number }) => {
    clearInterval(pings);
    // An end that is known already is said by nothing else. A gateway closes with it after an error too.
    place.isEnded ||= code === 1000 && !isRefused;
    inbox.end();
  };
  signal?.addEventListener("abort", inbox.end, { once: true });
  try {
    for await (const message of inbox.all()) {
      place.signs += 1;
      if (message.type === "error") {
        if (!passing.has(message.error.type)) throw errorOf(message.error);
        // It was an answer, but none that helps: as if nobody had said anything.
        place.signs -= 1;
      } else if (message.type === "retry") place.retryMs = message.ms;
      else if ((message.type === "progress" || message.type === "end") && message.id > place.n) {
        place.n = message.id;
        yield message.data;
      }
    }
  } finally {
    clearInterval(pings);
    quiet.end();
    socket.onclose = null;
    signal?.removeEventListener("abort", inbox.end);
    socket.close(1000);
  }
}

function addressOf({ connection }: Client, projectId: string): string {
  // The feed's path is that of the stream, in a room of its own.
  return connection.urlOf("projectProgress", [projectId]).replace(/^http/, "ws").replace("/api/v1/", "/api/v1/ws/");
}

function errorOf({
  type,
  message,
  requestId,
}: {
  type: string;
  message: string;
  requestId: string;
}): DreamFactoryError {
  return new DreamFactoryError({ type, status: null, requestId } as unknown as Failure, message);
}

/** What comes by a callback, for who waits for it. */
function mailbox<T>() {
  const letters: T[] = [];
  let [isOver, wake] = [false, () => {}];
  const woken = () => {
    const call = wake;
    wake = () => {};
    call();
  };
  return {
    put(letter: T) {
      letters.push(letter);
      woken();
    },
    end() {
      isOver = true;
      woken();
    },
    async *all(): AsyncGenerator<T> {
      for (;;) {
        const letter = letters.shift();
        if (letter !== undefined) yield letter;
        else if (isOver) return;
        else
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
      }
    },
  };
}

function silence(ms: number, ring: () => void) {
  let timer = setTimeout(ring, ms);
  return {
    putOff() {
      clearTimeout(timer);
      timer = setTimeout(ring, ms);
    },
    end: () => clearTimeout(timer),
  };
}
