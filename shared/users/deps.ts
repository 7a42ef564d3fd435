import type { Clock } from "../ports/clock.ts";
import type { Ids } from "../ports/ids.ts";
import type { Table } from "../ports/table.ts";

export interface UserDeps {
  table: Table;
  clock: Clock;
  ids: Ids;
  config: {
    /** How long a token is good for. */
    readonly tokenLifetimeMs: number;
    /** Credits given at registration. */
    readonly welcomeCredits: number;
    /** Those come when the e-mail address is verified. */
    readonly requireVerifiedEmail: boolean;
  };
  jwtSecret: string;
}
