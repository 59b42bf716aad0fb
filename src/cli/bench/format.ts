import { MEGABYTE } from '../../core/index.js';
import type { Distribution, LoadReport } from '../../lab/index.js';
import { count } from '../numbers.js';

/** `0.42 ms`, `12.3 ms`, `1,234 ms`. */
export function milliseconds(value: number): string {
  if (value >= 100) return `${count(Math.round(value))} ms`;
  return `${value.toFixed(value >= 10 ? 1 : 2)} ms`;
}

export function megabytes(bytes: number): string {
  return `${(bytes / MEGABYTE).toFixed(bytes < 10 * MEGABYTE ? 1 : 0)} MB`;
}

export function perSecond(value: number): string {
  return value >= 100 ? count(Math.round(value)) : value.toFixed(1);
}

/** What the load was: `200 clients`, `50 requests/s at even intervals`. */
export function shapeText({ shape }: Pick<LoadReport, 'shape'>): string {
  switch (shape.kind) {
    case 'closed':
      return `${count(shape.concurrency)} ${shape.concurrency === 1 ? 'client' : 'clients'}`;
    case 'rate':
      return `${count(shape.perSecond)} requests/s at ${shape.spacing} intervals`;
    case 'trace':
      return `${count(shape.arrivals)} recorded arrivals${shape.speed === 1 ? '' : `, ${shape.speed} times as fast`}`;
  }
}

export type TimeRow = readonly [name: string, distribution: Distribution];

/** The times of a report; how late requests started only where they had a time to start. */
export function timeRows(report: LoadReport): TimeRow[] {
  return [
    ['first token', report.firstTokenMs],
    ['next token', report.interTokenMs],
    ['whole answer', report.totalMs],
    ...(report.shape.kind === 'closed' ? [] : [['late start', report.startDelayMs] as const]),
  ];
}

export const TIME_COLUMNS = ['p50', 'p95', 'p99', 'max'] as const;

export function timeCells(distribution: Distribution): string[] {
  return TIME_COLUMNS.map((column) => timeText(distribution, column));
}

/** One figure of a distribution; a dash where nothing was measured, since a zero would look like a time. */
export function timeText(distribution: Distribution, column: (typeof TIME_COLUMNS)[number]): string {
  return distribution.count === 0 ? '–' : milliseconds(distribution[column]);
}
