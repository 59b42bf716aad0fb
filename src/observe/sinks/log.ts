import { destination } from 'pino';
import type { EventSink } from '../events.js';
import type { LogOptions } from '../options.js';
import { type Level, type LogLine, toLine } from './log-lines.js';

/** Beyond this many bytes waiting for a slow terminal or pipe, new lines are dropped rather than kept. */
const MAX_BUFFERED_BYTES = 4 * 1024 * 1024;
/** Lines of everyday events gather until they are this many bytes or this old: each write to the system is dear. */
const GATHERED_BYTES = 8 * 1024;
const GATHERED_MS = 50;
/** A reader that has stopped reading must not hold up the end of the process. */
const FLUSH_LIMIT_MS = 500;

export interface LogSink {
  readonly sink: EventSink;
  /** Writes out what is buffered. Idempotent. */
  close(): Promise<void>;
}

const LEVELS: readonly LogOptions['level'][] = ['debug', 'info', 'warn', 'error', 'silent'];

/**
 * Writes events to standard error without ever waiting for it; what is buffered when the process exits is written
 * then. Lines hold no key, no question and no answer: events carry none, and messages that may quote one are left
 * out (`error-line.ts`).
 */
export function createLog(options: LogOptions): LogSink {
  const output = new Output();
  const threshold = LEVELS.indexOf(options.level);
  const textOf = options.format === 'json' ? jsonLines(options) : plainLines(options);
  return {
    sink: (event) => {
      const line = toLine(event, options.level === 'debug');
      if (line && LEVELS.indexOf(line.level) >= threshold) output.write(textOf(line), line.level);
    },
    close: () => output.flush(),
  };
}

class Output {
  readonly #stream = destination({
    dest: 2,
    sync: false,
    maxLength: MAX_BUFFERED_BYTES,
    minLength: GATHERED_BYTES,
  });
  #timer: NodeJS.Timeout | undefined;

  constructor() {
    this.#stream.on('error', () => undefined);
  }

  write(text: string, level: Level): void {
    this.#stream.write(text);
    if (level === 'warn' || level === 'error') this.#stream.flush();
    else this.#timer ??= setTimeout(() => this.#flushGathered(), GATHERED_MS).unref();
  }

  flush(): Promise<void> {
    clearTimeout(this.#timer);
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, FLUSH_LIMIT_MS);
      this.#stream.flush(() => {
        clearTimeout(timer);
        resolve();
      });
    });
  }

  #flushGathered(): void {
    this.#timer = undefined;
    this.#stream.flush();
  }
}

function jsonLines({ worker }: LogOptions): (line: LogLine) => string {
  const base = worker === undefined ? {} : { worker };
  return ({ level, fields, message }) => {
    const time = new Date().toISOString();
    return `${JSON.stringify({ level, time, ...base, ...rounded(fields), msg: message })}\n`;
  };
}

/** Durations to a tenth of a millisecond: more digits are noise. */
function rounded(fields: LogLine['fields']): LogLine['fields'] {
  const short: LogLine['fields'] = {};
  for (const [name, value] of Object.entries(fields))
    short[name] = typeof value === 'number' ? Math.round(value * 10) / 10 : value;
  return short;
}

/** A progress bar may stand where the line goes; it is drawn again below. */
const ERASE_LINE = '\r\u001b[K';

function plainLines({ worker, isTerminal }: LogOptions): (line: LogLine) => string {
  const name = worker === undefined ? '' : `w${worker} `;
  const start = isTerminal ? ERASE_LINE : '';
  return ({ level, message }) => {
    const time = new Date().toTimeString().slice(0, 8);
    const mark = level === 'info' || level === 'debug' ? '' : `${level} `;
    return `${start}${time} ${name}${mark}${message}\n`;
  };
}
