// OSS's events, from the server of test/servers/oss to functions, and timers.
import { createDeliveries, type Deliveries, type DeliveryOptions } from "../delivery.ts";
import { applies, type NotificationRule, refuseOverlap } from "../notification-rules.ts";
import type { OssEvent, OssServer } from "../oss/server.ts";
import type { FcFunction } from "./instance.ts";

/** Events are named like `ObjectCreated:PutObject`. */
export type OssRule = NotificationRule<FcFunction>;

export interface FcInvocation<Event> {
  target: FcFunction;
  event: Event;
}

/** "Function errors are retried 3 times by default"; the delays are shorter here. */
const asDocumented: DeliveryOptions = { retries: 3, delaysMs: [10, 20, 40] };

/** Each object that is made from now on is told to the functions whose rules it fits, until `stop`. Throws when rules overlap. */
export function deliverOssEvents(
  server: OssServer,
  rules: readonly OssRule[],
  options: Partial<DeliveryOptions> = {},
): Deliveries<FcInvocation<OssEvent>> {
  refuseOverlap(rules);
  const deliveries = invokeAsync<OssEvent>(options);
  const forget = server.onCreated((told) => {
    const [{ eventName, oss } = { eventName: "", oss: null }] = told.events;
    for (const rule of rules) {
      if (applies(rule, eventName, oss?.object.key ?? "")) void deliveries.send({ target: rule.target, event: told });
    }
  });
  return {
    ...deliveries,
    stop() {
      forget();
      return deliveries.stop();
    },
  };
}

export interface TimerEvent {
  /** `2023-12-26T07:49:00Z` */
  triggerTime: string;
  triggerName: string;
  payload: string;
}

export interface TimerOptions extends Partial<DeliveryOptions> {
  target: FcFunction;
  triggerName?: string;
  /** Default empty. */
  payload?: string;
  /** Default: only on command. */
  everyMs?: number;
}

export interface Timer {
  /** Resolves when nothing more becomes of this event. */
  fire(): Promise<void>;
  deliveries: Deliveries<FcInvocation<TimerEvent>>;
  stop(): Promise<void>;
}

export function startTimer({ target, triggerName = "timer", payload = "", everyMs, ...options }: TimerOptions): Timer {
  const deliveries = invokeAsync<TimerEvent>(options);
  const triggerTime = () => new Date().toISOString().replace(/\.\d+Z$/, "Z");
  const fire = () => deliveries.send({ target, event: { triggerTime: triggerTime(), triggerName, payload } });
  const timer = everyMs === undefined ? undefined : setInterval(() => void fire(), everyMs);
  return {
    fire,
    deliveries,
    stop() {
      clearInterval(timer);
      return deliveries.stop();
    },
  };
}

function invokeAsync<Event>(options: Partial<DeliveryOptions>): Deliveries<FcInvocation<Event>> {
  return createDeliveries(async ({ target, event }) => (await target.invoke(event)).outcome, {
    ...asDocumented,
    ...options,
  });
}
