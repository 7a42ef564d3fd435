// GET /projects/{id}/progress: the feed of the production that the project has now, or had last.
import { feedQuery } from "../../shared/http/feed-query.ts";
import { type Accepted, httpFunction } from "../../shared/http/http-function.ts";
import { productionFeedPage, streamedProduction } from "../../shared/http/openapi/shapes/production.ts";
import { findNewestProduction } from "../../shared/productions/reading/find.ts";
import { tellOf } from "../../shared/runtime/production-stream.ts";
import { requestRuntime } from "../../shared/runtime/runtime.ts";

async function projectProgress(call: Accepted<undefined, typeof feedQuery>) {
  const ref = { userId: call.user.id, projectId: call.params.id ?? "" };
  return tellOf(await findNewestProduction(requestRuntime(), ref), call);
}

export const handler = httpFunction(
  requestRuntime,
  {
    query: feedQuery,
    auth: "user",
    summary: "Live progress of a project's newest production.",
    description: "As GET /productions/{id}/events. A project without a production answers 404.",
    headers: ["Last-Event-ID"],
    answers: () => ({
      200: [streamedProduction, productionFeedPage],
      204: "The production has ended, and Last-Event-ID says that its end is known.",
    }),
    errors: ["rate_limited"],
  },
  projectProgress,
);
