// GET /events: live progress of all of a user's jobs and productions, as server-sent events; with ?since= those so far, as JSON.
import * as z from "zod/mini";
import { logFailure } from "../../shared/http/errors.ts";
import { type StreamPiece, serverSentEvents } from "../../shared/http/event-stream.ts";
import { type Accepted, httpFunction } from "../../shared/http/http-function.ts";
import { invalidRequest } from "../../shared/http/invalid.ts";
import { openStream } from "../../shared/http/open-streams.ts";
import { streamedUserFeed, userFeedPage } from "../../shared/http/openapi/shapes/user-feed.ts";
import { eventStream, ok } from "../../shared/http/results.ts";
import { type Place, placeOf } from "../../shared/productions/reading/place.ts";
import { everythingAfter, followEverything, type UserNews } from "../../shared/productions/reading/user-feed.ts";
import { requestRuntime } from "../../shared/runtime/runtime.ts";
import { readUser } from "../../shared/users/user.ts";

/** A stream says good-bye so long before the function would be cut off. */
const FAREWELL_MS = 10_000;

const query = z.strictObject({
  since: z.optional(z.string().check(z.maxLength(4200, "is not a place of ours"))).register(z.globalRegistry, {
    description:
      "Answers at once, as JSON: what is newer than this place, the `next` of the answer before; or `0` for a snapshot.",
  }),
});

async function events(call: Accepted<undefined, typeof query>) {
  const { headers, user, signal, timeLimitMs, log } = call;
  const { since } = call.query;
  if (since !== undefined) return ok(await everythingAfter(requestRuntime(), user.id, placeIn("since", since)));
  const place = placeIn("header.last-event-id", headers["last-event-id"]);
  // A changed password ends streams too, not only the next request.
  const isAllowed = async () =>
    (await readUser(requestRuntime().table, user.id))?.value.tokenVersion === user.tokenVersion;
  const ms = timeLimitMs - FAREWELL_MS;
  const news = followEverything(requestRuntime(), user.id, { place, ms, signal, isAllowed });
  const failed = (error: unknown) => logFailure(log, error, { route: "/events" });
  const stream = serverSentEvents(pieces(news), { random: requestRuntime().ids.random, failed });
  return eventStream(openStream(user.id, stream));
}

/** Null for a reader who has none yet: a browser may send an empty header. */
function placeIn(path: string, text = ""): Place | null {
  if (text === "" || text === "0") return null;
  const place = placeOf(text);
  if (place) return place;
  throw invalidRequest([{ path, message: "is not a place of ours; send the id of the newest event, or nothing" }]);
}

async function* pieces(feed: AsyncIterable<UserNews>): AsyncGenerator<StreamPiece> {
  for await (const news of feed) {
    if (news.is === "silence") yield { comment: "still here" };
    else yield { id: news.id, event: news.event, data: news.data };
  }
}

export const handler = httpFunction(
  requestRuntime,
  {
    query,
    auth: "user",
    summary: "Live progress of everything: all jobs and productions of the caller in one stream.",
    description:
      "Server-sent events, beginning with a `snapshot` of what is under way; then whatever begins, goes on and ends. It stays open when all has ended. Whoever comes back with `Last-Event-ID` hears what happened meanwhile, and no snapshot; after more than 32 endings a snapshot with `missed`. Open it first and read lists then: so nothing is lost between the two. With `since` the events so far come as JSON.",
    headers: ["Last-Event-ID"],
    answers: () => ({ 200: [streamedUserFeed, userFeedPage] }),
    errors: ["rate_limited"],
  },
  events,
);
