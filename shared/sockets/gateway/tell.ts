// Telling those who listen by a gateway: by whoever has just moved the production on. It is a wish, bounded in time, and never throws: nothing that
// a production does waits for readers, and what was not told is told by the next look, or when the reader pings.
import type { Clock } from "../../ports/clock.ts";
import type { Log } from "../../ports/log.ts";
import type { SocketGateway } from "../../ports/socket-gateway.ts";
import type { Table } from "../../ports/table.ts";
import type { Production } from "../../productions/production.ts";
import { bring } from "./bring.ts";
import { listListeners } from "./connections.ts";

export interface TellDeps {
  table: Table;
  clock: Clock;
  log: Log;
}

export type Tell = (deps: TellDeps, production: Production) => Promise<void>;

/** A user has at most 20 connections; more are told of by their pings. */
const MOST_LISTENERS = 20;
/** So long a look waits for it at most. */
const PATIENCE_MS = 3000;
/** Where nobody answers, looks are not slowed down for a while. */
const PAUSE_MS = 30_000;
/** Productions of which a process remembers what it has told. */
const MOST_REMEMBERED = 500;

export function createTell(gateway: SocketGateway): Tell {
  const told = new Map<string, string>();
  let pausedUntil = 0;

  async function tellAll(deps: TellDeps, production: Production): Promise<void> {
    const { userId, id: productionId } = production;
    const listeners = await listListeners(deps, { userId, productionId, limit: MOST_LISTENERS });
    const outcomes = await Promise.allSettled(listeners.map((each) => bring({ ...deps, gateway }, each, production)));
    const failed = outcomes.find((outcome) => outcome.status === "rejected");
    if (failed) throw failed.reason;
  }

  return async (deps, production) => {
    const { clock, log } = deps;
    const state = `${production.feed.at(-1)?.n} ${production.state === "settled"}`;
    if (told.get(production.id) === state || clock.now() < pausedUntil) return;
    const over = new AbortController();
    try {
      const late = clock.sleep(PATIENCE_MS, over.signal).then(() => "late" as const);
      const done = tellAll(deps, production);
      // What comes too late may fail as well.
      done.catch(() => {});
      if ((await Promise.race([done, late])) === "late") throw new Error("it took too long");
      told.delete(production.id);
      told.set(production.id, state);
      const [oldest] = told.keys();
      if (told.size > MOST_REMEMBERED && oldest !== undefined) told.delete(oldest);
    } catch (error) {
      pausedUntil = clock.now() + PAUSE_MS;
      log.warn({ error, productionId: production.id }, "listeners were not told; their pings ask for it");
    } finally {
      over.abort();
    }
  };
}
