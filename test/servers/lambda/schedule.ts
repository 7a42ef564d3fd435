// EventBridge's schedules: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-run-lambda-schedule.html.
import { randomUUID } from "node:crypto";
import type { ScheduledEvent } from "aws-lambda";
import type { Deliveries, DeliveryOptions } from "../delivery.ts";
import { type AsyncInvocation, invokeAsync } from "./async-invocation.ts";
import type { LambdaFunction } from "./instance.ts";

export interface ScheduleOptions extends Partial<DeliveryOptions> {
  target: LambdaFunction;
  ruleName?: string;
  /** Default: only on command. */
  everyMs?: number;
}

export interface Schedule {
  /** Resolves when nothing more becomes of this event. */
  fire(): Promise<void>;
  deliveries: Deliveries<AsyncInvocation<ScheduledEvent>>;
  stop(): Promise<void>;
}

export function startSchedule({ target, ruleName = "schedule", everyMs, ...options }: ScheduleOptions): Schedule {
  const deliveries = invokeAsync<ScheduledEvent>(options);
  const fire = () => deliveries.send({ target, event: scheduledEvent(target.region, ruleName) });
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

export function scheduledEvent(region: string, ruleName: string): ScheduledEvent {
  const account = "111122223333";
  return {
    version: "0",
    id: randomUUID(),
    "detail-type": "Scheduled Event",
    source: "aws.events",
    account,
    // "time" has whole seconds.
    time: new Date().toISOString().replace(/\.\d+Z$/, "Z"),
    region,
    resources: [`arn:aws:events:${region}:${account}:rule/${ruleName}`],
    detail: {},
  };
}
