// Outgoing webhooks: deliveries and secrets.
import * as z from "zod";
import { count, id, time } from "./common.ts";

export const shownDelivery = z
  .strictObject({
    id: z.string().meta({
      description: "The job's or production's id, a hyphen and the round; every try carries it as `webhook-id`.",
    }),
    jobId: id.nullable().meta({ description: "Null when a production has ended." }),
    productionId: id.nullable().meta({ description: "Null when a job has ended." }),
    round: z.int().min(1),
    url: z.string(),
    status: z.enum(["pending", "delivered", "dead"]),
    attempts: count,
    lastStatus: z.int().nullable().meta({ description: "The latest answer's HTTP status; null when there was none." }),
    lastError: z.string().nullable(),
    nextAt: time.nullable().meta({ description: "When it is tried next; null unless it is pending." }),
    createdAt: time,
    deliveredAt: time.nullable(),
  })
  .meta({ id: "Delivery" });

export const shownSecrets = z
  .strictObject({
    secret: z.string().meta({ description: "`whsec_` and base64, as Standard Webhooks writes it." }),
    previous: z.string().optional().meta({ description: "The one before, while messages are signed with it too." }),
    previousExpiresAt: time.optional(),
  })
  .meta({ id: "WebhookSecrets" });
