// Credits and the lines of the ledger.
import * as z from "zod";
import { count, id, time } from "./common.ts";

export const shownCredits = z
  .strictObject({
    balance: z.int().meta({ description: "Below 0 when a payment was taken back whose credits are spent." }),
    held: count.meta({ description: "Set aside for unfinished jobs; not part of the balance." }),
    totalEarned: count,
    totalSpent: count,
  })
  .meta({ id: "Credits" });

export const newCodes = z
  .strictObject({
    items: z.array(z.strictObject({ code: z.string(), credits: count, expiresAt: time.nullable() })),
  })
  .meta({ id: "NewCodes" });

export const redeemed = z.strictObject({ credits: count, balance: z.int() }).meta({ id: "Redeemed" });

export const transaction = z
  .strictObject({
    id,
    type: z.enum(["charge", "refund", "redeem", "grant", "purchase", "reversal"]),
    amount: z.int().meta({ description: "Signed; all lines add up to the balance." }),
    balanceBefore: z.int(),
    balanceAfter: z.int(),
    jobId: id.optional().meta({ description: "Whose price it is, or comes back." }),
    productionId: id.optional().meta({ description: "Of a production: its parts are paid out of it." }),
    orderId: id
      .optional()
      .meta({ description: "Of credits that were bought, and of those taken back with their money." }),
    round: z.int().min(1).optional(),
    description: z.string(),
    createdAt: time,
  })
  .meta({ id: "Transaction" });

const price = {
  credits: count,
  amount: count.meta({ description: "In the currency's smallest unit: 499 is 4.99 USD, and 499 JPY." }),
  currency: z.string().meta({ description: "ISO 4217, in lower case: `usd`." }),
};

export const packs = z
  .strictObject({
    enabled: z.boolean().meta({ description: "Whether credits are sold here." }),
    items: z.array(z.strictObject({ id: z.string(), name: z.string(), ...price }).meta({ id: "CreditPack" })),
  })
  .meta({ id: "CreditPacks" });

export const shownOrder = z
  .strictObject({
    id,
    packId: z.string(),
    name: z.string(),
    ...price,
    status: z.enum(["open", "pending", "expired", "failed", "paid"]).meta({
      description: "`pending`: its buyer has done all they can, and the money is under way. Credits come with `paid`.",
    }),
    url: z.string().nullable().meta({ description: "Where it is paid, while it is open." }),
    creditsTakenBack: count.meta({ description: "By refunds and disputes." }),
    createdAt: time,
    expiresAt: time,
    paidAt: time.nullable(),
  })
  .meta({ id: "Order" });
