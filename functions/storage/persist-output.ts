// Object created under temp/outputs/: keep the output in its permanent place and record it.
import { DeliverAgain } from "../../shared/events/storage.ts";
import { storageFunction } from "../../shared/events/storage-function.ts";
import { persistOutput } from "../../shared/jobs/moving/persist.ts";
import { parseTempOutputKey } from "../../shared/media/keys.ts";
import { filesRuntime } from "../../shared/runtime/runtime.ts";

export const handler = storageFunction(filesRuntime, parseTempOutputKey, async (runtime, output) => {
  if ((await persistOutput(runtime, output)) === "again") throw new DeliverAgain();
});
