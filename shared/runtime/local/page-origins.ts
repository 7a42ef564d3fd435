// From where the studio page shows files, and where it sends them: the store's own origins.
import type { ObjectStore } from "../../ports/object-store.ts";

/** Beside the page's own. Signing asks nobody. */
export async function storeOrigins(store: ObjectStore, publicUrl: string): Promise<readonly string[]> {
  const expiresAt = Date.now() + 60_000;
  const [shown, sent] = await Promise.all([
    store.url("outputs/origin.png"),
    store.signUpload({ key: "temp/uploads/origin", contentType: "image/png", size: 1, expiresAt }),
  ]);
  const found = new Set([shown, sent.url].map((url) => new URL(url).origin));
  found.delete(new URL(publicUrl).origin);
  return [...found];
}

export function withoutSlash(url: string): string {
  return url.replace(/\/+$/, "");
}
