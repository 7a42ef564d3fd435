// Object-created events in our own words, whichever store they come from. An event is a hint: what it names is looked up.

export interface ObjectCreated {
  key: string;
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
