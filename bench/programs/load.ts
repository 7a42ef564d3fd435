// Sends prepared requests over kept connections, one at a time on each, and measures every answer from its request's first byte
// to its own last one. By sockets, not by node:http: who measures must not be the slowest.
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { answering } from "../answering.ts";
import { percentile } from "../numbers.ts";

export interface Load {
  port: number;
  /** Whole requests; each connection takes the next one, and after the last the first again. */
  requests: string[];
  connections: number;
  /** No request is sent after so many, and none after so long. */
  count: number;
  maxMs: number;
  /** Each connection waits so long behind an answer. Default: not at all. */
  everyMs?: number;
  /** Any other status fails the measurement. */
  status: number;
}

export interface Loaded {
  count: number;
  perSecond: number;
  p50Ms: number;
  p99Ms: number;
}

answering(async ({ port, requests, connections, count, maxMs, status, everyMs = 0 }: Load): Promise<Loaded> => {
  const wire = requests.map((text) => Buffer.from(text));
  const sockets = await Promise.all(Array.from({ length: connections }, () => open(port)));
  const times: number[] = [];
  const startedAt = performance.now();
  let sent = 0;

  async function send(socket: Socket): Promise<void> {
    const receive = receiving(socket, status);
    while (sent < count && performance.now() - startedAt < maxMs) {
      const request = wire[sent++ % wire.length] ?? Buffer.alloc(0);
      const sentAt = performance.now();
      await receive(request);
      times.push(performance.now() - sentAt);
      if (everyMs > 0) await pause(everyMs);
    }
    socket.destroy();
  }

  await Promise.all(sockets.map(send));
  const seconds = (performance.now() - startedAt) / 1000;
  return {
    count: times.length,
    perSecond: times.length / seconds,
    p50Ms: percentile(times, 50),
    p99Ms: percentile(times, 99),
  };
});

async function open(port: number): Promise<Socket> {
  const socket = connect({ host: "127.0.0.1", port, noDelay: true });
  await once(socket, "connect");
  return socket;
}

/** Writes a request and resolves when its whole answer is there. */
function receiving(socket: Socket, status: number): (request: Buffer) => Promise<void> {
  let received = Buffer.alloc(0);
  let waiting = Promise.withResolvers<void>();
  socket.on("data", (chunk) => {
    received = received.length === 0 ? chunk : Buffer.concat([received, chunk]);
    const length = answerLength(received, status);
    if (length instanceof Error) waiting.reject(length);
    else if (length !== null && received.length >= length) waiting.resolve();
  });
  socket.on("error", (error) => waiting.reject(error));
  socket.on("close", () => waiting.reject(new Error("The connection was closed in the midst of an answer.")));
  return (request) => {
    received = Buffer.alloc(0);
    waiting = Promise.withResolvers();
    socket.write(request);
    return waiting.promise;
  };
}

/** Of head and body together; null while the head is not whole. */
function answerLength(received: Buffer, status: number): number | Error | null {
  const end = received.indexOf("\r\n\r\n");
  if (end === -1) return null;
  const head = received.toString("latin1", 0, end);
  const length = /\r\ncontent-length: (\d+)/i.exec(head)?.[1];
  if (!head.startsWith(`HTTP/1.1 ${status} `) || length === undefined) {
    return new Error(`The answer is not the expected one: ${received.toString()}`);
  }
  return end + 4 + Number(length);
}
