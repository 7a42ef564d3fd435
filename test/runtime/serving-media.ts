// A real HTTP server in front of a store, as the local runtime has one.
import { once } from "node:events";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { PassThrough } from "node:stream";
import type { ObjectStore } from "../../shared/ports/object-store.ts";
import { serveMedia } from "../../shared/runtime/local/media-server.ts";
import { realClock } from "../../shared/runtime/real.ts";
import { createLog } from "../../shared/runtime/telling/log.ts";

export interface MediaServer {
  /** Ends with `/media/`. */
  baseUrl: string;
  port: number;
  /** Lines that were logged so far. */
  logged(): string;
  /** Every answer so far, as the server has it. */
  responses: ServerResponse[];
  /** How many requests are done with, as far as the server goes. */
  answered(): number;
  end(): Promise<void>;
}

/** The store is asked for at each request, since it may be opened with the server's own URL. */
export async function startMediaServer(store: () => ObjectStore): Promise<MediaServer> {
  const lines: string[] = [];
  const destination = new PassThrough({ encoding: "utf8" }).on("data", (line: string) => lines.push(line));
  const log = createLog({ level: "debug", clock: realClock, destination });
  const responses: ServerResponse[] = [];
  let answered = 0;
  const server = createServer((request, response) => {
    responses.push(response);
    const { method = "", url: path = "", headers } = request;
    const serving = serveMedia(store(), { method, path, headers }, response, { requestId: "request-1", log });
    void serving.then(() => {
      answered++;
    });
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  const { port } = server.address() as AddressInfo;
  return {
    baseUrl: `http://127.0.0.1:${port}/media/`,
    port,
    logged: () => lines.join(""),
    responses,
    answered: () => answered,
    async end() {
      server.closeAllConnections();
      await once(server.close(), "close");
    },
  };
}
