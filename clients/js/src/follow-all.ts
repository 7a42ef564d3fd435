// Live progress of everything: all jobs and productions of a user over one connection, of which browsers open only six to an origin.
import type { Client } from "./client.ts";
import { connected, type FeedOptions, goingOn, type Place, placeBehind } from "./feed.ts";
import type { UserEvent } from "./generated/schema.ts";

export interface FollowAllOptions extends FeedOptions {
  /** The place of the newest event that is known already. Without one a snapshot of what is under way comes first. */
  after?: string;
}

/** `place`: send it as `after` to go on behind this event, also in another session. */
export type PlacedEvent = UserEvent & { place: string };

/**
 * What begins, goes on and ends, each event once. It never ends by itself: abort its signal. Connections may break; it goes on behind them, and asks
 * where streams do not come through. Begin it first and read lists then, so that nothing is lost between the two.
 */
export function followAll(client: Client, options: FollowAllOptions = {}): AsyncGenerator<PlacedEvent> {
  const place = placeBehind(options.after ?? "");
  const ways = {
    stream: () => streamed(client, place, options),
    ask: () => asked(client, place, options.signal),
  };
  return goingOn(place, ways, options);
}

async function* streamed(client: Client, place: Place, options: FollowAllOptions): AsyncGenerator<PlacedEvent> {
  const url = client.connection.urlOf("events", []);
  for await (const { id, event, data } of connected(client, url, place, options)) {
    place.id = id;
    place.signs += 1;
    yield { event, data, place: id } as PlacedEvent;
  }
}

async function asked(client: Client, place: Place, signal: AbortSignal | undefined): Promise<readonly PlacedEvent[]> {
  const { items, next } = await client.events({ since: place.id || "0" }, { signal });
  place.id = next;
  return items.map((item) => ({ ...item, place: next }));
}
