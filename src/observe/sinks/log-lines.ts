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
  const { type } = event;
  switch (event.type) {
    case 'request-finished':
      return {
        level: requestLevel(event),
        message: `${event.method} ${event.route} ${event.status} ${event.durationMs.toFixed(1)} ms ${event.requestId}`,
        event: type,
        fields: event,
      };
    case 'ingest-finished':
      return {
        level: event.outcome === 'error' ? 'error' : 'info',
        message: ingestText(event),
        event: type,
        fields: event,
      };
    case 'ingest-file-failed':
      return {
        level: 'warn',
        message: `${event.source}: ${event.reason}`,
        event: type,
        fields: event,
      };
    case 'endpoint-state-changed':
      return {
        level: event.to === 'open' ? 'warn' : 'info',
        message: `endpoint ${event.endpoint} of "${event.model}": ${event.from} → ${event.to}${event.errorCode ? ` (${event.errorCode})` : ''}`,
        event: type,
        fields: event,
      };
    case 'generation-fell-back':
      return {
        level: 'warn',
        message: `"${event.model}" failed (${event.errorCode}), asking "${event.fallback}" instead`,
        event: type,
        fields: event,
      };
    case 'answer-reuse-checked':
      return { ...reuseCheckLine(event), event: type, fields: event };
    case 'error':
      return errorLine(event);
    case 'question-asked':
      return {
        level: 'info',
        message: `question: ${event.question} (${event.requestId})`,
        event: type,
        fields: event,
      };
    case 'notice':
      return {
        level: event.level ?? 'info',
        message: event.message,
        event: type,
        fields: event.details ?? NO_FIELDS,
      };
    case 'stage-finished':
    case 'generation-finished':
    case 'generation-retried':
    case 'generation-hedged':
    case 'generation-stopped-early':
    case 'limit-waited':
    case 'embedding-finished':
    case 'flow-node-finished':
    case 'answer-reuse-decided':
      return { level: 'debug', message: type, event: type, fields: event };
    default:
      return undefined;
  }
}

function reuseCheckLine({
  outcome,
  difference,
}: Extract<NaraeEvent, { type: 'answer-reuse-checked' }>): Pick<LogLine, 'level' | 'message'> {
  switch (outcome) {
    case 'same':
      return { level: 'debug', message: 'a reused answer says what the model says' };
    case 'different':
      return { level: 'warn', message: `a reused answer differs from the model's own (${difference})` };
    case 'failed':
      return { level: 'debug', message: 'a reused answer could not be compared: the model gave none' };
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
