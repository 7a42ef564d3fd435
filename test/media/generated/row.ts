// One generated file, and what has to become of it.
import type { MediaKind } from "../../../shared/ports/provider.ts";

export interface Row {
  name: string;
  kind: MediaKind;
  bytes: Buffer;
  /** Refused files are in the table, too: half of a file, or one of another kind. */
  expect: "kept" | "refused";
  /** Where the tools say less, or read a header that nobody plays by. */
  want?: { width?: number; height?: number; durationMs?: number | null };
}

export function kept(kind: MediaKind, name: string, bytes: Buffer, want?: Row["want"]): Row {
  return { name, kind, bytes, expect: "kept", ...(want ? { want } : {}) };
}

export function refused(kind: MediaKind, name: string, bytes: Buffer): Row {
  return { name, kind, bytes, expect: "refused" };
}

/** Each with some bytes behind its end. */
export function withTrailers(kind: MediaKind, name: string, bytes: Buffer, want?: Row["want"]): Row[] {
  return [1, 4, 100, 5000].map((count) =>
    kept(kind, `${name} with ${count} zeros behind it`, Buffer.concat([bytes, Buffer.alloc(count)]), want),
  );
}

export function cuts(kind: MediaKind, name: string, bytes: Buffer): Row[] {
  return [0.1, 0.5, 0.9, 0.999].map((part) =>
    refused(kind, `${name}, the first ${100 * part} % of it`, bytes.subarray(0, Math.floor(part * bytes.length))),
  );
}
