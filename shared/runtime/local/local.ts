// The runtime on one machine: the API, the store's events and the timers in one process, with the very functions that are deployed.

import { once } from "node:events";
import { createServer } from "node:net";
import { type Config, defaultPublicUrl } from "../../config/config.ts";
import type { Declaration, ObjectCreatedDeclaration, TimerDeclaration } from "../../events/declaration.ts";
import { requireFitStore } from "../../http/store-proof.ts";
import { TICK_LEASE_MS } from "../../jobs/timers/tick.ts";
import { createRoutes } from "../http/http-routes.ts";
import { createHttpServer } from "../http/http-server.ts";
import { createSocketServer } from "../http/socket-server.ts";
import { openRuntime, type RuntimeOptions } from "../open-runtime.ts";
import { type Runtime, useRuntime } from "../runtime.ts";
import { createEventDelivery } from "./event-delivery.ts";
import { loopbackOrigins } from "./loopback-origins.ts";
import { serveMedia } from "./media-server.ts";
import { warnOfFewFiles } from "./open-files.ts";
import { storeOrigins } from "./page-origins.ts";
import { createPageServer, type PageFiles } from "./page-server.ts";
import { tellTakenUp } from "./take-up.ts";
import { startTimers } from "./timers.ts";
import { isUpload, serveUpload, uploadSecretOf } from "./upload-server.ts";

export interface Local {
  /** Where it is reached, without a path. */
  url: string;
  runtime: Runtime;
  /** Ends what is under way, takes nothing new, and resolves when everything is closed. */
  close(): Promise<void>;
}

export interface LocalOptions extends Pick<RuntimeOptions, "providers" | "clock"> {
  /** Makes the studio page's files, when somebody first asks for it. Absent: there is none. */
  page?: () => Promise<PageFiles>;
}

/** Answers that are under way get this long; then connections are cut. */
const GRACE_MS = 5000;
/** Deliveries of one function at the same time. Nearly all of their time goes into waiting for a provider or a network. */
const CONCURRENCY = 256;

/** Throws when the data folder, the port or the configuration are not usable; then nothing is left open. */
export async function startLocal(
  config: Config,
  functions: readonly Declaration[],
  options: LocalOptions = {},
): Promise<Local> {
  if (config.port !== 0) return startOn(config.port, config, functions, options);
  for (let triesLeft = PORT_TRIES; ; triesLeft--) {
    try {
      return await startOn(await findFreePort(config.host), config, functions, options);
    } catch (error) {
      if (triesLeft === 1 || !isTaken(error)) throw error;
    }
  }
}

/** A free port may be another program's by the time that we listen. */
const PORT_TRIES = 5;

function isTaken(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "EADDRINUSE";
}

async function startOn(
  port: number,
  given: Config,
  functions: readonly Declaration[],
  options: LocalOptions,
): Promise<Local> {
  const url = given.publicUrl ?? defaultPublicUrl(given.host, port) ?? `http://${given.host}:${port}`;
  const config = { ...given, corsOrigins: [...new Set([...given.corsOrigins, ...loopbackOrigins(url)])] };
  let deliver = (_key: string) => {};
  const { page: load, ...parts } = options;
  const runtime = await openRuntime(config, {
    ...{ ...parts, publicUrl: url },
    onCreated: ({ key }) => deliver(key),
    onTicket: (ticket) => deliver(ticket),
  });
  useRuntime(runtime);
  const { log } = runtime;
  await warnOfFewFiles(log);
  await refuseUnfitStore(runtime);
  // The timers are this very process: nobody has to wait for their first tick. A table that is away hears it from them.
  await runtime.productions
    ?.sayReady(runtime)
    .catch((error) => log.warn({ error }, "films can be begun from the first tick on"));
  const uploads = { ...runtime, uploadSecret: uploadSecretOf(runtime.jwtSecret), corsOrigins: config.corsOrigins };

  const origins = () => storeOrigins(runtime.store, url);
  const servePage = load && createPageServer({ load, publicUrl: url, origins });

  const server = createHttpServer({
    ...runtime,
    routes: createRoutes(functions),
    corsOrigins: config.corsOrigins,
    trustedProxies: config.trustedProxies,
    sockets: createSocketServer(),
    takesItsTime: isUpload,
    async fallback(incoming, outgoing, requestId) {
      const path = incoming.url ?? "";
      if (!path.startsWith("/media/")) return (await servePage?.(incoming, outgoing)) ?? false;
      if (isUpload(incoming)) {
        await serveUpload(uploads, incoming, outgoing, requestId);
        return true;
      }
      const request = { method: incoming.method ?? "", path, headers: incoming.headers };
      await serveMedia(runtime.store, request, outgoing, { requestId, log });
      return true;
    },
  });
  try {
    await server.listen(port, config.host);
  } catch (error) {
    await runtime.close();
    throw error;
  }

  await tellTakenUp(runtime);
  const delivery = createEventDelivery(runtime, functions.filter(isObjectCreated).map(subscription));
  deliver = delivery.deliver;
  const stopTimers = startTimers(
    runtime,
    functions.filter(isTimer).map((timer) => localTimer(timer, config)),
  );
  const replayed = delivery.replay(runtime.store).catch((error) => log.error({ error }, "events were not replayed"));

  return {
    url,
    runtime,
    async close() {
      await Promise.allSettled([server.close(GRACE_MS), stopTimers(), delivery.close(), replayed]);
      await runtime.close();
    },
  };
}

/** Before anything is taken. A store that is away is no reason not to start: what is taken meanwhile waits for it. */
async function refuseUnfitStore(runtime: Runtime): Promise<void> {
  try {
    await requireFitStore(runtime);
  } catch (error) {
    await runtime.close();
    throw error;
  }
}

function isObjectCreated(declaration: Declaration): declaration is ObjectCreatedDeclaration {
  return declaration.trigger.type === "object-created";
}

function isTimer(declaration: Declaration): declaration is TimerDeclaration {
  return declaration.trigger.type === "timer";
}

function subscription({ name, trigger, concurrency = CONCURRENCY, load }: ObjectCreatedDeclaration) {
  return {
    name,
    prefix: trigger.prefix,
    concurrency,
    handler: async (...call: Parameters<Awaited<ReturnType<typeof load>>["handler"]>) =>
      (await load()).handler(...call),
  };
}

/** Timers of a minute follow TIMER_SECONDS, and fire again as soon as the tick of a process that died holds nothing any more. */
function localTimer({ name, trigger, load }: TimerDeclaration, config: Config) {
  const isOfTicks = trigger.everySeconds === 60;
  const everyMs = isOfTicks ? config.timerMs : trigger.everySeconds * 1000;
  return {
    name,
    everyMs,
    ...(isOfTicks && { againMs: Math.min(everyMs, TICK_LEASE_MS) }),
    handler: async (...call: Parameters<Awaited<ReturnType<typeof load>>["handler"]>) =>
      (await load()).handler(...call),
  };
}

async function findFreePort(host: string): Promise<number> {
  const probe = createServer().listen(0, host);
  await once(probe, "listening");
  const address = probe.address();
  probe.close();
  await once(probe, "close");
  return typeof address === "object" && address ? address.port : 0;
}
