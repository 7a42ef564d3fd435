// Credits and the lines of the ledger.
import * as z from "zod/mini";
import { count, id, time } from "./common.ts";

export const shownCredits = z
  .strictObject({
    balance: z
      .int()
      .register(z.globalRegistry, { description: "Below 0 when a payment was taken back whose credits are spent." }),
    held: count
      .clone()
      .register(z.globalRegistry, { description: "Set aside for unfinished jobs; not part of the balance." }),
    totalEarned: count,
    totalSpent: count,
  })
  .register(z.globalRegistry, { id: "Credits" });

export const newCodes = z
  .strictObject({
    items: z.array(z.strictObject({ code: z.string(), credits: count, expiresAt: z.nullable(time) })),
  })
  .register(z.globalRegistry, { id: "NewCodes" });

export const redeemed = z
  .strictObject({ credits: count, balance: z.int() })
  .register(z.globalRegistry, { id: "Redeemed" });

export const transaction = z
  .strictObject({
    id,
    type: z.enum(["charge", "refund", "redeem", "grant", "purchase", "reversal"]),
    amount: z.int().register(z.globalRegistry, { description: "Signed; all lines add up to the balance." }),
    balanceBefore: z.int(),
    balanceAfter: z.int(),
    jobId: z.optional(id).register(z.globalRegistry, { description: "Whose price it is, or comes back." }),
    productionId: z
      .optional(id)
      .register(z.globalRegistry, { description: "Of a production: its parts are paid out of it." }),
    orderId: z.optional(id).register(z.globalRegistry, {
      description: "Of credits that were bought, and of those taken back with their money.",
    }),
    round: z.optional(z.int().check(z.minimum(1))),
    description: z.string(),
    createdAt: time,
  })
  .register(z.globalRegistry, { id: "Transaction" });

const price = {
  credits: count,
  amount: count
    .clone()
    .register(z.globalRegistry, { description: "In the currency's smallest unit: 499 is 4.99 USD, and 499 JPY." }),
  currency: z.string().register(z.globalRegistry, { description: "ISO 4217, in lower case: `usd`." }),
};

export const packs = z
  .strictObject({
    enabled: z.boolean().register(z.globalRegistry, { description: "Whether credits are sold here." }),
    items: z.array(
      z.strictObject({ id: z.string(), name: z.string(), ...price }).register(z.globalRegistry, { id: "CreditPack" }),
    ),
  })
  .register(z.globalRegistry, { id: "CreditPacks" });

export const shownOrder = z
  .strictObject({
    id,
    packId: z.string(),
    name: z.string(),
    ...price,
    status: z.enum(["open", "pending", "expired", "failed", "paid"]).register(z.globalRegistry, {
      description: "`pending`: its buyer has done all they can, and the money is under way. Credits come with `paid`.",
    }),
    url: z.nullable(z.string()).register(z.globalRegistry, { description: "Where it is paid, while it is open." }),
    creditsTakenBack: count.clone().register(z.globalRegistry, { description: "By refunds and disputes." }),
    createdAt: time,
    expiresAt: time,
    paidAt: z.nullable(time),
  })
  .register(z.globalRegistry, { id: "Order" });
