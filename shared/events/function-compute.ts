// Function Compute's events ⇄ ours.
import type { ObjectCreated } from "./storage.ts";

/** "OSS event format"; of it, what is read. */
interface OssEvent {
  events?: { eventName?: string; oss?: { object?: { key?: unknown } } }[];
}

/** Whether keys are encoded is said nowhere; ours have no character that an encoding would change. */
export function fromOss(event: unknown): ObjectCreated[] {
  const { events = [] } = Object(event) as OssEvent;
  return events.flatMap(({ eventName = "", oss }) => {
    const key = oss?.object?.key;
    return eventName.startsWith("ObjectCreated:") && typeof key === "string" ? [{ key }] : [];
  });
}
