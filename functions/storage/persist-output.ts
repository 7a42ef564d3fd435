// Object created under temp/outputs/: keep the output in its permanent place and record it.
import { DeliverAgain, type ObjectCreated } from "../../shared/events/storage.ts";
import { persistOutput } from "../../shared/jobs/moving/persist.ts";
import { parseTempOutputKey } from "../../shared/media/keys.ts";
import { filesRuntime } from "../../shared/runtime/runtime.ts";

export async function handler({ key }: ObjectCreated): Promise<void> {
  const output = parseTempOutputKey(key);
  if (output && (await persistOutput(filesRuntime(), output)) === "again") throw new DeliverAgain();
}
