// What may lie between a client and the API: passes requests on, and does to them whatever a test wants.
import { createServer, type IncomingMessage, request, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/**
 * `pass`; `refuse`: cut before it was passed on; `lose`: passed on, and cut when the answer came; `halve`: cut within the answer's body; `spoil`:
 * passed on, and 500 instead of the answer; `twice`: passed on a second time, behind the first one's answer;
 * `one-event`: of a stream its first event, then cut; `mute`: of a stream only the head; or an answer of the proxy's own.
 */
export type Treatment =
  | "pass"
  | "refuse"
  | "lose"
  | "halve"
  | "spoil"
  | "twice"
  | "one-event"
  | "mute"
  | { status: number; headers?: Record<string, string>; body?: string };

export interface CrookedProxy {
  url: string;
  /** Each request that came: method, path and key. */
  requests: { method: string; path: string; key: string | undefined; lastEventId: string | undefined }[];
  /** What is done to the next ones, in order; then they pass. */
  next: Treatment[];
  /** Asked when nothing is in `next`. */
  treat: (path: string, method: string) => Treatment;
  close(): Promise<void>;
}

export async function startCrookedProxy(target: string): Promise<CrookedProxy> {
  const server = createServer((incoming, outgoing) => void serve(incoming, outgoing));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const proxy: CrookedProxy = {
    url: `http://127.0.0.1:${port}`,
    requests: [],
    next: [],
    treat: () => "pass",
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };

  async function serve(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const { method = "", url: path = "", headers } = incoming;
    const [key, lastEventId] = [headers["idempotency-key"], headers["last-event-id"]].map((each) => each?.toString());
    proxy.requests.push({ method, path, key, lastEventId });
    const treatment = proxy.next.shift() ?? proxy.treat(path, method);
    if (treatment === "refuse") return void incoming.socket.destroy();
    const body = await bytesOf(incoming);
    if (typeof treatment === "object") {
      outgoing.writeHead(treatment.status, treatment.headers).end(treatment.body ?? "");
      return;
    }
    const answer = await pass(target, incoming, body).catch(() => null);
    if (!answer || treatment === "lose") return void outgoing.socket?.destroy();
    if (treatment === "spoil")
      return void outgoing.writeHead(500, { "content-type": "text/html" }).end("<h1>Oops</h1>");
    if (treatment === "twice") await bytesOf(await pass(target, incoming, body));
    outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
    if (treatment === "halve") {
      const whole = await bytesOf(answer);
      outgoing.write(whole.subarray(0, whole.length / 2), () => outgoing.socket?.destroy());
      return;
    }
    if (treatment === "mute") return outgoing.flushHeaders();
    if (treatment === "one-event") {
      outgoing.write(await firstEventOf(answer), () => outgoing.socket?.destroy());
      return;
    }
    answer.pipe(outgoing);
    outgoing.on("close", () => answer.destroy());
  }
  return proxy;
}

function pass(target: string, { method, url, headers }: IncomingMessage, body: Buffer): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const passed = request(
      `${target}${url}`,
      { method, headers: { ...headers, "content-length": body.length } },
      resolve,
    );
    passed.on("error", reject);
    passed.end(body);
  });
}

/** As much of a stream of events as has one with an id. */
async function firstEventOf(stream: IncomingMessage): Promise<string> {
  let text = "";
  for await (const piece of stream) {
    text += piece;
    const found = /^[\s\S]*?(?:^|\n)id:[\s\S]*?\n\n/.exec(text);
    if (found) return found[0];
  }
  return text;
}

async function bytesOf(stream: IncomingMessage): Promise<Buffer> {
  return Buffer.concat(await stream.toArray());
}
