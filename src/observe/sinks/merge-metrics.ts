import { AggregatorRegistry } from 'prom-client';

/** The values of one process's metrics, as plain data. */
export type MetricSnapshot = readonly MetricData[];

export interface MetricData {
  readonly name: string;
  /** `counter`, `gauge`, `histogram` or `summary`. */
  readonly type: string;
}

/** Snapshots of several processes as one: sums, except where a metric says otherwise. */
export async function mergeSnapshots(snapshots: readonly MetricSnapshot[]): Promise<MetricSnapshot> {
  return (await aggregate(snapshots).getMetricsAsJSON()) as unknown as MetricSnapshot;
}

/** Snapshots of several processes as one Prometheus text. */
export function renderMerged(snapshots: readonly MetricSnapshot[]): Promise<string> {
  return aggregate(snapshots).metrics();
}

function aggregate(snapshots: readonly MetricSnapshot[]) {
  return AggregatorRegistry.aggregate(snapshots as unknown as object[]);
}
