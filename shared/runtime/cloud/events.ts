// Object-created events on a cloud: each is handled, and the platform is told of the first that was not, so that it delivers again.
import { DeliverAgain, type ObjectCreated, type StorageHandler } from "../../events/storage.ts";
import type { Prepared } from "./prepare.ts";

export interface EventFunction {
  name: string;
  prepared: Prepared;
  handler: StorageHandler;
  signal: AbortSignal;
}

/** Throws when one of them is to be delivered again; what was done of the others is done twice then, which does no harm. */
export async function handleEvents(called: EventFunction, events: readonly ObjectCreated[]): Promise<void> {
  const { name, prepared, handler, signal } = called;
  await prepared.open();
  const outcomes = await Promise.allSettled(events.map((event) => handler(event, { signal })));
  const failed = outcomes.flatMap((outcome, index) =>
    outcome.status === "rejected" ? [{ ...events[index], ...outcome }] : [],
  );
  for (const { key, reason: error } of failed) {
    const isEarly = error instanceof DeliverAgain;
    prepared.metrics.count("EventsNotDone", { function: name, reason: isEarly ? "too_early" : "failed" });
    if (isEarly) prepared.log.info({ key }, "an event came too early");
    else prepared.log.error({ error, key }, "an event failed");
  }
  if (failed[0]) throw failed[0].reason;
}
