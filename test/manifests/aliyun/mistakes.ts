// Mistakes as they happen in s.yaml, each put into the good properties of a function: the strict schema has to see every one.
import type { FunctionProps } from "./preview.ts";

interface Mistake {
  name: string;
  /** Whose properties it is put into. */
  into: string;
  says: string;
  change(props: FunctionProps): Record<string, unknown>;
}

const withTriggerConfig = (props: FunctionProps, config: Record<string, unknown>) => ({
  ...props,
  triggers: props.triggers.map((trigger) => ({ ...trigger, triggerConfig: config })),
});

const ofTrigger = (props: FunctionProps) => props.triggers[0]?.triggerConfig ?? {};

export const mistakes: Mistake[] = [
  {
    name: "an unknown key",
    ...{ into: "get-job", says: "must NOT have additional properties instanceConcurrncy" },
    change: (props) => ({ ...props, instanceConcurrncy: 3 }),
  },
  {
    name: "an unknown key further in",
    ...{ into: "run-job", says: "/asyncInvokeConfig must NOT have additional properties retries" },
    change: (props) => ({ ...props, asyncInvokeConfig: { ...props.asyncInvokeConfig, retries: 3 } }),
  },
  {
    name: "a number in the environment",
    ...{ into: "get-job", says: "/environmentVariables/OSS_INTERNAL must be string" },
    change: (props) => ({ ...props, environmentVariables: { ...props.environmentVariables, OSS_INTERNAL: 1 } }),
  },
  {
    name: "a variable that was not resolved",
    ...{ into: "get-job", says: "/region must be equal to one of the allowed values" },
    change: (props) => ({ ...props, region: `\${vars.region}` }),
  },
  {
    name: "a runtime that there is not",
    ...{ into: "get-job", says: "/runtime must be equal to one of the allowed values" },
    change: (props) => ({ ...props, runtime: "nodejs24" }),
  },
  {
    name: "a missing name",
    ...{ into: "get-job", says: "must have required property 'functionName'" },
    change: ({ functionName: _, ...props }) => props,
  },
  {
    name: "a method that there is not",
    ...{ into: "get-job", says: "/triggers/0/triggerConfig/methods/0 must be equal to one of the allowed values" },
    change: (props) => withTriggerConfig(props, { ...ofTrigger(props), methods: ["FETCH"] }),
  },
  {
    name: "a timer's configuration on an HTTP trigger",
    ...{ into: "get-job", says: "/triggers/0/triggerConfig must NOT have additional properties cronExpression" },
    change: (props) => withTriggerConfig(props, { cronExpression: "@every 1m", enable: true }),
  },
  {
    name: "an event that OSS does not know",
    ...{ into: "run-job", says: "/triggers/0/triggerConfig/events/0 must be equal to one of the allowed values" },
    change: (props) => withTriggerConfig(props, { ...ofTrigger(props), events: ["ObjectCreated:PutObject"] }),
  },
  {
    name: "a filter in the spelling of Function Compute 2",
    ...{ into: "run-job", says: "/triggers/0/triggerConfig/filter must have required property 'key'" },
    change: (props) => withTriggerConfig(props, { ...ofTrigger(props), filter: { Key: { Prefix: "a", Suffix: "" } } }),
  },
  {
    name: "a timer that is not switched on",
    ...{ into: "poll-tasks", says: "/triggers/0/triggerConfig must have required property 'enable'" },
    change: (props) => withTriggerConfig(props, { cronExpression: "@every 1m" }),
  },
  {
    name: "memory that is no multiple of 64",
    ...{ into: "get-job", says: "/memorySize must be multiple of 64" },
    change: (props) => ({ ...props, memorySize: 300 }),
  },
];
