// How long tests wait for what has to come: so long that no machine is too slow, and a test that hangs still ends. Nothing is measured by it.
import { vi } from "vitest";

export const PATIENCE_MS = 300_000;

/** Repeats the check until it passes. */
export function eventually(check: () => void | Promise<void>): Promise<void> {
  return vi.waitFor(check, { timeout: PATIENCE_MS, interval: 20 });
}
