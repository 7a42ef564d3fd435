// The words of the due index: which kinds of items a timer looks at, and in which part of the index a user's items stand.
import { DUE_SHARDS } from "./table.ts";

export const dueKinds = [
  "job",
  "account",
  "code",
  "idempotency",
  "expiring",
  "upload",
  "delivery",
  "production",
  "project",
  "order",
  "mail",
] as const;
export type DueKind = (typeof dueKinds)[number];

/** The shard of everything that belongs to one owner (a user's id, a code): 0 to DUE_SHARDS − 1, by FNV-1a. */
export function dueShard(owner: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < owner.length; i++) hash = Math.imul(hash ^ owner.charCodeAt(i), 0x01000193);
  return (hash >>> 0) % DUE_SHARDS;
}
