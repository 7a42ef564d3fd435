// Live progress of a job or a production: server-sent events over fetch, so that the token goes along; by asking again where a stream does not come through.
import type { Client } from "./client.ts";
import { connected, type FeedOptions, goingOn, type Place, placeBehind } from "./feed.ts";
import type { FeedEvent, ProductionEvent } from "./generated/schema.ts";

export interface FollowOptions extends FeedOptions {
  /** The number of the newest event that is known already. */
  after?: number;
}

/** Each event once, in order, to the one with which the job has ended: that one has the job. Connections may break; it goes on behind them. */
export function follow(client: Client, jobId: string, options: FollowOptions = {}): AsyncGenerator<FeedEvent> {
  return followFeed(
    client,
    { route: "jobEvents", id: jobId, isEnd: ({ job }: FeedEvent) => job !== undefined },
    options,
  );
}

/** The same of a production; its last event has the production. */
export function followProduction(
  client: Client,
  productionId: string,
  options: FollowOptions = {},
): AsyncGenerator<ProductionEvent> {
  const isEnd = ({ production }: ProductionEvent) => production !== undefined;
  return followFeed(client, { route: "productionEvents", id: productionId, isEnd }, options);
}

interface Feed<Event> {
  route: "jobEvents" | "productionEvents";
  /** Whose it is. */
  id: string;
  isEnd(event: Event): boolean;
}

async function* followFeed<Event extends { n: number }>(
  client: Client,
  feed: Feed<Event>,
  options: FollowOptions,
): AsyncGenerator<Event> {
  const place = placeBehind(options.after ? String(options.after) : "");
  const ways = {
    stream: () => streamed(client, feed, place, options),
    ask: () => asked(client, feed, place, options.signal),
  };
  for await (const event of goingOn(place, ways, options)) {
    yield event;
    if (feed.isEnd(event)) return;
  }
}

/** What one connection brings, and what is new of it. */
async function* streamed<Event extends { n: number }>(
  client: Client,
  { route, id }: Feed<Event>,
  place: Place,
  options: FollowOptions,
): AsyncGenerator<Event> {
  const url = client.connection.urlOf(route, [id]);
  for await (const { data: event } of connected<Event>(client, url, place, options)) {
    if (event.n <= Number(place.id)) continue;
    place.id = String(event.n);
    place.signs += 1;
    yield event;
  }
}

async function asked<Event extends { n: number }>(
  client: Client,
  { route, id }: Feed<Event>,
  place: Place,
  signal: AbortSignal | undefined,
): Promise<readonly Event[]> {
  // What the route answers is what its feed has.
  const { items, next } = (await client[route](id, { since: Number(place.id) }, { signal })) as unknown as Page<Event>;
  place.id = next > 0 ? String(next) : "";
  return items;
}

interface Page<Event> {
  items: Event[];
  next: number;
}
