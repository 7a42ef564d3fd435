import { getEventListeners } from "node:events";
import { readdir } from "node:fs/promises";
import type { IncomingMessage, ServerResponse } from "node:http";
import { Socket } from "node:net";
import { buffer, text } from "node:stream/consumers";
import { beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";
import { type Fetched, fetchForeign } from "../../shared/media/fetch.ts";
import type { FetchLimits, FetchOptions } from "../../shared/media/fetch-limits.ts";
import { parseTrustedHosts } from "../../shared/media/foreign-url.ts";
import { failure, serve, serveByHand, serveNames, trusting } from "../servers/fetching.ts";
import type { Answer, Origin } from "../servers/origin.ts";

// Real sockets; the timers are taken over so that those which are left can be counted.
beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  onTestFinished(() => void vi.useRealTimers());
});

describe("whatever happens, nothing stays open", () => {
  const endings: [string, (origin: Origin) => Promise<unknown>, Answer][] = [
    ["success", (origin) => download(origin), (_, response) => response.end("the file")],
    ["a status", (origin) => failure(fetchFrom(origin)), (_, response) => response.writeHead(404).write("endless")],
    ["a redirect to a forbidden place", (origin) => failure(fetchFrom(origin)), redirectInside],
    ["a cut body", (origin) => failure(download(origin)), cutInTheMiddle],
    ["an endless body", (origin) => failure(download(origin, { maxBytes: 1e6 })), endless],
    ["a reader that leaves early", leaveEarly, endless],
    ["a reader that returns before it began", async (origin) => (await fetchFrom(origin)).body.return?.(), endless],
    ["a reader that destroys", async (origin) => (await fetchFrom(origin)).body.destroy(), endless],
  ];

  test.each(endings)("after %s", async (_, run, answer) => {
    const origin = await serve(answer);
    await run(origin);
    await origin.idle();
    const before = await openFiles();
    for (let i = 0; i < 20; i++) await run(origin);
    expect(vi.getTimerCount()).toBe(0);
    await origin.idle();
    expect(await openFiles()).toBe(before);
    expect(origin.connections()).toBe(21);
  });
});

describe("the caller's signal", () => {
  const gone = new Error("the claim is lost");

  test("that is aborted already lets nothing begin", async () => {
    const origin = await serve((_, response) => response.end("the file"));
    expect(await failure(fetchFrom(origin, { signal: AbortSignal.abort(gone) }))).toBe(gone);
    expect(origin.connections()).toBe(0);
    const dns = await serveNames(() => "unknown");
    const options = { ...trusting(), nameServers: [dns.address], signal: AbortSignal.abort(gone) };
    expect(await failure(fetchForeign("http://cdn.test/", options))).toBe(gone);
    expect(dns.questions).toEqual([]);
  });

  test("ends the lookup of a name", async () => {
    const caller = new AbortController();
    const dns = await serveNames(() => {
      caller.abort(gone);
      return "silent";
    });
    const options = { ...trusting(), nameServers: [dns.address], signal: caller.signal };
    const before = await openFiles();
    expect(await failure(fetchForeign("http://cdn.test/", options))).toBe(gone);
    expect(await openFiles()).toBe(before);
  });

  test("ends the lookup of a trusted name", async () => {
    const caller = new AbortController();
    const options = { trusted: parseTrustedHosts("localhost:1"), signal: caller.signal };
    const error = failure(fetchForeign("http://localhost:1/", options));
    caller.abort(gone);
    expect(await error).toBe(gone);
  });

  test("ends the wait for a connection, and the name's other addresses are left alone", async () => {
    const caller = new AbortController();
    const dns = await serveNames(({ type }) => (type === "A" ? ["93.184.216.1", "93.184.216.2"] : []));
    const blackHoles: Socket[] = [];
    const dial = () => {
      const blackHole = new Socket();
      blackHoles.push(blackHole);
      setImmediate(() => caller.abort(gone));
      return blackHole;
    };
    const options = { ...trusting(), nameServers: [dns.address], dial, signal: caller.signal };
    expect(await failure(fetchForeign("http://cdn.test/", options))).toBe(gone);
    expect(blackHoles.map(({ destroyed }) => destroyed)).toEqual([true]);
    expect(vi.getTimerCount()).toBe(0);
  });

  test("ends the wait for an answer", async () => {
    const caller = new AbortController();
    const { origin, request } = await serveByHand();
    const error = failure(fetchFrom(origin, { signal: caller.signal }));
    await request();
    caller.abort(gone);
    expect(await error).toBe(gone);
    await origin.idle();
  });

  test("ends the body, whether or not somebody waits for it", async () => {
    for (const isWaiting of [true, false]) {
      const caller = new AbortController();
      const { origin, request } = await serveByHand();
      const fetched = fetchFrom(origin, { signal: caller.signal });
      await write((await request()).response, "the ");
      const { body } = await fetched;
      await body.next();
      const waiting = isWaiting ? failure(body.next()) : null;
      caller.abort(gone);
      expect(await (waiting ?? failure(body.next()))).toBe(gone);
      await origin.idle();
      expect(vi.getTimerCount()).toBe(0);
    }
  });

  test("after the end changes nothing", async () => {
    const caller = new AbortController();
    const origin = await serve((_, response) => response.end("the file"));
    const { body } = await fetchFrom(origin, { signal: caller.signal });
    expect(await text(body)).toBe("the file");
    expect(getEventListeners(caller.signal, "abort")).toEqual([]);
    caller.abort(gone);
    expect(await body.next()).toEqual({ done: true, value: undefined });
  });
});

describe("a reader", () => {
  test("who waits is told when somebody else destroys the body", async () => {
    const { origin, request } = await serveByHand();
    const fetched = fetchFrom(origin);
    await write((await request()).response, "the ");
    const { body } = await fetched;
    await body.next();
    const error = failure(body.next());
    body.destroy();
    expect(await error).toMatchObject({ type: "fetch_failed", message: "The file was not read to its end." });
    await origin.idle();
  });

  test("who is slow holds the sender back", async () => {
    const chunk = Buffer.alloc(64 * 1024);
    const total = 1024;
    let sent = 0;
    const pour = (response: ServerResponse) => {
      while (sent < total) {
        sent += 1;
        if (!response.write(chunk)) return void response.once("drain", () => pour(response));
      }
      response.end();
    };
    const slow = await serve((_, response) => pour(response));
    const quick = await serve((_, response) => response.end(Buffer.alloc(16 * 1024 ** 2)));
    const { body } = await fetchFrom(slow);
    const first = await body.next();
    // What the buffers on the way do not hold has to wait, while others get far more through.
    await buffer((await fetchFrom(quick)).body);
    expect(sent).toBeLessThan(total);
    expect(first.value.length + (await buffer(body)).length).toBe(total * chunk.length);
  });
});

async function leaveEarly(origin: Origin): Promise<void> {
  for await (const _ of (await fetchFrom(origin)).body) break;
}

async function openFiles(): Promise<number> {
  return (await readdir("/proc/self/fd")).length;
}

function cutInTheMiddle(_: IncomingMessage, response: ServerResponse): void {
  response.writeHead(200, { "content-length": 1000 });
  response.write("the file", () => response.socket?.destroy());
}

function redirectInside(_: IncomingMessage, response: ServerResponse): void {
  response.writeHead(302, { location: "http://127.0.0.1/" }).write("endless");
}

function endless(_: IncomingMessage, response: ServerResponse): void {
  const chunk = Buffer.alloc(65_536);
  const pour = () => {
    if (response.destroyed) return;
    if (response.write(chunk)) setImmediate(pour);
    else response.once("drain", pour);
  };
  pour();
}

async function download(origin: Origin, limits: Partial<FetchLimits> = {}): Promise<string> {
  return text((await fetchFrom(origin, { limits })).body);
}

function fetchFrom(origin: Origin, options: Partial<FetchOptions> = {}): Promise<Fetched> {
  return fetchForeign(origin.url, { ...trusting(origin), ...options });
}

function write(to: ServerResponse, data: string): Promise<void> {
  return new Promise((resolve) => to.write(data, () => resolve()));
}
