import type { PaymentConfig } from "../config/payments.ts";
import type { ChangeAccount } from "../credits/changes.ts";
import type { Clock } from "../ports/clock.ts";
import type { Ids } from "../ports/ids.ts";
import type { Log } from "../ports/log.ts";
import type { Metrics } from "../ports/metrics.ts";
import type { Table } from "../ports/table.ts";
import type { Stripe } from "./stripe.ts";

/** What orders need. Given by the runtime. */
export interface PaymentDeps {
  table: Table;
  clock: Clock;
  ids: Ids;
  log: Log;
  metrics: Metrics;
  changeAccount: ChangeAccount;
  /** Null: credits cannot be bought here (any more). */
  payments: Payments | null;
}

export interface Payments extends Pick<PaymentConfig, "packs" | "returnUrl" | "webhookSecret"> {
  stripe: Stripe;
}
