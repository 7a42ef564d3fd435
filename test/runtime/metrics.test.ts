// Metrics as lines: what CloudWatch and SLS are given, and that nothing is ever the worse for it.
import { expect, test } from "vitest";
import { type MetricName, type Metrics, metricUnits } from "../../shared/ports/metrics.ts";
import { createMetrics, type MetricsOptions } from "../../shared/runtime/telling/metrics.ts";
import { problemsOf } from "../openapi/json-schema.ts";

const clock = { now: () => Date.UTC(2026, 0, 2, 3, 4, 5, 678), sleep: async () => {} };

function recorder(options: Partial<MetricsOptions> = {}) {
  const lines: string[] = [];
  const destination = { write: (line: string) => lines.push(line) };
  const metrics = createMetrics({ format: "emf", clock, destination, ...options });
  return { metrics, lines, last: () => JSON.parse(lines.at(-1) ?? "null") };
}

/** Each metric once, with all of its dimensions. */
const everyMetric: { [Name in MetricName]: (metrics: Metrics) => void } = {
  JobsEnded: (metrics) =>
    metrics.count("JobsEnded", {
      type: "image",
      provider: "sketch",
      outcome: "failed",
      errorType: "provider_error",
    }),
  JobStageTime: (metrics) =>
    metrics.time("JobStageTime", 1234, { type: "video", provider: "sketch", stage: "transferring" }),
  ProviderCallTime: (metrics) => metrics.time("ProviderCallTime", 99, { provider: "sketch", operation: "check" }),
  ProviderErrors: (metrics) =>
    metrics.count("ProviderErrors", { provider: "sketch", operation: "start", errorType: "timeout" }),
  OldestDueAge: (metrics) => metrics.gauge("OldestDueAge", 0, { kind: "job" }),
  CreditsSettled: (metrics) => metrics.count("CreditsSettled", { movement: "captured" }, 30),
  LedgerDrift: (metrics) => metrics.count("LedgerDrift", {}),
  EventsNotDone: (metrics) => metrics.count("EventsNotDone", { function: "persist-output", reason: "too_early" }),
  WebhookDeliveries: (metrics) => metrics.count("WebhookDeliveries", { outcome: "dead" }),
  ModerationVerdicts: (metrics) =>
    metrics.count("ModerationVerdicts", { service: "openai", stage: "input", verdict: "block" }),
  ProductionsEnded: (metrics) => metrics.count("ProductionsEnded", { outcome: "completed" }),
  ProductionTime: (metrics) => metrics.time("ProductionTime", 61_000, {}),
  Orders: (metrics) => metrics.count("Orders", { outcome: "takenBack" }),
  Mails: (metrics) => metrics.count("Mails", { kind: "reset", outcome: "again" }),
  RequestTime: (metrics) => metrics.time("RequestTime", 7, { method: "GET", route: "/jobs/{id}", statusClass: "2xx" }),
};

/**
 * Typed from the tables of "Specification: Embedded metric format" in the Amazon CloudWatch User Guide. It allows 30 dimensions in a set
 * by now, and once allowed 9: the smaller number is held to.
 */
const embeddedMetricFormat = {
  type: "object",
  required: ["_aws"],
  properties: {
    _aws: {
      type: "object",
      required: ["Timestamp", "CloudWatchMetrics"],
      additionalProperties: false,
      properties: {
        Timestamp: { type: "integer", minimum: 0 },
        CloudWatchMetrics: {
          type: "array",
          minItems: 1,
          items: {
            type: "object",
            required: ["Namespace", "Dimensions", "Metrics"],
            additionalProperties: false,
            properties: {
              Namespace: { type: "string", minLength: 1, maxLength: 255 },
              Dimensions: {
                type: "array",
                minItems: 1,
                items: { type: "array", maxItems: 9, items: { type: "string", minLength: 1, maxLength: 255 } },
              },
              Metrics: {
                type: "array",
                minItems: 1,
                maxItems: 100,
                items: {
                  type: "object",
                  required: ["Name"],
                  additionalProperties: false,
                  properties: {
                    Name: { type: "string", minLength: 1, maxLength: 255 },
                    Unit: { enum: ["Seconds", "Milliseconds", "Bytes", "Percent", "Count", "None"] },
                  },
                },
              },
            },
          },
        },
      },
    },
  },
};

interface Directive {
  Namespace: string;
  Dimensions: string[][];
  Metrics: { Name: string; Unit: string }[];
}

test.each(Object.entries(everyMetric))("%s in the embedded format keeps to its specification", (name, tell) => {
  const { metrics, lines, last } = recorder();
  tell(metrics);
  expect(lines).toHaveLength(1);
  expect(lines[0]).toMatch(/^\{[^\r\n]*\}\n$/);
  const line = last();
  expect(problemsOf(embeddedMetricFormat, line, {})).toEqual([]);
  const [directive] = line._aws.CloudWatchMetrics as [Directive];
  expect(line._aws.Timestamp).toBe(clock.now());
  expect(directive.Namespace).toBe("DreamFactory");
  expect(directive.Metrics).toEqual([{ Name: name, Unit: metricUnits[name as MetricName] }]);
  // Every reference leads to a member of the root: a number for the metric, a text for a dimension.
  expect(line[name]).toEqual(expect.any(Number));
  for (const dimension of directive.Dimensions.flat()) expect(line[dimension]).toMatch(/^[\x20-\x7e]*\S[\x20-\x7e]*$/);
  expect(new Set(directive.Dimensions.map(String)).size).toBe(directive.Dimensions.length);
});

test.each(Object.entries(everyMetric))(
  "%s as fields is a line of the log with its value, unit and dimensions",
  (name, tell) => {
    const { metrics, lines, last } = recorder({ format: "fields" });
    tell(metrics);
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(/^\{"level":"info","time":"2026-01-02T03:04:05.678Z","metric":[^\r\n]*\}\n$/);
    const { metric, value, unit, level, time, message, ...dimensions } = last();
    expect([metric, typeof value, unit, message]).toEqual([name, "number", metricUnits[name as MetricName], "metric"]);
    for (const dimension of Object.values(dimensions)) expect(dimension).toEqual(expect.any(String));
  },
);

test("a line of each format, whole", () => {
  const emf = recorder({ namespace: "Studio" });
  everyMetric.CreditsSettled(emf.metrics);
  expect(emf.last()).toEqual({
    _aws: {
      Timestamp: clock.now(),
      CloudWatchMetrics: [
        {
          Namespace: "Studio",
          Dimensions: [["movement"]],
          Metrics: [{ Name: "CreditsSettled", Unit: "Count" }],
        },
      ],
    },
    movement: "captured",
    CreditsSettled: 30,
  });
  const fields = recorder({ format: "fields" });
  everyMetric.RequestTime(fields.metrics);
  expect(fields.last()).toEqual({
    level: "info",
    time: "2026-01-02T03:04:05.678Z",
    metric: "RequestTime",
    value: 7,
    unit: "Milliseconds",
    method: "GET",
    route: "/jobs/{id}",
    statusClass: "2xx",
    message: "metric",
  });
});

test("CloudWatch tells jobs apart by their outcome, and by provider and outcome; the rest is in the line for a query", () => {
  const { metrics, last } = recorder();
  everyMetric.JobsEnded(metrics);
  expect(last()._aws.CloudWatchMetrics[0].Dimensions).toEqual([["outcome"], ["provider", "outcome"]]);
  expect(last()).toMatchObject({ type: "image", errorType: "provider_error" });
});

test("all that a deployment with two providers can keep in CloudWatch are 49 metrics", () => {
  const { metrics, lines } = recorder();
  for (const provider of ["sketch", "import"]) {
    for (const outcome of ["completed", "failed", "cancelled"] as const) {
      metrics.count("JobsEnded", { type: "image", provider, outcome, errorType: "internal" });
      metrics.count("JobsEnded", { type: "video", provider, outcome, errorType: "provider_error" });
    }
    for (const operation of ["start", "check", "cancel", "lookUp"] as const) {
      metrics.time("ProviderCallTime", 1, { provider, operation });
      metrics.count("ProviderErrors", { provider, operation, errorType: "timeout" });
    }
    for (const stage of ["queued", "provider", "transferring", "storing", "whole"] as const) {
      for (const type of ["image", "video"] as const) metrics.time("JobStageTime", 1, { type, provider, stage });
    }
  }
  for (const kind of ["job", "account", "code", "idempotency", "expiring", "upload", "delivery"] as const)
    metrics.gauge("OldestDueAge", 1, { kind });
  for (const movement of ["captured", "refunded"] as const) metrics.count("CreditsSettled", { movement });
  for (const reason of ["too_early", "failed"] as const) metrics.count("EventsNotDone", { function: "f", reason });
  for (const outcome of ["delivered", "again", "dead"] as const) metrics.count("WebhookDeliveries", { outcome });
  for (const verdict of ["allow", "review", "block", "failed"] as const)
    metrics.count("ModerationVerdicts", { service: "s", stage: "input", verdict });
  for (const statusClass of ["2xx", "3xx", "4xx", "5xx", "stream"] as const)
    for (const route of ["/a", "/b", "/c"]) metrics.time("RequestTime", 1, { method: "GET", route, statusClass });
  everyMetric.LedgerDrift(metrics);
  expect(new Set(lines.flatMap(identities)).size).toBe(53);
});

/** What CloudWatch would keep of a line, and ask for each month. */
function identities(line: string): string[] {
  const root = JSON.parse(line);
  const [{ Dimensions, Metrics }] = root._aws.CloudWatchMetrics as [Directive];
  return Dimensions.map((set) => [Metrics[0]?.Name, ...set.map((name) => `${name}=${root[name]}`)].join(" "));
}

test("nothing is written for no format, and for what is no number", () => {
  const silent = recorder({ format: "none" });
  everyMetric.LedgerDrift(silent.metrics);
  const { metrics, lines } = recorder();
  metrics.gauge("OldestDueAge", Number.NaN, { kind: "job" });
  metrics.time("ProviderCallTime", Number.POSITIVE_INFINITY, { provider: "sketch", operation: "start" });
  expect([silent.lines, lines]).toEqual([[], []]);
});

test("a time that a clock which went back has made negative is 0", () => {
  const { metrics, last } = recorder();
  metrics.time("ProviderCallTime", -5, { provider: "sketch", operation: "start" });
  expect(last().ProviderCallTime).toBe(0);
});

test("what CloudWatch would refuse as a dimension is made plain, and a set without its value is left out", () => {
  const { metrics, last } = recorder();
  metrics.count("ProviderErrors", { provider: "画像\n\u0000 " as string, operation: "start", errorType: "timeout" });
  expect(last().provider).toBe("????");
  metrics.count("ProviderErrors", { provider: "   ", operation: "start", errorType: "timeout" });
  expect(last()._aws.CloudWatchMetrics[0].Dimensions).toEqual([[]]);
  expect(problemsOf(embeddedMetricFormat, last(), {})).toEqual([]);
});

test("measuring never throws: neither what it is given nor where it goes can do that", () => {
  const destination = {
    write() {
      throw new Error("gone");
    },
  };
  const broken = createMetrics({ format: "emf", clock, destination });
  expect(() => everyMetric.JobsEnded(broken)).not.toThrow();
  const { metrics, lines } = recorder({ format: "fields" });
  const dimensions = Object.defineProperty({ operation: "start" } as never, "provider", {
    enumerable: true,
    get: () => {
      throw new Error("no");
    },
  });
  expect(() => metrics.time("ProviderCallTime", 1, dimensions)).not.toThrow();
  expect(() =>
    createMetrics({ format: "fields", clock: { ...clock, now: () => Number.NaN } }).count("LedgerDrift", {}),
  ).not.toThrow();
  expect(lines).toEqual([]);
});
