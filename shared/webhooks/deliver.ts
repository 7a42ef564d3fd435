// One try of one delivery: a place at the host, the claim, the sending, and what came of it.
import { AppError } from "../errors/app-error.ts";
import type { ItemKey } from "../ports/table.ts";
import {
  type Delivery,
  type DeliveryKey,
  deliveryId,
  deliveryKeyOf,
  readDelivery,
  updateDelivery,
} from "./delivery.ts";
import type { WebhookDeps } from "./deps.ts";
import { type Behaviour, enterHost, type Place } from "./hosts.ts";
import { messageOf } from "./message.ts";
import { readSecrets, signingSecrets } from "./secret.ts";
import { afterTry, isDue, putOff, type Result, toSending } from "./tries.ts";

/** Whoever waits longer than this for its turn is left to the next tick. */
const PATIENCE_MS = 45_000;
/** Those whom a pause has put off do not all come back at its end. */
const SPREAD_MS = 5000;

/** Tries what is due. Resolves when the try is over, also when it was put off or left to others; never throws. */
export async function deliver(deps: WebhookDeps, item: ItemKey, signal?: AbortSignal): Promise<void> {
  const key = deliveryKeyOf(item);
  const giveUpAt = deps.clock.now() + PATIENCE_MS;
  try {
    const delivery = await readDelivery(deps, key);
    if (!delivery || !isDue(delivery, deps.clock.now())) return;
    const done = deps.lanes.run({
      name: `${key.userId} ${deliveryId(key)}`,
      host: new URL(delivery.url).host,
      owner: key.userId,
      act: (stop) => attempt(deps, delivery, { giveUpAt, signal: signal ? AbortSignal.any([signal, stop]) : stop }),
    });
    // The try may be somebody else's, begun before: who has to stop does not wait for its end.
    await (signal ? untilAborted(done, signal) : done);
  } catch (error) {
    deps.log.error({ error, deliveryId: deliveryId(key) }, "a delivery could not be looked at");
  }
}

async function untilAborted(work: Promise<void>, signal: AbortSignal): Promise<void> {
  const aborted = Promise.withResolvers<void>();
  const abort = () => aborted.resolve();
  signal.addEventListener("abort", abort, { once: true });
  if (signal.aborted) abort();
  await Promise.race([work, aborted.promise]).finally(() => signal.removeEventListener("abort", abort));
}

async function attempt(
  deps: WebhookDeps,
  key: DeliveryKey & Pick<Delivery, "url">,
  { giveUpAt, signal }: { giveUpAt: number; signal: AbortSignal },
): Promise<void> {
  try {
    const isOver = () => signal.aborted || deps.clock.now() >= giveUpAt;
    const place = await enterHost(deps, new URL(key.url).host, { isOver, signal });
    if (place?.state === "paused") await leaveUntil(deps, key, place.until);
    if (place?.state === "entered") await sendFrom(place, () => claimAndSend(deps, key, signal));
  } catch (error) {
    deps.log.error({ error, deliveryId: deliveryId(key) }, "a delivery was left to its lease");
  }
}

async function sendFrom(place: Place & { state: "entered" }, act: () => Promise<Behaviour>): Promise<void> {
  let behaviour: Behaviour = "unknown";
  try {
    behaviour = await act();
  } finally {
    await place.leave(behaviour);
  }
}

async function leaveUntil(deps: WebhookDeps, key: DeliveryKey, until: number): Promise<void> {
  await updateDelivery(deps, key, (delivery) => {
    const now = deps.clock.now();
    return isDue(delivery, now) ? putOff(delivery, now, until + Math.round(SPREAD_MS * deps.ids.random())) : null;
  });
}

async function claimAndSend(deps: WebhookDeps, key: DeliveryKey, signal: AbortSignal): Promise<Behaviour> {
  const token = deps.ids.token();
  const claimed = await updateDelivery(deps, key, (delivery) => {
    const now = deps.clock.now();
    return isDue(delivery, now) ? toSending(delivery, now, token) : null;
  });
  if (!claimed) return "unknown";
  const { behaviour, ...result } = await send(deps, claimed, signal);
  const recorded = await updateDelivery(deps, key, (delivery) =>
    // Somebody else has it: then what they find counts.
    delivery.lease?.token === token ? afterTry(delivery, deps.clock.now(), result, deps.ids.random()) : null,
  );
  if (recorded && result.state !== "stopped") {
    const outcome = recorded.status === "pending" ? "again" : recorded.status;
    deps.metrics.count("WebhookDeliveries", { outcome });
  }
  if (recorded?.status === "dead") deps.log.warn({ deliveryId: deliveryId(key), ...result }, "a webhook was given up");
  return behaviour;
}

type Sent = Result & { behaviour: Behaviour };

async function send(deps: WebhookDeps, delivery: Delivery, signal: AbortSignal): Promise<Sent> {
  try {
    const ended = await deps.showEnded(deps, delivery);
    if (!ended) return { state: "refused", status: null, error: noLonger(delivery), behaviour: "unknown" };
    const secrets = signingSecrets(await readSecrets(deps, delivery.userId));
    const message = messageOf(delivery, ended, secrets, deps.clock.now());
    return judged(await deps.postWebhook(delivery.url, { ...message, signal }));
  } catch (error) {
    return notSent(deps, delivery, error, signal);
  }
}

function noLonger({ of }: Delivery): string {
  return `The ${of ?? "job"} is no longer there.`;
}

/** Only 2xx says that it was taken. Redirects are not followed; 410 says that nothing is wanted there any more. */
function judged({ status, retryAfterMs }: { status: number; retryAfterMs: number | null }): Sent {
  const behaviour = status >= 500 || status === 429 ? "bad" : "good";
  if (status >= 200 && status <= 299) return { state: "delivered", status, error: null, behaviour };
  if (status === 410) return { state: "refused", status, error: "The receiver wants no more (410 Gone).", behaviour };
  const isRedirect = status >= 300 && status <= 399;
  const error = isRedirect
    ? `The receiver redirects (status ${status}); webhooks follow no redirects.`
    : `The receiver answered with status ${status}.`;
  return { state: "failed", status, error, retryAfterMs, behaviour };
}

function notSent(deps: WebhookDeps, delivery: Delivery, error: unknown, signal: AbortSignal): Sent {
  const nothing = { status: null, behaviour: "unknown" } as const;
  if (signal.aborted) return { ...nothing, state: "stopped", error: "The try was broken off on our side." };
  if (error instanceof AppError && error.type === "fetch_refused") {
    return { ...nothing, state: "refused", error: error.message };
  }
  if (error instanceof AppError && error.type === "fetch_failed") {
    return { status: null, behaviour: "bad", state: "failed", error: error.message };
  }
  deps.log.error({ error, deliveryId: deliveryId(delivery) }, "a webhook could not be made");
  return { ...nothing, state: "failed", error: "The message could not be made on our side." };
}
