// Small pictures for a service that fetches what it looks at: in our own store, by a signed URL, for as long as it looks.
import { tempCheckKey } from "../../media/keys.ts";
import type { CheckedImage } from "../../ports/moderation.ts";
import type { JobDeps } from "../deps.ts";
import type { Job } from "../job.ts";

/** `handOut` makes an image of bytes, which is put into the store when its URL is asked for. What was put is removed when `act` has ended; the purge removes what a death leaves. */
export async function withHandedOut<T>(
  { store, ids, log }: Pick<JobDeps, "store" | "ids" | "log">,
  { userId, id }: Job,
  act: (handOut: (bytes: Uint8Array) => CheckedImage) => Promise<T>,
): Promise<T> {
  const keys: string[] = [];
  const handOut = (bytes: Uint8Array): CheckedImage => ({
    bytes,
    async url() {
      const key = tempCheckKey(userId, id, ids.uuid());
      keys.push(key);
      await store.put(key, bytes);
      return store.url(key);
    },
  });
  try {
    return await act(handOut);
  } finally {
    for (const key of keys) {
      await store.delete(key).catch((error) => log.warn({ error, jobId: id }, "a picture for a check was not removed"));
    }
  }
}
