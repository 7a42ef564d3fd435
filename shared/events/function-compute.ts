// Function Compute's events ⇄ ours.
import { readRecords, type Told } from "./storage.ts";

/** "OSS event format". Whether keys are encoded is said nowhere; ours have no character that an encoding would change. */
export function fromOss(event: unknown): Told {
  const { events = [] } = Object(event);
  return readRecords(events, ({ oss }) => {
    const { key } = Object(Object(oss).object);
    return typeof key === "string" ? key : null;
  });
}
