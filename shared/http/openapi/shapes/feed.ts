// The live feed of a job.
import * as z from "zod/mini";
import { count, time } from "./common.ts";
import { jobStage, jobStatus, progress, shownJob } from "./job.ts";

export const feedEvent = z
  .strictObject({
    n: z
      .int()
      .check(z.minimum(1))
      .register(z.globalRegistry, { description: "Running number; the event's id in the stream." }),
    at: time,
    status: jobStatus,
    stage: jobStage,
    progress,
    job: z
      .optional(shownJob)
      .register(z.globalRegistry, { description: "Only in the event with which the job has ended." }),
  })
  .register(z.globalRegistry, { id: "FeedEvent" });

export const feedPage = z
  .strictObject({
    items: z.array(feedEvent),
    next: count.clone().register(z.globalRegistry, { description: "Send it as `since` for what comes then." }),
  })
  .register(z.globalRegistry, { id: "FeedPage" });

/** OpenAPI 3.1 has no words for the parts of a stream. */
export const streamedFeed = {
  contentType: "text/event-stream",
  schema: z.string().register(z.globalRegistry, {
    description:
      "Events with `id:` (the number n), `event:` (`progress`, or `end` for the one with which the job has ended) and `data:` (a FeedEvent as JSON). Comments keep the connection alive; `retry:` comes before the stream ends.",
  }),
};
