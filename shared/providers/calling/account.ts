// Whose limits a key counts against.
import { createHash } from "node:crypto";

/** A short name for a key: it tells keys apart and gives nothing of them away. */
export function accountOf(apiKey: string): string {
  return createHash("sha256").update(apiKey).digest("hex").slice(0, 12);
}
