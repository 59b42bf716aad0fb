/**
 * Metrics that count with every request. prom-client checks and hashes the labels at each call, which costs more than
 * the counting; these look a series up by its label values and leave the rest to the moment somebody reads.
 */
import type { Registry } from 'prom-client';

interface MetricSettings<Labels extends readonly string[]> {
  readonly name: string;
  readonly help: string;
  readonly labelNames: Labels;
  readonly registry: Registry;
}

/** One value for each label name, in their order. Their number must be bounded: each combination is kept. */
type LabelValues<Labels extends readonly string[]> = { readonly [Index in keyof Labels]: string | number };

interface Sample {
  readonly metricName?: string;
  readonly labels: Readonly<Record<string, string | number>>;
  readonly value: number;
}

/** What prom-client's registry asks of a metric. */
abstract class HotMetric<Labels extends readonly string[], Series> {
  readonly name: string;
  readonly help: string;
  readonly labelNames: Labels;
  readonly #series = new Map<string, { readonly values: LabelValues<Labels>; readonly series: Series }>();

  constructor({ name, help, labelNames, registry }: MetricSettings<Labels>) {
    this.name = name;
    this.help = help;
    this.labelNames = labelNames;
    registry.registerMetric(this as unknown as Parameters<Registry['registerMetric']>[0]);
  }

  abstract readonly type: 'gauge' | 'histogram';
  protected abstract open(): Series;
  protected abstract samples(labels: Sample['labels'], series: Series): Sample[];

  async get() {
    const values: Sample[] = [];
    for (const { values: labelValues, series } of this.#series.values())
      values.push(...this.samples(this.#labelsOf(labelValues), series));
    return { name: this.name, help: this.help, type: this.type, values, aggregator: 'sum' };
  }

  protected seriesOf(values: LabelValues<Labels>): Series {
    const key = values.join('\0');
    const known = this.#series.get(key);
    if (known !== undefined) return known.series;
    const series = this.open();
    this.#series.set(key, { values, series });
    return series;
  }

  #labelsOf(values: LabelValues<Labels>): Sample['labels'] {
    return Object.fromEntries(this.labelNames.map((name, index) => [name, values[index] ?? '']));
  }
}

export class HotGauge<const Labels extends readonly string[]> extends HotMetric<Labels, { value: number }> {
  readonly type = 'gauge';

  add(change: number, labels: LabelValues<Labels>): void {
    this.seriesOf(labels).value += change;
  }

  protected open(): { value: number } {
    return { value: 0 };
  }

  protected samples(labels: Sample['labels'], { value }: { value: number }): Sample[] {
    return [{ labels, value }];
  }
}

interface Distribution {
  /** Values up to each bound and above the one before it; the last place is for what is above all of them. */
  readonly counts: number[];
  sum: number;
  count: number;
}

export class HotHistogram<const Labels extends readonly string[]> extends HotMetric<Labels, Distribution> {
  readonly type = 'histogram';
  readonly #bounds: readonly number[];

  constructor(settings: MetricSettings<Labels> & { readonly buckets: readonly number[] }) {
    super(settings);
    this.#bounds = settings.buckets;
  }

  observe(value: number, labels: LabelValues<Labels>): void {
    const series = this.seriesOf(labels);
    let place = 0;
    while (place < this.#bounds.length && value > (this.#bounds[place] as number)) place++;
    series.counts[place] = (series.counts[place] ?? 0) + 1;
    series.sum += value;
    series.count++;
  }

  protected open(): Distribution {
    return { counts: new Array(this.#bounds.length + 1).fill(0), sum: 0, count: 0 };
  }

  protected samples(labels: Sample['labels'], { counts, sum, count }: Distribution): Sample[] {
    let below = 0;
    const buckets = this.#bounds.map((bound, place) => {
      below += counts[place] ?? 0;
      return { metricName: `${this.name}_bucket`, labels: { le: bound, ...labels }, value: below };
    });
    return [
      ...buckets,
      { metricName: `${this.name}_bucket`, labels: { le: '+Inf', ...labels }, value: count },
      { metricName: `${this.name}_sum`, labels, value: sum },
      { metricName: `${this.name}_count`, labels, value: count },
    ];
  }
}
