// A kept file for somebody who saves it.
import { downloadName } from "../../media/download-name.ts";
import type { RequestStore } from "../../ports/object-store.ts";

/** `name`: as anybody has written it. */
export async function downloadOf(
  store: RequestStore,
  { key, contentType }: { key: string; contentType: string },
  name: string,
): Promise<{ url: string; filename: string; contentType: string }> {
  return { url: await store.downloadUrl(key, name), filename: downloadName(name, key), contentType };
}
