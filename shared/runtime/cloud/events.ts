// Object-created events on a cloud: each is handled, and the platform is told of the first that was not, so that it delivers again.
import { DeliverAgain, type StorageHandler, type Told } from "../../events/storage.ts";
import type { Prepared } from "./prepare.ts";

export interface EventFunction {
  name: string;
  prepared: Prepared;
  handler: StorageHandler;
  signal: AbortSignal;
}

/** A record may be anything; of one that cannot be read, so much is shown. */
const MAX_SHOWN = 500;

/** Throws when one of them is to be delivered again; what was done of the others is done twice then, which does no harm. */
export async function handleEvents(called: EventFunction, { created, unreadable }: Told): Promise<void> {
  const { name, prepared, handler, signal } = called;
  // Another delivery would be no more readable, and would bring the others once more.
  for (const record of unreadable) {
    prepared.log.warn(
      { record: String(JSON.stringify(record)).slice(0, MAX_SHOWN) },
      "an event was dropped: it names no object",
    );
  }
  await prepared.open();
  const outcomes = await Promise.allSettled(created.map((event) => handler(event, { signal })));
  const failed = outcomes.flatMap((outcome, index) =>
    outcome.status === "rejected" ? [{ ...created[index], ...outcome }] : [],
  );
  for (const { key, reason: error } of failed) {
    const isEarly = error instanceof DeliverAgain;
    prepared.metrics.count("EventsNotDone", { function: name, reason: isEarly ? "too_early" : "failed" });
    if (isEarly) prepared.log.info({ object: key }, "an event came too early");
    else prepared.log.error({ error, object: key }, "an event failed");
  }
  if (failed[0]) throw failed[0].reason;
}
