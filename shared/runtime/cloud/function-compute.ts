// The small server behind which a function runs on Function Compute: a custom runtime is sent its calls over HTTP.
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { Environment } from "../../config/config.ts";
import type { HttpDeclaration } from "../../events/declaration.ts";
import { fromOss } from "../../events/function-compute.ts";
import type { StorageHandler, TimerHandler } from "../../events/storage.ts";
import { createHttpServer } from "../http/http-server.ts";
import { readBody } from "../http/request-body.ts";
import type { SocketServer } from "../http/socket-server.ts";
import { realClock, realIds } from "../real.ts";
import { createAliyunRole } from "./aliyun-role.ts";
import { handleEvents } from "./events.ts";
import { takeCall } from "./function-compute-call.ts";
import { inPatience, type Prepare, type Prepared } from "./prepare.ts";
import { type Neighbour, routesOf } from "./routes.ts";

/** "keep-alive on; server.timeout = 0; keepAliveTimeout = 0": the platform decides how long a connection lives. */
const limits = { keepAliveMs: 0, silenceMs: 0 };

/** Shorter than the time limit of any function. */
const PATIENCE_MS = 8000;

/** Answers that are under way when the instance is told to stop get this long. */
const GRACE_MS = 5000;

export interface FrontOptions {
  prepare: Prepare;
  environment: Environment;
}

/** For a function that answers requests: its own routes and nothing else, so that nobody from outside reaches the platform's own paths. */
export async function serveRequests(
  options: FrontOptions & {
    own: readonly HttpDeclaration[];
    neighbours: readonly Neighbour[];
    /** Only a function that takes WebSockets carries what does. */
    sockets?: SocketServer;
  },
): Promise<void> {
  const { role, give } = createAliyunRole();
  const prepared = options.prepare(options.environment, role);
  const { config, log } = prepared;
  const server = createHttpServer({
    ...{
      routes: routesOf(options.own, options.neighbours),
      log,
      clock: realClock,
      ids: realIds,
      limits,
    },
    ...{ corsOrigins: config.corsOrigins, trustedProxies: config.trustedProxies, sockets: options.sockets },
    async admit(incoming) {
      const { key } = takeCall(incoming);
      if (key) give(key);
      await inPatience(prepared.open(), AbortSignal.timeout(PATIENCE_MS));
    },
  });
  const port = await server.listen(config.port, config.host);
  log.info({ port }, "listening");
  process.once("SIGTERM", () => void server.close(GRACE_MS).then(() => process.exit(0)));
}

/** For an object-created function. */
export function serveStorage(
  options: FrontOptions & { name: string; timeoutSeconds: number; handler: StorageHandler },
) {
  return serveEvents(options, (event, prepared, signal) =>
    handleEvents({ name: options.name, handler: options.handler, prepared, signal }, fromOss(event)),
  );
}

/** For a timer. */
export function serveTimer(options: FrontOptions & { timeoutSeconds: number; handler: TimerHandler }) {
  return serveEvents(options, async (_event, prepared, signal) => {
    await prepared.open();
    await options.handler({ signal });
  });
}

type Act = (event: unknown, prepared: Prepared, signal: AbortSignal) => Promise<void>;

/** A call is told to end so long before it would be cut off. */
const FAREWELL_MS = 2000;

/** "Request body: 128 KB async." */
const MAX_EVENT_BYTES = 256 * 1024;

async function serveEvents(options: FrontOptions & { timeoutSeconds: number }, act: Act): Promise<void> {
  const { role, give } = createAliyunRole();
  const prepared = options.prepare(options.environment, role);
  const { config, log } = prepared;

  async function invoke(incoming: IncomingMessage): Promise<number> {
    const isInvoke = incoming.method === "POST" && incoming.url === "/invoke";
    if (!isInvoke) return 404;
    const signal = AbortSignal.timeout(options.timeoutSeconds * 1000 - FAREWELL_MS);
    try {
      const { key } = takeCall(incoming);
      if (key) give(key);
      const event = JSON.parse(
        Buffer.from(await readBody(incoming, { maxBytes: MAX_EVENT_BYTES }, () => {})).toString(),
      );
      await act(event, prepared, signal);
      return 200;
    } catch (error) {
      log.error({ error }, "a call failed");
      return 500;
    }
  }

  const server = createServer((incoming, outgoing) => {
    void invoke(incoming).then((status) => finish(outgoing, status));
  });
  server.timeout = limits.silenceMs;
  server.keepAliveTimeout = limits.keepAliveMs;
  server.listen(config.port, config.host);
  process.once("SIGTERM", () => server.close(() => process.exit(0)));
}

/** "A status other than 200, and the header x-fc-status: 404", or the platform counts the call as a success and never repeats it. */
function finish(outgoing: ServerResponse, status: number): void {
  outgoing.writeHead(status, status === 200 ? {} : { "x-fc-status": "404" }).end();
}
