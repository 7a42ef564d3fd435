// A production, its nodes, its feed and its quote, as every answer and event shows them.
import * as z from "zod/mini";
import { stages } from "../../../drama/plan.ts";
import { contentType, count, id, mediaType, time } from "./common.ts";

const status = z.enum(["pending", "processing", "completed", "failed", "cancelled"]);
const stage = z.enum(["starting", ...stages, "done"]);

const priced = z.array(z.strictObject({ stage: z.enum(stages), nodes: count, price: count }));

const whole = {
  nodes: count.clone().register(z.globalRegistry, { description: "Parts to be made, at most." }),
  stages: priced,
  price: count.clone().register(z.globalRegistry, { description: "Credits, at most." }),
  unspoken: z.optional(z.array(z.string())).register(z.globalRegistry, {
    description: "Lines that nobody says, or that are shortened: their scenes have no time for them.",
  }),
};

export const shownProjectQuote = z
  .strictObject({
    ...whole,
    reused: count.clone().register(z.globalRegistry, {
      description: "Parts that there are already, made from the very same: they cost nothing.",
    }),
    degraded: z
      .array(z.string())
      .register(z.globalRegistry, { description: "Of those, the ones that are less than what was wanted." }),
    parts: z.array(z.string()).register(z.globalRegistry, {
      description: "Ids of the parts to be made; empty while the project has no scenes.",
    }),
    stale: z.array(z.string()).register(z.globalRegistry, {
      description:
        "Of those, the ones that the project's newest production has: what has changed since makes them anew.",
    }),
    balance: z.int(),
  })
  .register(z.globalRegistry, { id: "ProjectQuote" });

export const shownRoundQuote = z
  .strictObject({
    nodes: whole.nodes,
    stages: priced,
    price: whole.price,
    parts: z
      .array(z.string())
      .register(z.globalRegistry, { description: "Ids of the parts to be made; empty while they are not planned." }),
    balance: z.int(),
  })
  .register(z.globalRegistry, { id: "RoundQuote" });

const progress = {
  stage,
  made: count.clone().register(z.globalRegistry, { description: "Parts that are made." }),
  nodes: count
    .clone()
    .register(z.globalRegistry, { description: "Of so many; until the screenplay is written, of so many at most." }),
  percent: z
    .int()
    .check(z.minimum(0), z.maximum(100))
    .register(z.globalRegistry, { description: "By expected time. It never falls within a round." }),
  restMs: z.nullable(count).register(z.globalRegistry, { description: "An estimate. Null while nobody can say." }),
};

export const shownProduction = z
  .strictObject({
    id,
    projectId: id,
    title: z.string(),
    status,
    ...progress,
    round: z
      .int()
      .check(z.minimum(1))
      .register(z.globalRegistry, { description: "What is paid for: the start is 1, each resume or remake the next." }),
    budget: count.clone().register(z.globalRegistry, { description: "The most credits that the round may cost." }),
    spent: count.clone().register(z.globalRegistry, { description: "What the parts of this round have cost so far." }),
    cost: count
      .clone()
      .register(z.globalRegistry, { description: "What the rounds that have ended have cost together." }),
    quote: z.strictObject(whole),
    running: count.clone().register(z.globalRegistry, { description: "Parts that are being made just now." }),
    isStopping: z
      .boolean()
      .register(z.globalRegistry, { description: "Nothing is begun any more; what was delivered is still kept." }),
    reason: z.nullable(z.string()).register(z.globalRegistry, {
      description: "Why it ended otherwise than with its film, such as `budget_exhausted` or `incomplete`.",
    }),
    createdAt: time,
    startedAt: z.nullable(time),
    completedAt: z.nullable(time),
    updatedAt: time,
  })
  .register(z.globalRegistry, { id: "Production" });

export const shownNode = z
  .strictObject({
    id: z.string().register(z.globalRegistry, {
      description: "What it is, the same in every plan of the project: `still-e1s2h3`.",
    }),
    kind: z.string(),
    stage: z.enum(stages),
    type: mediaType,
    state: z
      .enum(["waiting", "making", "made", "reused", "stale", "failed", "skipped", "cancelled"])
      .register(z.globalRegistry, {
        description:
          "`stale`: made in an earlier round, of parts that have been made anew since. It is shown as it was, and a resume makes it.",
      }),
    from: z.array(z.string()).register(z.globalRegistry, { description: "What it is made from." }),
    degraded: z
      .nullable(z.string())
      .register(z.globalRegistry, { description: "Why it is less than what was wanted." }),
    reason: z.nullable(z.string()).register(z.globalRegistry, {
      description: "Why it failed before there was a job, in words. Null: it has not, or `makes` says it.",
    }),
    output: z.nullable(
      z.strictObject({
        jobId: z.string(),
        type: mediaType,
        url: z.string(),
        thumbnailUrl: z.nullable(z.string()).register(z.globalRegistry, {
          description:
            "Of a picture, or a still of a film: a WebP of at most 512 pixels a side. A small picture is its own.",
        }),
        key: z.string(),
        size: count,
        contentType,
        sha256: z.string(),
        width: z.nullable(count),
        height: z.nullable(count),
        durationMs: z.nullable(count),
      }),
    ),
    makes: z
      .array(
        z.strictObject({
          jobId: z.string(),
          round: count,
          outcome: z.enum(["completed", "failed", "cancelled", "unpaid"]),
          cost: count,
          error: z.nullable(z.strictObject({ type: z.string(), message: z.string() })),
        }),
      )
      .register(z.globalRegistry, { description: "The jobs that were made for it, the newest last." }),
  })
  .register(z.globalRegistry, { id: "ProductionNode" });

export const productionEvent = z
  .strictObject({
    n: z
      .int()
      .check(z.minimum(1))
      .register(z.globalRegistry, { description: "Running number; the event's id in the stream." }),
    at: time,
    status,
    ...progress,
    node: z.optional(z.string()).register(z.globalRegistry, { description: "The part that was decided last." }),
    production: z
      .optional(shownProduction)
      .register(z.globalRegistry, { description: "Only in the event with which it has ended." }),
  })
  .register(z.globalRegistry, { id: "ProductionEvent" });

export const productionFeedPage = z
  .strictObject({
    items: z.array(productionEvent),
    next: count.clone().register(z.globalRegistry, { description: "Send it as `since` for what comes then." }),
  })
  .register(z.globalRegistry, { id: "ProductionFeedPage" });

export const streamedProduction = {
  contentType: "text/event-stream",
  schema: z.string().register(z.globalRegistry, {
    description:
      "Events with `id:` (the number n), `event:` (`progress`, or `end` for the one with which it has ended) and `data:` (a ProductionEvent as JSON).",
  }),
};
