// Packages written by hand, each a folder outside of this repository, that go with their tests.
import { once } from "node:events";
import { mkdtemp, realpath, rm, writeFile } from "node:fs/promises";
import { createServer, request as open, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";

type AtEnd = (end: () => Promise<void>) => void;

/** The folder with this `index.mjs`. */
export async function packageOf(source: string, atEnd: AtEnd): Promise<string> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), "dream-factory-package-")));
  atEnd(() => rm(folder, { recursive: true, force: true }));
  await writeFile(join(folder, "index.mjs"), source);
  return folder;
}

export interface Gate {
  url: string;
  /** Resolves when somebody stands before it. */
  reached: Promise<void>;
  /** Lets through whoever stands before it, and whoever comes later. */
  open(): void;
}

/** What a handler waits for: its request to the gate is answered when the test says so. */
export async function startGate(atEnd: AtEnd): Promise<Gate> {
  const [reached, opened] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const server = createServer((_request, response: ServerResponse) => {
    reached.resolve();
    void opened.promise.then(() => response.end("open"));
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  atEnd(async () => {
    server.close();
    server.closeAllConnections();
  });
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}/`, reached: reached.promise, open: opened.resolve };
}

export interface RawAnswer {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  body: string;
}

/** A request with headers as they are given, repeated ones too. */
export async function raw(url: string, method: string, headers: string[], body = ""): Promise<RawAnswer> {
  const length = body === "" ? [] : ["content-length", String(Buffer.byteLength(body))];
  const request = open(url, { method, headers: ["host", new URL(url).host, ...headers, ...length] });
  request.end(body);
  const [response] = await once(request, "response");
  return { status: response.statusCode, headers: response.headers, body: await text(response) };
}
