import { type DestinationStream, destination, type LoggerOptions, pino } from 'pino';
import type { EventSink, NaraeEvent } from '../events.js';
import type { LogOptions } from '../options.js';

/** Beyond this many bytes waiting for a slow terminal or pipe, new lines are dropped rather than kept. */
const MAX_BUFFERED_BYTES = 4 * 1024 * 1024;

export interface LogSink {
  readonly sink: EventSink;
  /** Writes out what is buffered. Idempotent. */
  close(): Promise<void>;
}

type Level = 'debug' | 'info' | 'warn' | 'error';

interface LogLine {
  readonly level: Level;
  readonly message: string;
  readonly fields: Record<string, unknown>;
}

/**
 * Writes events to standard error without ever waiting for it. Lines hold no key, no question and no answer:
 * events carry none.
 */
export function createLog(options: LogOptions): LogSink {
  const output = destination({ dest: 2, sync: false, maxLength: MAX_BUFFERED_BYTES });
  output.on('error', () => undefined);
  const write = options.format === 'json' ? jsonWriter(options, output) : lineWriter(options, output);
  return {
    sink: (event) => {
      const line = toLine(event);
      if (line) write(line);
    },
    close: () => flush(output),
  };
}

function jsonWriter(options: LogOptions, output: DestinationStream): (line: LogLine) => void {
  const settings: LoggerOptions = {
    level: options.level,
    base: options.worker === undefined ? null : { worker: options.worker },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
  };
  const logger = pino(settings, output);
  return (line) => logger[line.level](rounded(line.fields), line.message);
}

/** Durations to a tenth of a millisecond: more digits are noise. */
function rounded(fields: Record<string, unknown>): Record<string, unknown> {
  const round = (value: unknown): unknown =>
    typeof value === 'number' ? Math.round(value * 10) / 10 : value;
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, round(value)]));
}

const LEVELS: readonly LogOptions['level'][] = ['debug', 'info', 'warn', 'error', 'silent'];

function lineWriter(options: LogOptions, output: DestinationStream): (line: LogLine) => void {
  const threshold = LEVELS.indexOf(options.level);
  const worker = options.worker === undefined ? '' : `w${options.worker} `;
  return (line) => {
    if (LEVELS.indexOf(line.level) < threshold) return;
    const time = new Date().toTimeString().slice(0, 8);
    const mark = line.level === 'info' || line.level === 'debug' ? '' : `${line.level} `;
    output.write(`${time} ${worker}${mark}${line.message}\n`);
  };
}

function flush(output: ReturnType<typeof destination>): Promise<void> {
  return new Promise((resolve) => {
    output.flush(() => resolve());
  });
}

/** What is worth a line; routine stages are left to metrics. */
function toLine(event: NaraeEvent): LogLine | undefined {
  const { type, ...fields } = event;
  switch (event.type) {
    case 'request-finished':
      return {
        level: event.status >= 500 ? 'error' : event.route === '/metrics' ? 'debug' : 'info',
        message: `${event.method} ${event.route} ${event.status} ${event.durationMs.toFixed(1)} ms ${event.requestId}`,
        fields: { event: type, ...fields },
      };
    case 'ingest-finished':
      return {
        level: event.outcome === 'error' ? 'error' : 'info',
        message: `indexed "${event.collection}": ${event.documents} documents, ${event.chunksEmbedded} chunks new, ${event.chunksReused} reused, ${event.outcome}`,
        fields: { event: type, ...fields },
      };
    case 'ingest-file-failed':
      return {
        level: 'warn',
        message: `${event.source}: ${event.reason}`,
        fields: { event: type, ...fields },
      };
    case 'endpoint-state-changed':
      return {
        level: event.to === 'open' ? 'warn' : 'info',
        message: `endpoint ${event.endpoint} of "${event.model}": ${event.from} → ${event.to}${event.errorCode ? ` (${event.errorCode})` : ''}`,
        fields: { event: type, ...fields },
      };
    case 'generation-fell-back':
      return {
        level: 'warn',
        message: `"${event.model}" failed (${event.errorCode}), asking "${event.fallback}" instead`,
        fields: { event: type, ...fields },
      };
    case 'error':
      return { level: 'error', message: errorText(event), fields: errorFields(event) };
    case 'question-asked':
      return {
        level: 'info',
        message: `question: ${event.question} (${event.requestId})`,
        fields: { event: type, ...fields },
      };
    case 'notice':
      return { level: 'info', message: event.message, fields: { event: type, ...event.details } };
    case 'stage-finished':
    case 'generation-finished':
    case 'generation-retried':
    case 'generation-hedged':
    case 'generation-stopped-early':
    case 'limit-waited':
    case 'embedding-finished':
      return { level: 'debug', message: type, fields: { event: type, ...fields } };
    default:
      return undefined;
  }
}

function errorText(event: Extract<NaraeEvent, { type: 'error' }>): string {
  const where = event.requestId === undefined ? '' : ` (${event.requestId})`;
  return `${event.code}: ${event.message}${where}`;
}

function errorFields(event: Extract<NaraeEvent, { type: 'error' }>): Record<string, unknown> {
  const cause = event.cause instanceof Error ? causeText(event.cause) : undefined;
  return { event: 'error', code: event.code, requestId: event.requestId, ...(cause && { cause }) };
}

/** Name, message and frames below the project: enough to find the place, without the machine's folders. */
function causeText(cause: Error): string {
  return (cause.stack ?? `${cause.name}: ${cause.message}`).replace(
    /(?:file:\/\/)?\/[^\s()]*\/(node_modules|dist|src)\//g,
    '$1/',
  );
}
