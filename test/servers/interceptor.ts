// Between a function and the server of its table or store: passes everything on unchanged, and tells of the request that is waited for, so
// that whoever sent it can be killed before it is carried out, or behind that and before its answer.
import { once } from "node:events";
import { Agent, createServer, type IncomingMessage, request, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";

/** A request by its first line and its body, as latin1. */
export interface Passing {
  line: string;
  body: string;
}

export interface Ambush {
  moment: "before" | "after";
  matches(passing: Passing): boolean;
  /** Which match it is. Default 1. */
  nth?: number;
  /** Its sender never hears of what became of the request. */
  act(): Promise<unknown>;
}

export interface Interceptor {
  port: number;
  /** Resolves when it has happened. */
  ambush(ambush: Ambush): Promise<void>;
  close(): Promise<void>;
}

export async function startInterceptor(target: string): Promise<Interceptor> {
  const { hostname, port } = new URL(target);
  const agent = new Agent({ keepAlive: true });
  let waiting: (Ambush & { matches: Ambush["matches"]; left: number; done: () => void }) | null = null;

  const server = createServer((incoming, outgoing) => {
    pass(incoming, outgoing).catch(() => outgoing.destroy());
  });
  server.keepAliveTimeout = 60_000;
  server.listen(0, "127.0.0.1");
  await once(server, "listening");

  async function pass(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const body = await buffer(incoming);
    const caught = catchIt({ line: `${incoming.method} ${incoming.url}`, body: body.toString("latin1") });
    if (caught?.moment === "before") return spring(caught, outgoing);
    const answer = await send(incoming, body);
    const content = await buffer(answer);
    // What was refused has had no effect: it is not the request that is meant.
    if (caught && (answer.statusCode ?? 500) < 300) return spring(caught, outgoing);
    if (caught) waiting = { ...caught, left: 1 };
    outgoing.writeHead(answer.statusCode ?? 500, answer.rawHeaders).end(content);
  }

  async function send(incoming: IncomingMessage, body: Buffer): Promise<IncomingMessage> {
    const { method, url, rawHeaders } = incoming;
    const headers = rawHeaders.flatMap((text, i) => (i % 2 === 0 ? [[text, rawHeaders[i + 1] ?? ""] as const] : []));
    const sent = request({ hostname, port, method, path: url, agent, setHost: false });
    // The body is whole here: its length says enough.
    for (const [name, value] of headers)
      if (!/^(transfer-encoding|connection|expect)$/i.test(name)) sent.setHeader(name, value);
    if (body.length > 0) sent.setHeader("content-length", body.length);
    sent.end(body);
    const [answer] = (await once(sent, "response")) as [IncomingMessage];
    return answer;
  }

  function catchIt(passing: Passing): typeof waiting {
    if (!waiting?.matches(passing) || --waiting.left > 0) return null;
    const caught = waiting;
    waiting = null;
    return caught;
  }

  async function spring(caught: NonNullable<typeof waiting>, outgoing: ServerResponse): Promise<void> {
    await caught.act();
    outgoing.destroy();
    caught.done();
  }

  return {
    port: (server.address() as AddressInfo).port,
    ambush: (ambush) =>
      new Promise((done) => {
        waiting = { ...ambush, left: ambush.nth ?? 1, done };
      }),
    async close() {
      server.close();
      server.closeAllConnections();
      agent.destroy();
      await once(server, "close");
    },
  };
}
