// Object-created events in our own words, whichever store they come from. An event is a hint: what it names is looked up.

export interface ObjectCreated {
  key: string;
}

/** What one call tells of. */
export interface Told {
  created: ObjectCreated[];
  /** Records that say of an object that it was created, but not readably of which; and what is no record. Nobody can do anything about them. */
  unreadable: unknown[];
}

export interface EventContext {
  /** Aborts when the function has to stop. What it was doing is taken up again by others. */
  signal: AbortSignal;
}

/** Throws DeliverAgain, or anything else, to have the event delivered again. */
export type StorageHandler = (event: ObjectCreated, context: EventContext) => Promise<void>;

export type TimerHandler = (context: EventContext) => Promise<void>;

/** The event came before what it is about was written down. */
export class DeliverAgain extends Error {
  override readonly name = "DeliverAgain";
}

/** `keyOf`: an object's key from what the store writes; null when it is none. One record that cannot be read takes no other one along. */
export function readRecords(records: unknown, keyOf: (record: Record<string, unknown>) => string | null): Told {
  const told: Told = { created: [], unreadable: [] };
  for (const record of Array.isArray(records) ? records : [records]) {
    const { eventName, ...rest } = Object(record);
    if (typeof eventName === "string" && !eventName.startsWith("ObjectCreated:")) continue;
    const key = typeof eventName === "string" ? keyOf(rest) : null;
    if (key === null) told.unreadable.push(record);
    else told.created.push({ key });
  }
  return told;
}
