// Stands in front of a server of the tests and hears every request with its answer; both pass unchanged.
import { once } from "node:events";
import { Agent, createServer, type IncomingHttpHeaders, type IncomingMessage, request as send } from "node:http";
import { buffer } from "node:stream/consumers";
import { portOf } from "../origins.ts";

export interface Exchange {
  method: string;
  /** With its query. */
  path: string;
  headers: IncomingHttpHeaders;
  body: Buffer;
  status: number;
  answer: Buffer;
}

/** Answers its port. It ends with its process. */
export async function startFront(targetPort: number, hear: (exchange: Exchange) => void): Promise<number> {
  const agent = new Agent({ keepAlive: true });
  const server = createServer(async (incoming, outgoing) => {
    const { method = "", url: path = "", headers } = incoming;
    const body = await buffer(incoming);
    const passed = send({ host: "127.0.0.1", port: targetPort, agent, method, path, headers });
    passed.on("error", () => outgoing.destroy());
    passed.end(body);
    const [response] = (await once(passed, "response")) as [IncomingMessage];
    const answer = await buffer(response);
    const status = response.statusCode ?? 0;
    hear({ method, path, headers, body, status, answer });
    outgoing.writeHead(status, response.headers).end(answer);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return portOf(server);
}
