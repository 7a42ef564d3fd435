import type { Clock } from "../ports/clock.ts";
import type { Ids } from "../ports/ids.ts";
import type { Log } from "../ports/log.ts";
import type { Table } from "../ports/table.ts";

/** What every HTTP function needs; the runtime gives it, with more. */
export interface HttpDeps {
  table: Table;
  clock: Clock;
  ids: Ids;
  log: Log;
  config: HttpSettings;
  jwtSecret: string;
}

export interface HttpSettings {
  /** How long a token is good for. */
  readonly tokenLifetimeMs: number;
  /** Credits given at registration. */
  readonly welcomeCredits: number;
  /** Origins exactly as browsers send them. */
  readonly corsOrigins: readonly string[];
}
