// Every minute: outgoing webhooks and mails that are due are sent. A timer of its own, so that no receiver ever keeps a job waiting.
import type { EventContext } from "../../shared/events/storage.ts";
import { type DueHandler, runTick } from "../../shared/jobs/timers/tick.ts";
import { sendMail } from "../../shared/mail/send.ts";
import { deliveryRuntime } from "../../shared/runtime/runtime.ts";
import { deliver } from "../../shared/webhooks/deliver.ts";

export async function handler({ signal }: EventContext): Promise<void> {
  const begun = new Set<Promise<void>>();
  // Each goes into the lane of its host; the tick goes on with the next one.
  const begin = async (item: Parameters<typeof deliver>[1]) => {
    const delivering = deliver(deliveryRuntime(), item, signal).finally(() => begun.delete(delivering));
    begun.add(delivering);
  };
  const mail: DueHandler = (item, stop) => sendMail(deliveryRuntime(), item, stop);
  await runTick(deliveryRuntime(), { delivery: begin, mail }, signal);
  await Promise.all(begun);
}
