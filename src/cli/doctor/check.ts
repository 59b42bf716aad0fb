import type { Config } from '../../config/index.js';
import { toNaraeError } from '../../core/index.js';
import type { App } from '../app.js';

export type Verdict = 'ok' | 'warning' | 'failure';

/** One line of `narae doctor`. `detail` ends with what to do where something must be done. */
export interface Finding {
  readonly verdict: Verdict;
  readonly subject: string;
  readonly detail: string;
}

export interface CheckContext {
  readonly config: Config;
  loadApp(): Promise<App>;
  readonly signal: AbortSignal;
}

/** A check never throws: what goes wrong in it is what it found. */
export type Check = (context: CheckContext) => Promise<readonly Finding[]>;

export function ok(subject: string, detail: string): Finding {
  return { verdict: 'ok', subject, detail };
}

export function warning(subject: string, detail: string): Finding {
  return { verdict: 'warning', subject, detail };
}

export function failure(subject: string, thrown: unknown): Finding {
  return { verdict: 'failure', subject, detail: typeof thrown === 'string' ? thrown : reasonOf(thrown) };
}

function reasonOf(thrown: unknown): string {
  const error = toNaraeError(thrown);
  if (error.code !== 'internal') return error.message;
  return error.cause instanceof Error ? error.cause.message : String(error.cause);
}
