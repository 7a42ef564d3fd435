// The optional package that signs and reads manifests of C2PA: npm leaves it out where npm's own Node is older than 22.
import { beforeEach } from "vitest";

const missing = await import("@contentauth/c2pa-node/dist/Reader.js").then(
  () => null,
  (error: unknown) => `@contentauth/c2pa-node is not here: ${error instanceof Error ? error.message : String(error)}`,
);
if (missing !== null && process.env.C2PA_LIBRARY === "required") throw new Error(missing);

/** Every test of the file is skipped without it, and says why. */
export function needC2pa(): void {
  beforeEach(({ skip }) => {
    if (missing !== null) skip(missing);
  });
}
