// Who calls the functions that nobody calls over HTTP, and what becomes of a call that fails.
import { describe, expect, test } from "vitest";
import type { Declaration } from "../../../shared/events/declaration.ts";
import { declared } from "../declared.ts";
import type { Deployed } from "./deployed.ts";

/** Each by its name: `ObjectCreated:*` would be all of them, and whatever AWS adds. */
const creations = ["Put", "Post", "CompleteMultipartUpload", "Copy"].map((kind) => `s3:ObjectCreated:${kind}`);

const eventFunctions = [...declared.values()].filter(({ trigger }) => trigger.type !== "http");

/** `bucket`: its name. */
export function eventsOnAws(deployed: Deployed, bucket: string): void {
  describe("events on AWS", () => {
    test("the bucket tells each storage function of what appears under its prefix, and nobody of anything else", () => {
      expect(notifications(deployed).sort()).toEqual(expectedNotifications().sort());
    });

    test("no prefix lies in another one", () => {
      const prefixes = eventFunctions.flatMap(({ trigger }) =>
        trigger.type === "object-created" ? trigger.prefix : [],
      );
      const overlapping = prefixes.filter((one) => prefixes.some((other) => other !== one && other.startsWith(one)));
      expect(overlapping).toEqual([]);
    });

    test("only this bucket of this account may call them", () => {
      const permissions = deployed.all("AWS::Lambda::Permission").map(([, permission]) => permission);
      const fromS3 = permissions.filter(({ Principal }) => Principal === "s3.amazonaws.com");
      const called = fromS3.map(({ FunctionName }) => deployed.functionOf(FunctionName)).sort();
      expect(called).toEqual(["check-upload", "persist-output", "run-assembly", "run-job"]);
      for (const permission of fromS3) {
        expect(permission).toMatchObject({ SourceArn: `arn:aws:s3:::${bucket}`, SourceAccount: "123456789012" });
      }
    });

    test("each timer has its rule", () => {
      const rules = deployed.all("AWS::Events::Rule").map(([, { ScheduleExpression, State, Targets }]) => {
        const [target] = Targets as { Arn: string }[];
        return [deployed.functionOf(target?.Arn), ScheduleExpression, State];
      });
      expect(rules.sort()).toEqual(expectedRules().sort());
    });

    test("storage events are tried three times within six hours, ticks once, and what fails is kept in the queue", () => {
      const tries = deployed.all("AWS::Lambda::EventInvokeConfig").map(([, each]) => ({
        function: deployed.functionOf(each.FunctionName),
        retries: each.MaximumRetryAttempts,
        seconds: each.MaximumEventAgeInSeconds,
        failures: each.DestinationConfig,
      }));
      expect(tries.sort(byFunction)).toEqual(eventFunctions.map(expectedTries).sort(byFunction));
      expect(deployed.one("DeadLetters").Properties).toMatchObject({ MessageRetentionPeriod: 14 * 86_400 });
    });
  });
}

function notifications(deployed: Deployed): string[] {
  const { NotificationConfiguration } = deployed.one("Bucket").Properties ?? {};
  const { LambdaConfigurations } = NotificationConfiguration as {
    LambdaConfigurations: {
      Event: string;
      Function: string;
      Filter: { S3Key: { Rules: { Name: string; Value: string }[] } };
    }[];
  };
  return LambdaConfigurations.map(({ Event, Function: called, Filter }) => {
    const rules = Filter.S3Key.Rules.map(({ Name, Value }) => `${Name} ${Value}`);
    return `${Event} ${rules.join(" ")} ${deployed.functionOf(called)}`;
  });
}

function expectedNotifications(): string[] {
  return eventFunctions.flatMap(({ name, trigger }) =>
    trigger.type === "object-created" ? creations.map((event) => `${event} prefix ${trigger.prefix} ${name}`) : [],
  );
}

function expectedRules(): unknown[][] {
  const rates: Record<number, string> = { 60: "rate(1 minute)", 3600: "rate(1 hour)" };
  return eventFunctions.flatMap(({ name, trigger }) =>
    trigger.type === "timer" ? [[name, rates[trigger.everySeconds], "ENABLED"]] : [],
  );
}

function expectedTries({ name, trigger }: Declaration) {
  const isTimer = trigger.type === "timer";
  const failures = { OnFailure: { Destination: "DeadLetters.Arn" } };
  return { function: name, retries: isTimer ? 0 : 2, seconds: isTimer ? 60 : 6 * 3600, failures };
}

function byFunction(one: { function: string | undefined }, other: { function: string | undefined }): number {
  return String(one.function).localeCompare(String(other.function));
}
