// One connection for all who listen to a client in this page.
import type { Client } from "./client.ts";
import { followAll, type PlacedEvent } from "./follow-all.ts";

type Listener = (event: PlacedEvent) => void;

interface SharedFeed {
  listeners: Set<Listener>;
  /** By which it ends when nobody listens any more. */
  end: AbortController;
}

const feeds = new WeakMap<Client, SharedFeed>();

/** Tells of everything from now on, a snapshot first. Answers what ends it. `failed`: it cannot go on, such as without a token. */
export function listen(client: Client, listener: Listener, failed: (error: Error) => void): () => void {
  const feed = feeds.get(client) ?? begin(client, failed);
  feed.listeners.add(listener);
  return () => {
    feed.listeners.delete(listener);
    if (feed.listeners.size > 0) return;
    feed.end.abort();
    if (feeds.get(client) === feed) feeds.delete(client);
  };
}

function begin(client: Client, failed: (error: Error) => void): SharedFeed {
  const feed: SharedFeed = { listeners: new Set(), end: new AbortController() };
  feeds.set(client, feed);
  run(client, feed).catch((error: unknown) => {
    if (feeds.get(client) === feed) feeds.delete(client);
    if (!feed.end.signal.aborted) failed(error instanceof Error ? error : new Error(String(error)));
  });
  return feed;
}

async function run(client: Client, feed: SharedFeed): Promise<void> {
  for await (const event of followAll(client, { signal: feed.end.signal })) {
    for (const listener of [...feed.listeners]) listener(event);
  }
}
