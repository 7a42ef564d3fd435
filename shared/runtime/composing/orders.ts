// Payments by their settings, and what is done with orders where jobs are advanced.
import type { Config } from "../../config/config.ts";
import type { JobDeps } from "../../jobs/deps.ts";
import type { Payments } from "../../payments/deps.ts";
import { lookAtOrder, sweepOrder } from "../../payments/look.ts";
import { createStripe } from "../../payments/stripe.ts";

/** What is done with orders where jobs are advanced. */
export function ordersOf(payments: Payments | null): Pick<JobDeps, "lookAtOrder" | "sweepOrder"> {
  return {
    lookAtOrder: (deps, key) => lookAtOrder({ ...deps, payments }, key),
    sweepOrder: (deps, item) => sweepOrder({ ...deps, payments }, item),
  };
}

export function paymentsOf({ payments }: Pick<Config, "payments">): Payments | null {
  return payments && { ...payments, stripe: createStripe(payments) };
}
