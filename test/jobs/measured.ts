// Metrics that are kept, for tests to look at.
import type { MetricName, Metrics } from "../../shared/ports/metrics.ts";

export interface Measured {
  name: MetricName;
  value: number;
  dimensions: Record<string, string>;
}

/** Metrics that add to `kept` what they are told; by default they forget it. */
export function keptMetrics(kept: Measured[] = []): Metrics {
  const keep = (name: MetricName, value: number, dimensions: object) => {
    kept.push({ name, value, dimensions: { ...dimensions } });
  };
  return {
    count: (name, dimensions, by = 1) => keep(name, by, dimensions),
    time: (name, ms, dimensions) => keep(name, ms, dimensions),
    gauge: (name, value, dimensions) => keep(name, value, dimensions),
  };
}
