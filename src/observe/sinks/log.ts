import { type DestinationStream, destination, type LoggerOptions, pino } from 'pino';
import type { EventSink } from '../events.js';
import type { LogOptions } from '../options.js';
import { type LogLine, toLine } from './log-lines.js';

/** Beyond this many bytes waiting for a slow terminal or pipe, new lines are dropped rather than kept. */
const MAX_BUFFERED_BYTES = 4 * 1024 * 1024;

export interface LogSink {
  readonly sink: EventSink;
  /** Writes out what is buffered. Idempotent. */
  close(): Promise<void>;
}

/**
 * Writes events to standard error without ever waiting for it. Lines hold no key, no question and no answer:
 * events carry none, and messages that may quote one are left out (`error-line.ts`).
 */
export function createLog(options: LogOptions): LogSink {
  const output = destination({ dest: 2, sync: false, maxLength: MAX_BUFFERED_BYTES });
  output.on('error', () => undefined);
  const isDebug = options.level === 'debug';
  const write = options.format === 'json' ? jsonWriter(options, output) : lineWriter(options, output);
  return {
    sink: (event) => {
      const line = toLine(event, isDebug);
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

/** A progress bar may stand where the line goes; it is drawn again below. */
const ERASE_LINE = '\r\u001b[K';

const LEVELS: readonly LogOptions['level'][] = ['debug', 'info', 'warn', 'error', 'silent'];

function lineWriter(options: LogOptions, output: DestinationStream): (line: LogLine) => void {
  const threshold = LEVELS.indexOf(options.level);
  const worker = options.worker === undefined ? '' : `w${options.worker} `;
  const start = options.isTerminal ? ERASE_LINE : '';
  return (line) => {
    if (LEVELS.indexOf(line.level) < threshold) return;
    const time = new Date().toTimeString().slice(0, 8);
    const mark = line.level === 'info' || line.level === 'debug' ? '' : `${line.level} `;
    output.write(`${start}${time} ${worker}${mark}${line.message}\n`);
  };
}

function flush(output: ReturnType<typeof destination>): Promise<void> {
  return new Promise((resolve) => {
    output.flush(() => resolve());
  });
}
