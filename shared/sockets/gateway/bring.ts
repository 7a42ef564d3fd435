// Bringing one listener what is new of its production. Whoever brings it may be two at once, or die in the middle: a reader may hear an event
// twice, by whose number it knows it, and never misses one for good.
import { AppError } from "../../errors/app-error.ts";
import type { Clock } from "../../ports/clock.ts";
import type { SocketGateway } from "../../ports/socket-gateway.ts";
import type { Table } from "../../ports/table.ts";
import type { Production } from "../../productions/production.ts";
import { isFeedRead, type ProductionNews, productionFeedAfter } from "../../productions/reading/feed.ts";
import { readUser } from "../../users/user.ts";
import { errorMessage, newsMessage } from "../messages.ts";
import { removeListener, type StoredListener, writeSeen } from "./connections.ts";

export interface BringDeps {
  table: Table;
  clock: Clock;
  gateway: SocketGateway;
}

/** Throws what the gateway or the table could not do; nothing of it is lost for the next one. */
export async function bring(deps: BringDeps, stored: StoredListener, production: Production): Promise<void> {
  const { gateway } = deps;
  const { listener } = stored;
  const { connectionId, seen } = listener;
  if (!(await isSignedIn(deps, stored))) {
    const error = new AppError("unauthenticated", { message: "The token has ended: log in again." });
    // While it cannot be said, the connection stays and hears nothing: to be closed without a word would mean that the production has ended.
    await gateway.post(connectionId, errorMessage(error, ""));
    return part(deps, stored);
  }
  let sent = seen;
  for (const news of newsAfter(production, seen)) {
    if ((await gateway.post(connectionId, newsMessage(news))) === "gone") return removeListener(deps, listener);
    if (news.is === "event") sent = news.event.n;
  }
  if (isFeedRead(production, sent)) return part(deps, stored);
  if (sent > seen) await writeSeen(deps, stored, sent);
}

/** Ends it at the gateway, and forgets it. */
export async function part(deps: BringDeps, { listener }: StoredListener): Promise<void> {
  await deps.gateway.close(listener.connectionId);
  await removeListener(deps, listener);
}

async function isSignedIn({ table, clock }: BringDeps, { listener }: StoredListener): Promise<boolean> {
  if (listener.endsAt <= clock.now()) return false;
  return (await readUser(table, listener.userId))?.value.tokenVersion === listener.tokenVersion;
}

function newsAfter(production: Production, seen: number): ProductionNews[] {
  const { items } = productionFeedAfter(production, seen);
  const oldest = items[0]?.n ?? seen + 1;
  const gap: ProductionNews[] = oldest > seen + 1 ? [{ is: "gap", from: seen + 1, to: oldest - 1 }] : [];
  return [...gap, ...items.map((event) => ({ is: "event" as const, event, isEnd: "production" in event }))];
}
