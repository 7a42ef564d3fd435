// A connection under `ws`: a reader that does not read, one that is silent, one that has gone.
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { connect } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { WebSocket } from "ws";
import { type Closing, type SocketConnection, SocketGone } from "../../shared/events/socket.ts";
import { createSocketServer } from "../../shared/runtime/http/socket-server.ts";
import { eventually } from "../patience.ts";

type Speak = (connection: SocketConnection, gone: AbortSignal) => Promise<Closing>;

async function serve(speak: Speak, limits = { pingEveryMs: 60_000, sendWithinMs: 60_000 }): Promise<number> {
  const sockets = createSocketServer(limits);
  const server = createServer();
  server.on("upgrade", (incoming, socket, head) =>
    sockets.accept({ incoming, socket, head, speak, refuse: () => socket.destroy() }),
  );
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}

async function open(port: number): Promise<WebSocket> {
  const ws = new WebSocket(`ws://127.0.0.1:${port}/`);
  ws.on("error", () => {});
  onTestFinished(() => ws.terminate());
  await once(ws, "open");
  return ws;
}

const MiB = 1024 * 1024;

test("nothing is sent faster than it is read: what waits for a reader that stands still stays small, and goes on with it", async () => {
  const count = 128;
  let sent = 0;
  const port = await serve(async (connection) => {
    for (; sent < count; sent++) await connection.send("x".repeat(MiB));
    return { code: 1000, reason: "all" };
  });
  const ws = await open(port);
  let received = 0;
  ws.on("message", () => {
    received += 1;
  });
  ws.pause();
  let before = -1;
  await eventually(() => {
    const now = sent;
    const stands = now === before;
    before = now;
    expect(stands && now > 0).toBe(true);
  });
  // What two kernels hold of a connection on one machine is some megabytes.
  expect(sent).toBeLessThan(count / 2);
  ws.resume();
  expect(String((await once(ws, "close"))[1])).toBe("all");
  expect([sent, received]).toEqual([count, count]);
});

test("one whose network takes nothing for too long is let go of", async () => {
  const outcome = Promise.withResolvers<unknown>();
  const port = await serve(
    async (connection) => {
      try {
        for (;;) await connection.send("x".repeat(MiB));
      } catch (error) {
        outcome.resolve(error);
        throw error;
      }
    },
    { pingEveryMs: 60_000, sendWithinMs: 200 },
  );
  const ws = await open(port);
  ws.pause();
  expect(await outcome.promise).toBeInstanceOf(SocketGone);
});

test("one that no longer answers pings is let go of; one that does stays", async () => {
  const limits = { pingEveryMs: 100, sendWithinMs: 60_000 };
  const ended: string[] = [];
  const port = await serve(async (connection, gone) => {
    const who = (await connection.next()) ?? "";
    gone.addEventListener("abort", () => ended.push(who));
    await connection.next();
    return { code: 1000, reason: "" };
  }, limits);
  const alive = await open(port);
  alive.send("alive");
  const dead = new WebSocket(`ws://127.0.0.1:${port}/`, { autoPong: false });
  dead.on("error", () => {});
  await once(dead, "open");
  dead.send("dead");
  await once(dead, "close");
  await eventually(() => expect(ended).toEqual(["dead"]));
  expect(alive.readyState).toBe(WebSocket.OPEN);
});

test("a message to one that has gone is refused with SocketGone, and whoever waits for theirs hears null", async () => {
  const seen = Promise.withResolvers<unknown[]>();
  const port = await serve(async (connection, gone) => {
    const next = await connection.next();
    const refused = await connection.send("late").catch((error) => error);
    seen.resolve([next, refused, gone.aborted]);
    return { code: 1000, reason: "" };
  });
  const ws = await open(port);
  ws.terminate();
  expect(await seen.promise).toEqual([null, expect.any(SocketGone), true]);
});

test("frames that break the protocol end the connection, and nothing else", async () => {
  const port = await serve(async (connection) => {
    for (let text = await connection.next(); text !== null; text = await connection.next()) await connection.send(text);
    return { code: 1000, reason: "" };
  });
  const raw = connect(port, "127.0.0.1");
  raw.write(
    "GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n",
  );
  await once(raw, "data");
  // Unmasked, with reserved bits: RFC 6455, 5.1 and 5.2.
  raw.write(Buffer.from([0xf1, 0x02, 0x68, 0x69]));
  raw.resume();
  await once(raw, "close");
  const ws = await open(port);
  ws.send("still there");
  expect(String((await once(ws, "message"))[0])).toBe("still there");
});
