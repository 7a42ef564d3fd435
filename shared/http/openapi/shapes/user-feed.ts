// The live feed of everything that a user has under way.
import * as z from "zod/mini";
import { id } from "./common.ts";
import { feedEvent } from "./feed.ts";
import { shownJob } from "./job.ts";
import { productionEvent, shownProduction } from "./production.ts";

const snapshot = z
  .strictObject({
    jobs: z.array(shownJob),
    productions: z.array(shownProduction),
    missed: z.boolean().register(z.globalRegistry, {
      description:
        "The reader came back too late: something may have begun and ended that no event tells of. Lists are to be read anew.",
    }),
  })
  .register(z.globalRegistry, {
    id: "UserSnapshot",
    description: "All that is under way. What a reader has as unfinished, and is not among these, has ended.",
  });

const whole =
  "The whole of it: in the first event of what this reader has not heard of, and in the one with which it has ended.";

const jobNews = z
  .strictObject({
    jobId: id,
    ...feedEvent.shape,
    n: feedEvent.shape.n.clone().register(z.globalRegistry, { description: "Running number of the job's events." }),
    job: z.optional(shownJob).register(z.globalRegistry, { description: whole }),
  })
  .register(z.globalRegistry, { id: "UserJobEvent" });

const productionNews = z
  .strictObject({
    productionId: id,
    ...productionEvent.shape,
    n: productionEvent.shape.n
      .clone()
      .register(z.globalRegistry, { description: "Running number of the production's events." }),
    production: z.optional(shownProduction).register(z.globalRegistry, { description: whole }),
  })
  .register(z.globalRegistry, { id: "UserProductionEvent" });

const userEvent = z
  .union([
    z.strictObject({ event: z.literal("snapshot"), data: snapshot }),
    z.strictObject({ event: z.enum(["progress", "ended"]), data: z.union([jobNews, productionNews]) }),
  ])
  .register(z.globalRegistry, { id: "UserEvent" });

export const userFeedPage = z
  .strictObject({
    items: z.array(userEvent),
    next: z.string().register(z.globalRegistry, { description: "Send it as `since` for what comes then." }),
  })
  .register(z.globalRegistry, { id: "UserFeedPage" });

export const streamedUserFeed = {
  contentType: "text/event-stream",
  schema: z.string().register(z.globalRegistry, {
    description:
      "Events with `id:` (where the reader is; opaque), `event:` (`snapshot`, `progress`, or `ended` for the one with which a job or a production has ended) and `data:` (the data of a UserEvent as JSON). There is no last event: `retry:` comes before the stream ends.",
  }),
};
