import type { Clock } from "../ports/clock.ts";
import type { Ids } from "../ports/ids.ts";
import type { Log } from "../ports/log.ts";
import type { Metrics } from "../ports/metrics.ts";
import type { Table } from "../ports/table.ts";

/** What every HTTP function needs; the runtime gives it, with more. */
export interface HttpDeps {
  table: Table;
  clock: Clock;
  ids: Ids;
  log: Log;
  metrics: Metrics;
  config: HttpSettings;
  jwtSecret: string;
  requestLimit: RequestLimit;
}

/** How many requests a caller may make; counted by all instances together. */
export interface RequestLimit {
  /** Takes one request. Answers 0, or after how many milliseconds the caller may come back. Never rejects. */
  take(
    deps: Pick<HttpDeps, "table" | "clock" | "ids" | "log">,
    caller: { userId: string } | { address: string },
  ): Promise<number>;
}

export interface HttpSettings {
  /** How long a token is good for. */
  readonly tokenLifetimeMs: number;
  /** Credits given at registration. */
  readonly welcomeCredits: number;
  /** Those come when the e-mail address is verified. */
  readonly requireVerifiedEmail: boolean;
  /** Origins exactly as browsers send them. */
  readonly corsOrigins: readonly string[];
}
