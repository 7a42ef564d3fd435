// Credits and the lines of the ledger.
import * as z from "zod";
import { count, id, time } from "./common.ts";

export const shownCredits = z
  .strictObject({
    balance: count,
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

export const redeemed = z.strictObject({ credits: count, balance: count }).meta({ id: "Redeemed" });

export const transaction = z
  .strictObject({
    id,
    type: z.enum(["charge", "refund", "redeem", "grant"]),
    amount: z.int().meta({ description: "Signed; all lines add up to the balance." }),
    balanceBefore: count,
    balanceAfter: count,
    jobId: id.optional().meta({ description: "Whose price it is, or comes back." }),
    productionId: id.optional().meta({ description: "Of a production: its parts are paid out of it." }),
    round: z.int().min(1).optional(),
    description: z.string(),
    createdAt: time,
  })
  .meta({ id: "Transaction" });
