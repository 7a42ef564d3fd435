// What s.yaml has to say of each function, given what is declared of it.
import { describe, expect, test } from "vitest";
import type { Declaration } from "../../../shared/events/declaration.ts";
import { declared, groupsByPath, kindOf } from "../declared.ts";
import type { FunctionProps, Previewed } from "./preview.ts";

const methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];
const creations = ["PutObject", "PostObject", "CompleteMultipartUpload", "CopyObject"].map(
  (kind) => `oss:ObjectCreated:${kind}`,
);

/** Of an account's 100 instances, what all but the API may take: quotas are ceilings too, so the API has none. */
const quotas: Record<string, number> = {
  ...{ "run-job": 28, "run-assembly": 5, "persist-output": 10, "check-upload": 5 },
  ...{ "poll-tasks": 8, "deliver-webhooks": 2, "purge-temp": 2 },
};

/** Requests or events that one instance takes at once; 20 for the API. A drawing takes up to 150 MB of run-job's 1024, and the largest image that is decoded up to 600, one at a time. */
const together: Record<string, number> = {
  ...{ events: 100, "job-events": 100, "get-job": 100, "production-events": 100, "get-production": 100 },
  "project-socket": 100,
  ...{ "run-job": 2, "run-assembly": 1, "persist-output": 4, "check-upload": 4, verify: 4 },
  ...{ "openai-edit-image": 4, "openai-create-video": 4 },
  ...{ "poll-tasks": 1, "deliver-webhooks": 1, "purge-temp": 1 },
};

export function functionsOnAlibabaCloud({ resources }: Previewed<FunctionProps>): void {
  const propsOf = ({ name }: Declaration) => resources[name]?.props;
  const all = Object.values(resources).map(({ props }) => props);

  describe("functions on Alibaba Cloud", () => {
    test("are exactly those that are declared, each a function of fc3", () => {
      expect(Object.keys(resources).sort()).toEqual([...declared.keys()].sort());
      expect(new Set(Object.values(resources).map(({ component }) => component))).toEqual(new Set(["fc3"]));
    });

    test.for([...declared.values()])("$name has what is declared, its own zip and the role of its kind", (each) => {
      expect(propsOf(each)).toMatchObject({
        ...needsOf(each),
        functionName: `dream-factory-${each.name}`,
        code: `./.build/aliyun/${each.name}.zip`,
        role: `acs:ram::0000000000000000:role/dream-factory-${kindOf(each)}`,
        instanceConcurrency: together[each.name] ?? 20,
      });
      expect(propsOf(each)?.concurrencyConfig?.reservedConcurrency).toBe(quotas[each.name]);
    });

    test.for([...declared.values()])("$name is called by its one trigger", (each) => {
      expect(propsOf(each)?.triggers).toEqual([triggerOf(each)]);
    });

    test("all run Node 24 behind a server of their own", () => {
      for (const props of all) {
        expect(props).toMatchObject({
          runtime: "custom.debian12",
          layers: ["acs:fc:cn-hangzhou:official:layers/Nodejs24/versions/1"],
          customRuntimeConfig: { command: ["node", "--min-semi-space-size=4", "index.mjs"], port: 9000 },
        });
        expect(props.environmentVariables.PATH?.split(":")[0]).toBe("/opt/nodejs24/bin");
      }
    });

    test("processors and memory are in a proportion that Function Compute has", () => {
      for (const { functionName, cpu, memorySize } of all) {
        const gbPerProcessor = memorySize / 1024 / cpu;
        const isLegal = gbPerProcessor >= 1 && gbPerProcessor <= 4 && Math.abs(cpu * 20 - Math.round(cpu * 20)) < 1e-9;
        expect([functionName, isLegal]).toEqual([functionName, true]);
      }
    });

    test("quotas leave the API two fifths of a new account's 100 instances, and stay below the 90 that may be given away", () => {
      const given = all.reduce((sum, { concurrencyConfig }) => sum + (concurrencyConfig?.reservedConcurrency ?? 0), 0);
      expect(given).toBeLessThanOrEqual(60);
    });

    test("storage events are tried four times within six hours, ticks once, and what fails goes to the queue; requests are never repeated", () => {
      for (const each of declared.values())
        expect([each.name, propsOf(each)?.asyncInvokeConfig]).toEqual([each.name, triesOf(each)]);
    });
  });
}

/** Behind a custom domain the first function of a path, or of a prefix, serves all that lie there: it needs what the largest needs. */
function needsOf(declaration: Declaration) {
  const { name, memoryMb, timeoutSeconds } = declaration;
  const group = [...groupsByPath().values()].find(([first]) => first?.name === name) ?? [];
  return {
    memorySize: Math.max(memoryMb, ...group.map((each) => each.memoryMb)),
    timeout: Math.max(timeoutSeconds, ...group.map((each) => each.timeoutSeconds)),
    // Megabytes: 512, or 10,240.
    diskSize: "diskMb" in declaration ? declaration.diskMb : 512,
  };
}

function triggerOf({ trigger }: Declaration) {
  if (trigger.type === "http") {
    const triggerConfig = { authType: "anonymous", disableURLInternet: false, methods };
    return { triggerName: "http", triggerType: "http", triggerConfig };
  }
  if (trigger.type === "timer") {
    const triggerConfig = { cronExpression: trigger.everySeconds === 60 ? "@every 1m" : "@every 1h", enable: true };
    return { triggerName: "tick", triggerType: "timer", triggerConfig };
  }
  return {
    ...{ triggerName: "created", triggerType: "oss" },
    sourceArn: "acs:oss:cn-hangzhou:0000000000000000:set-oss-bucket",
    invocationRole: "acs:ram::0000000000000000:role/dream-factory-oss-trigger",
    triggerConfig: { events: creations, filter: { key: { prefix: trigger.prefix, suffix: "" } } },
  };
}

function triesOf({ trigger }: Declaration) {
  if (trigger.type === "http") return { maxAsyncRetryAttempts: 0, maxAsyncEventAgeInSeconds: 60 };
  const isTimer = trigger.type === "timer";
  const destination = "acs:mns:cn-hangzhou:0000000000000000:/queues/dream-factory-dead-letters/messages";
  return {
    maxAsyncRetryAttempts: isTimer ? 0 : 3,
    maxAsyncEventAgeInSeconds: isTimer ? 60 : 6 * 3600,
    destinationConfig: { onFailure: { destination } },
  };
}
