// Metrics as lines on stdout, one JSON object each, for what the platform reads natively: CloudWatch's embedded format, or plain fields.
import type { Clock } from "../../ports/clock.ts";
import { type MetricDimensions, type MetricName, type Metrics, metricUnits } from "../../ports/metrics.ts";
import { type LineWriter, stdout } from "./stdout.ts";

export interface MetricsOptions {
  /**
   * - `emf`: CloudWatch makes metrics of the lines by itself.
   * - `fields`: `metric`, `value` and `unit` beside the dimensions, for a log that indexes fields, such as SLS.
   * - `none`: nothing is written.
   */
  format: "emf" | "fields" | "none";
  clock: Clock;
  /** Where lines go, whatever the log's level; stdout by default. */
  destination?: LineWriter;
  /** CloudWatch's namespace; `DreamFactory` by default. */
  namespace?: string;
}

/**
 * The dimensions by which CloudWatch tells a metric's values apart: each set, with each combination of its values, is one metric on the
 * bill, for every hour in which it is heard of. The other dimensions stand in the line, and a query over the log finds them.
 */
const cloudWatchSets: { [Name in MetricName]: readonly (readonly (keyof MetricDimensions[Name])[])[] } = {
  JobsEnded: [["outcome"], ["provider", "outcome"]],
  JobStageTime: [["type", "stage"]],
  ProviderCallTime: [["provider", "operation"]],
  ProviderErrors: [["provider"]],
  OldestDueAge: [["kind"]],
  CreditsSettled: [["movement"]],
  LedgerDrift: [[]],
  EventsNotDone: [["reason"]],
  WebhookDeliveries: [["outcome"]],
  ModerationVerdicts: [["verdict"]],
  ProductionsEnded: [["outcome"]],
  ProductionTime: [[]],
  Orders: [["outcome"]],
  Mails: [["outcome"]],
  RequestTime: [["statusClass"]],
};

interface Measured {
  name: MetricName;
  value: number;
  dimensions: Readonly<Record<string, string>>;
}

export function createMetrics(options: MetricsOptions): Metrics {
  const { format, clock, destination = stdout, namespace = "DreamFactory" } = options;
  const write = (name: MetricName, value: number, dimensions: object) => {
    if (format === "none" || !Number.isFinite(value)) return;
    try {
      const measured: Measured = { name, value, dimensions: plain(dimensions) };
      const line = format === "emf" ? embedded(measured, clock.now(), namespace) : flat(measured, clock.now());
      destination.write(`${JSON.stringify(line)}\n`);
    } catch {
      // Nothing fails because it cannot be measured.
    }
  };
  return {
    count: (name, dimensions, by = 1) => write(name, by, dimensions),
    time: (name, ms, dimensions) => write(name, Math.max(0, ms), dimensions),
    gauge: (name, value, dimensions) => write(name, value, dimensions),
  };
}

/**
 * "Specification: Embedded metric format" in the Amazon CloudWatch User Guide: every dimension of a set MUST be a member of the root with a
 * string for its value, and the metric one with a number. All that are not in a set may stand there too.
 */
function embedded({ name, value, dimensions }: Measured, now: number, namespace: string): object {
  const sets: readonly (readonly string[])[] = cloudWatchSets[name];
  const known = sets.filter((set) => set.every((dimension) => dimension in dimensions));
  const Metrics = [{ Name: name, Unit: metricUnits[name] }];
  const directive = { Namespace: namespace, Dimensions: known.length > 0 ? known : [[]], Metrics };
  return { _aws: { Timestamp: now, CloudWatchMetrics: [directive] }, ...dimensions, [name]: value };
}

/** With the fields that every line of the log has. */
function flat({ name, value, dimensions }: Measured, now: number): object {
  const time = new Date(now).toISOString();
  return { level: "info", time, metric: name, value, unit: metricUnits[name], ...dimensions, message: "metric" };
}

/** "Dimension values must contain only ASCII characters and must include at least one non-whitespace character" (CloudWatch, Dimension). */
function plain(dimensions: object): Record<string, string> {
  const texts = Object.entries(dimensions).map(([name, value]) => [name, asciiOf(value)]);
  return Object.fromEntries(texts.filter(([, text]) => text !== ""));
}

function asciiOf(value: unknown): string {
  return typeof value === "string"
    ? value
        .replaceAll(/[^\x20-\x7e]/g, "?")
        .slice(0, MAX_DIMENSION)
        .trim()
    : "";
}

/** CloudWatch takes 1024. */
const MAX_DIMENSION = 250;
