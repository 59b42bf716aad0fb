import type { NaraeEvent } from '../events.js';
import { errorLine, levelOfStatus } from './error-line.js';

export type Level = 'debug' | 'info' | 'warn' | 'error';

export interface LogLine {
  readonly level: Level;
  readonly message: string;
  readonly event: NaraeEvent['type'];
  /** For machines. The name of the event may be among them. */
  readonly fields: object;
}

/** What happens with every answer, and is of interest only to somebody who looks for a fault. */
const ROUTINE_EVENTS = new Set<NaraeEvent['type']>([
  'request-started',
  'stage-finished',
  'generation-started',
  'generation-finished',
  'embedding-finished',
  'cache-read',
  'answer-reuse-decided',
  'flow-node-finished',
]);

const NO_FIELDS = {};

/** What is worth a line; routine stages are left to metrics, unless `isDebug`. */
export function toLine(event: NaraeEvent, isDebug: boolean): LogLine | undefined {
  if (!isDebug && ROUTINE_EVENTS.has(event.type)) return undefined;
  switch (event.type) {
    case 'request-finished':
      return lineOf(
        event,
        requestLevel(event),
        `${event.method} ${event.route} ${event.status} ${event.durationMs.toFixed(1)} ms ${event.requestId}`,
      );
    case 'ingest-finished':
      return lineOf(event, event.outcome === 'error' ? 'error' : 'info', ingestText(event));
    case 'ingest-file-failed':
      return lineOf(event, 'warn', `${event.source}: ${event.reason}`);
    case 'endpoint-state-changed':
      return lineOf(
        event,
        event.to === 'open' ? 'warn' : 'info',
        `endpoint ${event.endpoint} of "${event.model}": ${event.from} → ${event.to}${event.errorCode ? ` (${event.errorCode})` : ''}`,
      );
    case 'generation-fell-back':
      return lineOf(
        event,
        'warn',
        `"${event.model}" failed (${event.errorCode}), asking "${event.fallback}" instead`,
      );
    case 'answer-reuse-checked':
      return reuseCheckLine(event);
    case 'error':
      return errorLine(event);
    case 'question-asked':
      return lineOf(event, 'info', `question: ${event.question} (${event.requestId})`);
    case 'notice':
      return lineOf(event, event.level ?? 'info', event.message, event.details ?? NO_FIELDS);
    case 'stage-finished':
    case 'generation-finished':
    case 'generation-retried':
    case 'generation-hedged':
    case 'generation-stopped-early':
    case 'limit-waited':
    case 'embedding-finished':
    case 'flow-node-finished':
    case 'answer-reuse-decided':
      return lineOf(event, 'debug', event.type);
    default:
      return undefined;
  }
}

function lineOf(event: NaraeEvent, level: Level, message: string, fields: object = event): LogLine {
  return { level, message, event: event.type, fields };
}

function reuseCheckLine(event: Extract<NaraeEvent, { type: 'answer-reuse-checked' }>): LogLine {
  switch (event.outcome) {
    case 'same':
      return lineOf(event, 'debug', 'a reused answer says what the model says');
    case 'different':
      return lineOf(event, 'warn', `a reused answer differs from the model's own (${event.difference})`);
    case 'failed':
      return lineOf(event, 'debug', 'a reused answer could not be compared: the model gave none');
  }
}

function ingestText(event: Extract<NaraeEvent, { type: 'ingest-finished' }>): string {
  const { collection, documents, chunksEmbedded, chunksReused } = event;
  switch (event.outcome) {
    case 'ok':
      return `indexed "${collection}": ${documents} documents, ${chunksEmbedded} chunks new, ${chunksReused} reused`;
    case 'aborted':
      return `indexing of "${collection}" was stopped; what was committed stays`;
    case 'error':
      return `indexing of "${collection}" failed (${event.errorCode ?? 'internal'}); what was committed stays`;
  }
}

/** What monitors and browsers fetch all day: a line only when it fails. */
const ROUTINE = new Set([
  '/metrics',
  '/healthz',
  '/readyz',
  '/',
  '/*',
  '/v1/info',
  '/docs',
  '/docs/*',
  '/docs/assets/*',
]);

/** Probes ask every few seconds, and "not yet" is an answer that they are made for. */
const PROBES = new Set(['/healthz', '/readyz']);

function requestLevel({ route, status }: { readonly route: string; readonly status: number }): Level {
  if (PROBES.has(route)) return 'debug';
  return status < 400 && ROUTINE.has(route) ? 'debug' : levelOfStatus(status);
}
