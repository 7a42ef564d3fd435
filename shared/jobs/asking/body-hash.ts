// What a request's body is known by: equal requests have equal hashes, whatever the order of their keys.
import { createHash } from "node:crypto";
import type { JsonValue } from "../../ports/table.ts";

export function hashBody(body: JsonValue): string {
  return sha256(JSON.stringify(body, (_, value) => (isPlainObject(value) ? sorted(value) : value)));
}

export function sha256(data: string | Uint8Array): string {
  return createHash("sha256").update(data).digest("hex");
}

function sorted(object: object): object {
  return Object.fromEntries(Object.entries(object).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

function isPlainObject(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
