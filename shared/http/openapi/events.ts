// What this server sends by itself: the webhooks of the document.
import * as z from "zod/mini";
import type { Components, JsonSchema } from "./json-schema.ts";
import { toJsonSchema } from "./json-schema.ts";
import { time } from "./shapes/common.ts";
import { shownJob } from "./shapes/job.ts";
import { shownProduction } from "./shapes/production.ts";

const ended = <Type extends string, Data extends z.ZodMiniType>(type: Type, data: Data, id: string) =>
  z
    .strictObject({
      type: z.literal(type),
      timestamp: time.clone().register(z.globalRegistry, { description: "When it ended." }),
      data,
    })
    .register(z.globalRegistry, { id });

const jobEvents = [
  ended("job.completed", shownJob, "JobCompletedEvent"),
  ended("job.failed", shownJob, "JobFailedEvent"),
  ended("job.cancelled", shownJob, "JobCancelledEvent"),
] as const;

const productionEvents = [
  ended("production.completed", shownProduction, "ProductionCompletedEvent"),
  ended("production.failed", shownProduction, "ProductionFailedEvent"),
  ended("production.cancelled", shownProduction, "ProductionCancelledEvent"),
] as const;

const sent = z.strictObject({
  jobEvent: z.union(jobEvents).register(z.globalRegistry, { id: "JobWebhookEvent" }),
  productionEvent: z.union(productionEvents).register(z.globalRegistry, { id: "ProductionWebhookEvent" }),
});

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

/** `examples`: messages that were sent and verified. */
export function outgoingWebhooks(
  components: Components,
  examples: { job?: unknown; production?: unknown } = {},
): Record<string, { post: SentOperation }> {
  toJsonSchema(sent, "output", components);
  return {
    jobEnded: sentWhenEnded("job", "JobWebhookEvent", examples.job),
    productionEnded: sentWhenEnded("production", "ProductionWebhookEvent", examples.production),
  };
}

function sentWhenEnded(what: "job" | "production", event: string, example: unknown): { post: SentOperation } {
  const schema: JsonSchema = { $ref: `#/components/schemas/${event}` };
  const rounds =
    what === "production" ? " Each round that is paid for is told of: a resume or a remake ends once more." : "";
  return {
    post: {
      operationId: `${what}Ended`,
      summary: `Sent to a ${what}'s \`webhookUrl\` when the ${what} has ended.`,
      description: `Signed after Standard Webhooks with the secret of \`GET /webhooks/secret\`. Verify it, drop repeats by \`webhook-id\`, and answer 2xx within 15 s. It is sent again for 24 hours, then kept as a dead letter.${rounds}`,
      tags: ["webhooks"],
      security: [],
      parameters: headersOf(what).map(([name, description]) => ({
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
  };
}

function headersOf(what: string) {
  return [
    ["webhook-id", `The same for each try: the ${what}'s id, a hyphen and the round.`],
    ["webhook-timestamp", "When this try was made, in seconds since 1970."],
    ["webhook-signature", "`v1,` and the signature in base64; several, parted by spaces, while the secret is rotated."],
  ] as const;
}
