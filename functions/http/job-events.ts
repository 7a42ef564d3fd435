// GET /jobs/{id}/events: live progress as server-sent events; with ?since= those so far, as JSON.
import { logFailure } from "../../shared/http/errors.ts";
import { type StreamPiece, serverSentEvents } from "../../shared/http/event-stream.ts";
import { feedQuery } from "../../shared/http/feed-query.ts";
import { type Accepted, httpFunction } from "../../shared/http/http-function.ts";
import { openStream } from "../../shared/http/open-streams.ts";
import { feedPage, streamedFeed } from "../../shared/http/openapi/shapes/feed.ts";
import { lastEventIdOf } from "../../shared/http/request-headers.ts";
import { eventStream, noContent, ok } from "../../shared/http/results.ts";
import { nudgeIfLate } from "../../shared/jobs/moving/tickets.ts";
import { type FeedNews, feedAfter, followFeed, isReadToItsEnd } from "../../shared/jobs/reading/feed.ts";
import { findJob } from "../../shared/jobs/reading/read.ts";
import { jobIdPattern } from "../../shared/ports/ids.ts";
import { requestRuntime } from "../../shared/runtime/runtime.ts";
import { readUser } from "../../shared/users/user.ts";

/** A stream says good-bye so long before the function would be cut off. */
const FAREWELL_MS = 10_000;

async function jobEvents(call: Accepted<undefined, typeof feedQuery>) {
  const { params, query, headers, user, signal, timeLimitMs, log } = call;
  const after = lastEventIdOf(headers) ?? 0;
  const job = await findJob(requestRuntime(), { userId: user.id, jobId: params.id ?? "" });
  await nudgeIfLate(requestRuntime(), job);
  if (query.since !== undefined) return ok(await feedAfter(requestRuntime().store, job, query.since));
  if (isReadToItsEnd(job, after)) return noContent();
  // A changed password ends streams too, not only the next request.
  const isAllowed = async () =>
    (await readUser(requestRuntime().table, user.id))?.value.tokenVersion === user.tokenVersion;
  const news = followFeed(requestRuntime(), job, { after, signal, ms: timeLimitMs - FAREWELL_MS, isAllowed });
  const failed = (error: unknown) => logFailure(log, error, { route: "/jobs/{id}/events" });
  const events = serverSentEvents(pieces(news), { random: requestRuntime().ids.random, failed });
  return eventStream(openStream(user.id, events));
}

async function* pieces(feed: AsyncIterable<FeedNews>): AsyncGenerator<StreamPiece> {
  for await (const news of feed) yield piece(news);
}

function piece(news: FeedNews): StreamPiece {
  if (news.is === "silence") return { comment: "still at it" };
  if (news.is === "gap") return { comment: `events ${news.from} to ${news.to} are no longer kept` };
  return { id: news.event.n, event: news.isEnd ? "end" : "progress", data: news.event };
}

export const handler = httpFunction(
  requestRuntime,
  {
    query: feedQuery,
    params: { id: jobIdPattern },
    auth: "user",
    summary: "Live progress of a job.",
    description:
      "Server-sent events. After the event `end` nothing more comes; who comes back with its id is told so by 204. With `since` the events so far come as JSON.",
    headers: ["Last-Event-ID"],
    answers: () => ({
      200: [streamedFeed, feedPage],
      204: "The job has ended, and Last-Event-ID says that its end is known.",
    }),
    errors: ["rate_limited"],
  },
  jobEvents,
);
