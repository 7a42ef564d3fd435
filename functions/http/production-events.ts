// GET /productions/{id}/events: live progress as server-sent events; with ?since= those so far, as JSON.
import { feedQuery } from "../../shared/http/feed-query.ts";
import { type Accepted, httpFunction } from "../../shared/http/http-function.ts";
import { productionFeedPage, streamedProduction } from "../../shared/http/openapi/shapes/production.ts";
import { findProduction } from "../../shared/productions/reading/find.ts";
import { tellOf } from "../../shared/runtime/production-stream.ts";
import { requestRuntime } from "../../shared/runtime/runtime.ts";

async function productionEvents(call: Accepted<undefined, typeof feedQuery>) {
  const key = { userId: call.user.id, productionId: call.params.id ?? "" };
  return tellOf(await findProduction(requestRuntime(), key), call);
}

export const handler = httpFunction(
  requestRuntime,
  {
    query: feedQuery,
    auth: "user",
    summary: "Live progress of a production.",
    description:
      "Server-sent events. After the event `end` nothing more comes; who comes back with its id is told so by 204. With `since` the events so far come as JSON.",
    headers: ["Last-Event-ID"],
    answers: () => ({
      200: [streamedProduction, productionFeedPage],
      204: "The production has ended, and Last-Event-ID says that its end is known.",
    }),
    errors: ["rate_limited"],
  },
  productionEvents,
);
