// One connection for all who listen to a client in this page.
import type { Client, Token } from "./client.ts";
import { followAll, type PlacedEvent } from "./follow-all.ts";

interface Listener {
  hear(event: PlacedEvent): void;
  failed(error: Error): void;
}

interface SharedFeed {
  /** With which it was begun: another one may be another user's. */
  token: Token;
  listeners: Set<Listener>;
  /** By which it ends when nobody listens any more. */
  end: AbortController;
}

const feeds = new WeakMap<Client, SharedFeed>();

/**
 * Tells of everything from now on; a snapshot comes first to whoever begins it. Answers what ends it. `failed`: it cannot go on, such as without a
 * token; whoever listens then begins it anew.
 */
export function listen(client: Client, hear: (event: PlacedEvent) => void, failed: (error: Error) => void): () => void {
  const known = feeds.get(client);
  const feed = known?.token === client.token ? known : begin(client);
  const listener = { hear, failed };
  feed.listeners.add(listener);
  return () => {
    feed.listeners.delete(listener);
    if (feed.listeners.size > 0) return;
    feed.end.abort();
    if (feeds.get(client) === feed) feeds.delete(client);
  };
}

function begin(client: Client): SharedFeed {
  const feed: SharedFeed = { token: client.token, listeners: new Set(), end: new AbortController() };
  feeds.set(client, feed);
  run(client, feed).catch((thrown: unknown) => {
    if (feeds.get(client) === feed) feeds.delete(client);
    if (feed.end.signal.aborted) return;
    const error = thrown instanceof Error ? thrown : new Error(String(thrown));
    for (const listener of [...feed.listeners]) listener.failed(error);
  });
  return feed;
}

async function run(client: Client, feed: SharedFeed): Promise<void> {
  for await (const event of followAll(client, { signal: feed.end.signal })) {
    for (const listener of [...feed.listeners]) listener.hear(event);
  }
}
