// What this server sends by itself: the webhooks of the document.
import * as z from "zod";
import type { Components, JsonSchema } from "./json-schema.ts";
import { toJsonSchema } from "./json-schema.ts";
import { time } from "./shapes/common.ts";
import { shownJob } from "./shapes/job.ts";

const ended = <Type extends string>(type: Type, id: string) =>
  z
    .strictObject({
      type: z.literal(type),
      timestamp: time.meta({ description: "When the job ended." }),
      data: shownJob,
    })
    .meta({ id });

const webhookEvent = z
  .union([
    ended("job.completed", "JobCompletedEvent"),
    ended("job.failed", "JobFailedEvent"),
    ended("job.cancelled", "JobCancelledEvent"),
  ])
  .meta({ id: "WebhookEvent" });

export interface SentOperation {
  operationId: string;
  summary: string;
  description: string;
  tags: string[];
  security: [];
  parameters: { name: string; in: "header"; required: true; description: string; schema: JsonSchema }[];
  requestBody: { required: true; content: { "application/json": { schema: JsonSchema; example?: unknown } } };
  responses: Record<string, { description: string }>;
}

/** `example`: a message that was sent and verified. */
export function outgoingWebhooks(components: Components, example?: unknown): Record<string, { post: SentOperation }> {
  toJsonSchema(z.strictObject({ webhookEvent }), "output", components);
  const schema: JsonSchema = { $ref: "#/components/schemas/WebhookEvent" };
  return {
    jobEnded: {
      post: {
        operationId: "jobEnded",
        summary: "Sent to a job's `webhookUrl` when the job has ended.",
        description:
          "Signed after Standard Webhooks with the secret of `GET /webhooks/secret`. Verify it, drop repeats by `webhook-id`, and answer 2xx within 15 s. It is sent again for 24 hours, then kept as a dead letter.",
        tags: ["webhooks"],
        security: [],
        parameters: headers.map(([name, description]) => ({
          ...{ name, in: "header" as const, required: true as const, description, schema: { type: "string" as const } },
        })),
        requestBody: {
          required: true,
          content: { "application/json": { schema, ...(example === undefined ? {} : { example }) } },
        },
        responses: {
          200: { description: "Taken. Any 2xx says so." },
          410: { description: "Not wanted: this message is not sent again." },
        },
      },
    },
  };
}

const headers = [
  ["webhook-id", "The same for each try: the job's id, a hyphen and the round."],
  ["webhook-timestamp", "When this try was made, in seconds since 1970."],
  ["webhook-signature", "`v1,` and the signature in base64; several, parted by spaces, while the secret is rotated."],
] as const;
