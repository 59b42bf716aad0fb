import type { RedisServer } from '../support/redis-server.js';

/** What a phase is run with. */
export interface PhaseSettings {
  /** Fewer rounds, threads and streams: to see that it works. */
  readonly quick: boolean;
  /** A private server; phases may empty it. */
  readonly redis: RedisServer;
}

/** A target beside its figure. */
export interface Verdict {
  readonly what: string;
  readonly figure: string;
  readonly target: string;
  readonly isMet: boolean;
}

/** A phase's part of the report. */
export interface Section {
  readonly title: string;
  /** Markdown below the title. */
  readonly body: string;
  readonly verdicts: readonly Verdict[];
}

export type Phase = (settings: PhaseSettings) => Promise<Section>;

export function atMost(what: string, value: number, limit: number, unit: string): Verdict {
  return {
    what,
    figure: `${shown(value)} ${unit}`,
    target: `≤ ${limit} ${unit}`,
    isMet: value <= limit,
  };
}

/** A target that is all or nothing. */
export function allOf(what: string, good: number, all: number): Verdict {
  return { what, figure: `${good} of ${all}`, target: 'all', isMet: all > 0 && good === all };
}

export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  const rule = head.map((_, column) => (column === 0 ? '---' : '--:'));
  return [head, rule, ...rows].map(line).join('\n');
}

export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

/** `p50 / p95`. */
export function spread(values: readonly number[]): string {
  return [0.5, 0.95].map((share) => shown(quantile(values, share))).join(' / ');
}

export function shown(value: number): string {
  return value < 100 ? value.toFixed(2) : value.toFixed(0);
}
