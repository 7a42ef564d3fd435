// Reading manifests of C2PA where the optional module is there; it is loaded only when a file has one.
import type { ManifestFinding } from "../../labels/verify/verdict.ts";

/** Null: nothing here can read it. */
export async function readManifestOf(bytes: Uint8Array, contentType: string): Promise<ManifestFinding | null> {
  const { NoC2paLibrary, readManifest } = await import("../../labels/c2pa/read.ts");
  try {
    const found = await readManifest(bytes, { contentType });
    return found ?? { state: "unreadable", signer: null, generator: null, sourceType: null, failures: [] };
  } catch (error) {
    if (error instanceof NoC2paLibrary) return null;
    throw error;
  }
}
