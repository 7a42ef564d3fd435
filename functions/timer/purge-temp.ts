// Every hour: temp objects that have had their time, and that no unfinished job needs, go.
import type { EventContext } from "../../shared/events/storage.ts";
import { purgeTemp } from "../../shared/jobs/timers/purge.ts";
import { filesRuntime } from "../../shared/runtime/runtime.ts";

export async function handler({ signal }: EventContext): Promise<void> {
  const purged = await purgeTemp(filesRuntime(), signal);
  filesRuntime().log.info(purged, "temp objects were purged");
}
