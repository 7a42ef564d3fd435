// Outgoing webhooks: deliveries and secrets.
import * as z from "zod/mini";
import { count, id, time } from "./common.ts";

export const shownDelivery = z
  .strictObject({
    id: z.string().register(z.globalRegistry, {
      description: "The job's or production's id, a hyphen and the round; every try carries it as `webhook-id`.",
    }),
    jobId: z.nullable(id).register(z.globalRegistry, { description: "Null when a production has ended." }),
    productionId: z.nullable(id).register(z.globalRegistry, { description: "Null when a job has ended." }),
    round: z.int().check(z.minimum(1)),
    url: z.string(),
    status: z.enum(["pending", "delivered", "dead"]),
    attempts: count,
    lastStatus: z
      .nullable(z.int())
      .register(z.globalRegistry, { description: "The latest answer's HTTP status; null when there was none." }),
    lastError: z.nullable(z.string()),
    nextAt: z
      .nullable(time)
      .register(z.globalRegistry, { description: "When it is tried next; null unless it is pending." }),
    createdAt: time,
    deliveredAt: z.nullable(time),
  })
  .register(z.globalRegistry, { id: "Delivery" });

export const shownSecrets = z
  .strictObject({
    secret: z
      .string()
      .register(z.globalRegistry, { description: "`whsec_` and base64, as Standard Webhooks writes it." }),
    previous: z
      .optional(z.string())
      .register(z.globalRegistry, { description: "The one before, while messages are signed with it too." }),
    previousExpiresAt: z.optional(time),
  })
  .register(z.globalRegistry, { id: "WebhookSecrets" });
