// Makes a function of what it does with an object that its key names; other keys are none of its business, and are only told to the log.
import type { Log } from "../ports/log.ts";
import type { EventContext, StorageHandler } from "./storage.ts";

/** `parse`: null for a key that is none of ours. `runtime` is called once for each event. */
export function storageFunction<Named, Runtime extends { log: Log }>(
  runtime: () => Runtime,
  parse: (key: string) => Named | null,
  handle: (runtime: Runtime, named: Named, context: EventContext) => Promise<unknown>,
): StorageHandler {
  return async ({ key }, context) => {
    const named = parse(key);
    if (named) await handle(runtime(), named, context);
    else runtime().log.warn({ object: key }, "an event was dropped: its key is none of ours");
  };
}
