// The real HTTP server in front of a folder store, as the local runtime has one: files go out and come in.
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Clock } from "../../shared/ports/clock.ts";
import type { ObjectStore } from "../../shared/ports/object-store.ts";
import { createRoutes } from "../../shared/runtime/http/http-routes.ts";
import { createHttpServer, type HttpServerLimits } from "../../shared/runtime/http/http-server.ts";
import { serveMedia } from "../../shared/runtime/local/media-server.ts";
import { isUpload, serveUpload } from "../../shared/runtime/local/upload-server.ts";
import { realClock, realIds } from "../../shared/runtime/real.ts";
import { createLog } from "../../shared/runtime/telling/log.ts";

export const uploadSecret = "the secret of the uploads of these tests";

export interface StoreServer {
  /** Ends with `/media/`. */
  baseUrl: string;
  port: number;
  /** What was logged so far. */
  lines: string[];
  /** How many uploads were begun. */
  begun(): number;
  /** Resolves when so many uploads are done with, however they ended. */
  settled(count: number): Promise<void>;
  end(): Promise<void>;
}

/** The store is asked for at each request, since it is opened with the server's own URL. */
export async function startStoreServer(
  store: () => ObjectStore,
  options: { limits?: Partial<HttpServerLimits>; corsOrigins?: string[]; clock?: Clock } = {},
): Promise<StoreServer> {
  const { limits = {}, corsOrigins = [], clock = realClock } = options;
  const lines: string[] = [];
  const log = createLog({ level: "debug", clock: realClock, destination: { write: (line) => lines.push(line) } });
  const counts = { begun: 0, ended: 0 };
  const waiting = new Set<() => void>();
  const server = createHttpServer({
    routes: createRoutes([]),
    fallback,
    takesItsTime: isUpload,
    clock: realClock,
    ids: realIds,
    log,
    corsOrigins,
    trustedProxies: [],
    limits,
  });

  async function fallback(incoming: IncomingMessage, outgoing: ServerResponse, requestId: string): Promise<boolean> {
    if (!isUpload(incoming)) {
      const request = { method: incoming.method ?? "", path: incoming.url ?? "", headers: incoming.headers };
      await serveMedia(store(), request, outgoing, { requestId, log });
      return true;
    }
    counts.begun++;
    try {
      await serveUpload({ store: store(), uploadSecret, clock, corsOrigins }, incoming, outgoing, requestId);
      return true;
    } finally {
      counts.ended++;
      for (const look of waiting) look();
    }
  }

  const port = await server.listen(0, "127.0.0.1");
  return {
    baseUrl: `http://127.0.0.1:${port}/media/`,
    port,
    lines,
    begun: () => counts.begun,
    settled: (count) =>
      new Promise((resolve) => {
        const look = () => {
          if (counts.ended < count) return;
          waiting.delete(look);
          resolve();
        };
        waiting.add(look);
        look();
      }),
    end: () => server.close(0),
  };
}
