// Where imported files come from: small servers in this process, which has nothing else to do while it measures.
import { once } from "node:events";
import { createServer as createHttpServer, type RequestListener } from "node:http";
import { createServer, type Server } from "node:net";

export interface Origin {
  port: number;
  url: string;
  [Symbol.dispose](): void;
}

/** Takes every connection and never says a word. */
export async function startSilentOrigin(): Promise<Origin> {
  return listen(createServer((socket) => socket.on("error", () => {}).resume()));
}

export async function startOrigin(answer: RequestListener): Promise<Origin> {
  return listen(createHttpServer(answer));
}

/** Of a server that listens. */
export function portOf(server: Server): number {
  const address = server.address();
  return typeof address === "object" && address ? address.port : 0;
}

async function listen(server: Server): Promise<Origin> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const port = portOf(server);
  return { port, url: `http://127.0.0.1:${port}/file`, [Symbol.dispose]: () => void server.close().unref() };
}
