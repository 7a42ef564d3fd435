import type { ServerResponse } from "node:http";
import { Socket } from "node:net";
import { buffer, text } from "node:stream/consumers";
import { beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";
import { type Fetched, fetchForeign } from "../../shared/media/fetch.ts";
import type { FetchOptions } from "../../shared/media/fetch-limits.ts";
import { failure, serve, serveByHand, serveNames, trusting } from "../servers/fetching.ts";
import { createInternet } from "../servers/internet.ts";
import type { Origin } from "../servers/origin.ts";

// The sockets are real; only the clock of the limits is moved by hand.
beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] });
  onTestFinished(() => void vi.useRealTimers());
});

describe("silence", () => {
  const silent = "The file's server did not answer in time.";
  const fellSilent = "The file's server fell silent in the middle of the file.";

  test("before the answer ends the fetch", async () => {
    const { origin, request } = await serveByHand();
    const error = failure(fetchFrom(origin));
    await request();
    vi.advanceTimersByTime(30_000);
    expect(await error).toMatchObject({ type: "fetch_failed", retryable: true, message: silent });
    await origin.idle();
    expect(vi.getTimerCount()).toBe(0);
  });

  test.each([
    ["one header line a second", "HTTP/1.1 200 OK\r\n", "X-Drip: a\r\n"],
    ["one byte of header a second", "HTTP/1.1 200 OK\r\nX-Drip: ", "a"],
    ["one early hint a second", "", "HTTP/1.1 103 Early Hints\r\n\r\n"],
  ])("is not broken by %s", async (_, first, drop) => {
    const { origin, request } = await serveByHand();
    const error = failure(fetchFrom(origin));
    const { socket } = (await request()).request;
    await write(socket, first);
    for (let second = 0; second < 30; second++) {
      await write(socket, drop);
      vi.advanceTimersByTime(1000);
    }
    expect(await error).toMatchObject({ type: "fetch_failed", message: silent });
    await origin.idle();
  });

  test("in the middle of the file ends the fetch (F36)", async () => {
    const { origin, request } = await serveByHand();
    const fetched = fetchFrom(origin);
    const { response } = await request();
    await write(response, "the ");
    const { body } = await fetched;
    await body.next();
    const error = failure(body.next());
    vi.advanceTimersByTime(30_000);
    expect(await error).toMatchObject({ type: "fetch_failed", retryable: true, message: fellSilent });
    await origin.idle();
    expect(vi.getTimerCount()).toBe(0);
  });

  test("shorter than the limit does no harm, however often", async () => {
    const { origin, request } = await serveByHand();
    const fetched = fetchFrom(origin, { limits: { minBytesPerSecond: 0 } });
    const { response } = await request();
    vi.advanceTimersByTime(29_999);
    response.flushHeaders();
    const { body } = await fetched;
    for (let i = 0; i < 10; i++) {
      const next = body.next();
      vi.advanceTimersByTime(29_999);
      await write(response, "a");
      await next;
    }
    response.end();
    expect(await text(body)).toBe("");
  });

  test("of the reader is no silence of the sender", async () => {
    const file = Buffer.alloc(4 * 1024 ** 2, "dream");
    const origin = await serve((_, response) => response.end(file));
    const { body } = await fetchFrom(origin);
    const first = await body.next();
    vi.advanceTimersByTime(9 * 60_000);
    const rest = await buffer(body);
    expect(Buffer.concat([first.value, rest]).equals(file)).toBe(true);
    await origin.idle();
  });

  test("of this process is no silence of the sender: what came in the meantime is read first", async () => {
    const { origin, request } = await serveByHand();
    const fetched = fetchFrom(origin, { limits: { minBytesPerSecond: 0 } });
    const { response } = await request();
    await write(response, "the ");
    const { body } = await fetched;
    await body.next();
    const next = body.next();
    await new Promise(setImmediate);
    response.socket?.write("4\r\nfile\r\n");
    busyFor(100);
    vi.advanceTimersByTime(30_000);
    expect(await next).toMatchObject({ value: Buffer.from("file") });
    response.end();
    expect(await text(body)).toBe("");
  });

  test("of the sender counts from when the slow reader waits for it again", async () => {
    const { origin, request } = await serveByHand();
    const fetched = fetchFrom(origin);
    const { response } = await request();
    await write(response, "the ");
    const { body } = await fetched;
    await body.next();
    vi.advanceTimersByTime(60_000);
    const next = body.next();
    vi.advanceTimersByTime(29_999);
    await write(response, "file");
    expect(await next).toMatchObject({ value: Buffer.from("file") });
    const error = failure(body.next());
    vi.advanceTimersByTime(30_000);
    expect(await error).toMatchObject({ message: fellSilent });
  });
});

describe("the minimum rate", () => {
  test("ends a body that comes a byte a second", async () => {
    const { body, send } = await dripping();
    const error = failure(
      (async () => {
        for (let second = 0; second < 40; second++) await send("a", 1000);
      })(),
    );
    expect(await error).toMatchObject({ type: "fetch_failed", message: "The file's server sends too slowly." });
    expect(await failure(body.next())).toBe(await error);
  });

  test("is found out again after a fast beginning", async () => {
    const { send } = await dripping();
    for (let second = 0; second < 60; second++) await send("a".repeat(5000), 1000);
    const error = failure(
      (async () => {
        for (let second = 0; second < 80; second++) await send("a", 1000);
      })(),
    );
    expect(await error).toMatchObject({ message: "The file's server sends too slowly." });
  });

  test("leaves a body alone that comes just fast enough", async () => {
    const { body, send, end } = await dripping();
    for (let second = 0; second < 300; second++) await send("a".repeat(1024), 1000);
    end();
    expect(await text(body)).toBe("");
  });

  test("does not count the time that the reader takes", async () => {
    const { body, send, end } = await dripping();
    for (let i = 0; i < 50; i++) {
      await send("a", 10);
      vi.advanceTimersByTime(10_000);
    }
    end();
    expect(await text(body)).toBe("");
  });
});

describe("the total time", () => {
  const tooLong = { type: "fetch_failed", retryable: true, message: "The file took too long to arrive." };

  test("ends a body that comes steadily for ever", async () => {
    const { origin, send } = await dripping();
    const error = failure(
      (async () => {
        for (let second = 0; second <= 600; second++) await send("a".repeat(2048), 1000);
      })(),
    );
    expect(await error).toMatchObject(tooLong);
    await origin.idle();
    expect(vi.getTimerCount()).toBe(0);
  });

  test("ends a body that nobody reads", async () => {
    const origin = await serve((_, response) => response.write("the file"));
    const { body } = await fetchFrom(origin);
    vi.advanceTimersByTime(600_000);
    await origin.idle();
    expect(await failure(body.next())).toMatchObject(tooLong);
  });

  test("covers all redirects together", async () => {
    const { origin, request } = await serveByHand();
    const error = failure(fetchFrom(origin, { limits: { totalMs: 50_000 } }));
    for (let hop = 0; hop < 2; hop++) {
      const { response } = await request();
      vi.advanceTimersByTime(20_000);
      response.writeHead(302, { location: "/next" }).end();
    }
    await request();
    vi.advanceTimersByTime(10_000);
    expect(await error).toMatchObject(tooLong);
    await origin.idle();
  });
});

describe("connecting", () => {
  test("to an address that does not answer goes on with the next one", async () => {
    const origin = await serve((_, response) => response.end("the file"));
    const dns = await serveNames(({ type }) => (type === "A" ? ["93.184.216.1", "93.184.216.2"] : []));
    const internet = createInternet({ "93.184.216.2:80": origin });
    const blackHole = new Socket();
    const options = { ...trusting(), nameServers: [dns.address] };
    const dialled = Promise.withResolvers<void>();
    const fetched = fetchForeign("http://cdn.test/", {
      ...options,
      dial(address, port) {
        if (address !== "93.184.216.1") return internet.dial(address, port);
        setImmediate(dialled.resolve);
        return blackHole;
      },
    });
    await dialled.promise;
    vi.advanceTimersByTime(10_000);
    const { body } = await fetched;
    expect(blackHole.destroyed).toBe(true);
    expect(await text(body)).toBe("the file");
  });

  test("is given up when no name server answers", async () => {
    const asked = Promise.withResolvers<void>();
    const dns = await serveNames(() => {
      asked.resolve();
      return "silent";
    });
    const options = { ...trusting(), nameServers: [dns.address] };
    const error = failure(fetchForeign("http://cdn.test/", options));
    await asked.promise;
    vi.advanceTimersByTime(10_000);
    const message = "The host name of the URL could not be looked up in time.";
    expect(await error).toMatchObject({ type: "fetch_failed", message });
    expect(vi.getTimerCount()).toBe(0);
  });
});

/** A body of which each `send` lets `ms` pass for the reader who waits, and then sends what he gets. */
async function dripping() {
  const { origin, request } = await serveByHand();
  const fetched = fetchFrom(origin);
  const { response } = await request();
  response.flushHeaders();
  const { body } = await fetched;
  async function send(drop: string, ms: number): Promise<void> {
    const next = body.next();
    // Who rejects at once is heard below.
    next.catch(() => {});
    vi.advanceTimersByTime(ms);
    await write(response, drop);
    await next;
  }
  return { origin, body, send, end: () => response.end() };
}

function write(to: Socket | ServerResponse, data: string): Promise<void> {
  return new Promise((resolve) => to.write(data, () => resolve()));
}

function fetchFrom(origin: Origin, options: Partial<FetchOptions> = {}): Promise<Fetched> {
  return fetchForeign(origin.url, { ...trusting(origin), ...options });
}

/** Blocks the whole process, as heavy work does. */
function busyFor(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}
