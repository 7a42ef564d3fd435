// The feed of a production as an answer: server-sent events, or with ?since= those so far, as JSON.
import type { HttpResponse } from "../events/http.ts";
import { logFailure } from "../http/errors.ts";
import { type StreamPiece, serverSentEvents } from "../http/event-stream.ts";
import type { feedQuery } from "../http/feed-query.ts";
import type { Accepted } from "../http/http-function.ts";
import { openStream } from "../http/open-streams.ts";
import { lastEventIdOf } from "../http/request-headers.ts";
import { eventStream, noContent, ok, type Result } from "../http/results.ts";
import type { Production } from "../productions/production.ts";
import {
  followProduction,
  hurryIfLate,
  isFeedRead,
  type ProductionNews,
  productionFeedAfter,
} from "../productions/reading/feed.ts";
import { readUser } from "../users/user.ts";
import { requestRuntime } from "./runtime.ts";

/** A stream says good-bye so long before the function would be cut off. */
const FAREWELL_MS = 10_000;

export async function tellOf(
  production: Production,
  { query, headers, user, signal, timeLimitMs, log }: Accepted<undefined, typeof feedQuery>,
): Promise<Result | HttpResponse> {
  const after = lastEventIdOf(headers) ?? 0;
  await hurryIfLate(requestRuntime(), production);
  if (query.since !== undefined) return ok(productionFeedAfter(production, query.since));
  if (isFeedRead(production, after)) return noContent();
  // A changed password ends streams too, not only the next request.
  const isAllowed = async () =>
    (await readUser(requestRuntime().table, user.id))?.value.tokenVersion === user.tokenVersion;
  const news = followProduction(requestRuntime(), production, {
    ...{ after, signal, ms: timeLimitMs - FAREWELL_MS, isAllowed },
  });
  const failed = (error: unknown) => logFailure(log, error, { route: "/productions/{id}/events" });
  const events = serverSentEvents(pieces(news), { random: requestRuntime().ids.random, failed });
  return eventStream(openStream(user.id, events));
}

async function* pieces(feed: AsyncIterable<ProductionNews>): AsyncGenerator<StreamPiece> {
  for await (const news of feed) yield piece(news);
}

function piece(news: ProductionNews): StreamPiece {
  if (news.is === "silence") return { comment: "still at it" };
  if (news.is === "gap") return { comment: `events ${news.from} to ${news.to} are no longer kept` };
  return { id: news.event.n, event: news.isEnd ? "end" : "progress", data: news.event };
}
