import { writeSync } from 'node:fs';
import { destination } from 'pino';
import type { EventSink } from '../events.js';
import type { LogOptions } from '../options.js';
import { jsonLines } from './json-lines.js';
import { type Level, type LogLine, toLine } from './log-lines.js';

const STDERR = 2;
/** Beyond this many bytes waiting for a slow terminal or pipe, new lines are dropped rather than kept. */
const MAX_BUFFERED_BYTES = 4 * 1024 * 1024;
/** Lines of everyday events gather until they are this long or this old: each write to the system is dear. */
const GATHERED_CHARACTERS = 8 * 1024;
const GATHERED_MS = 200;
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
  const textOf = options.format === 'json' ? jsonLines(options.worker) : plainLines(options);
  return {
    sink: (event) => {
      const line = toLine(event, options.level === 'debug');
      if (line && LEVELS.indexOf(line.level) >= threshold) output.write(textOf(line), line.level);
    },
    close: () => output.close(),
  };
}

/** Gathers lines itself: the stream would look at all that it holds again with every line. */
class Output {
  /** Before the stream's own, which writes out at exit what it was given. */
  readonly #onExit = (): void => this.#passAtExit();
  readonly #stream: ReturnType<typeof destination>;
  #lines: string[] = [];
  #characters = 0;
  #timer: NodeJS.Timeout | undefined;
  /** Nobody reads stderr any more, its disk is full, or its terminal is gone. */
  #isBroken = false;
  #isClosed = false;

  constructor() {
    process.once('exit', this.#onExit);
    this.#stream = destination({ dest: STDERR, sync: false, maxLength: MAX_BUFFERED_BYTES, minLength: 1 });
    this.#stream.on('error', () => {
      this.#isBroken = true;
    });
    this.#stream.on('write', () => {
      this.#isBroken = false;
    });
  }

  write(line: string, level: Level): void {
    if (this.#isClosed) return;
    this.#lines.push(line);
    this.#characters += line.length;
    const isUrgent = level === 'warn' || level === 'error';
    if (isUrgent || this.#characters >= GATHERED_CHARACTERS) this.#pass();
    else this.#timer ??= setTimeout(() => this.#pass(), GATHERED_MS).unref();
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    process.off('exit', this.#onExit);
    this.#pass();
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, FLUSH_LIMIT_MS);
      this.#stream.flush(() => {
        clearTimeout(timer);
        resolve();
      });
    });
    this.#abandon();
  }

  /**
   * At exit the stream writes what it still holds, again and again until it succeeds: into a pipe that nobody reads,
   * or onto a full disk, that would keep the process from ever ending.
   */
  #abandon(): void {
    this.#isClosed = true;
    this.#stream.destroy();
  }

  /** What is given to the stream now would not be written any more. */
  #passAtExit(): void {
    try {
      if (this.#lines.length > 0) writeSync(STDERR, this.#lines.join(''));
    } catch {
      this.#isBroken = true;
    }
    if (this.#isBroken) this.#abandon();
  }

  #pass(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#lines.length > 0) this.#stream.write(this.#lines.join(''));
    this.#lines = [];
    this.#characters = 0;
  }
}

let shownSecond = -1;
let shownTime = '';

/** The time of day as people here say it, looked up once a second: that costs as much as the rest of the line. */
function localTime(): string {
  const second = Math.floor(Date.now() / 1000);
  if (second !== shownSecond) shownTime = new Date().toTimeString().slice(0, 8);
  shownSecond = second;
  return shownTime;
}

/** A progress bar may stand where the line goes; it is drawn again below. */
const ERASE_LINE = '\r\u001b[K';

function plainLines({ worker, isTerminal }: LogOptions): (line: LogLine) => string {
  const name = worker === undefined ? '' : `w${worker} `;
  const start = isTerminal ? ERASE_LINE : '';
  return ({ level, message }) => {
    const time = localTime();
    const mark = level === 'info' || level === 'debug' ? '' : `${level} `;
    return `${start}${time} ${name}${mark}${message}\n`;
  };
}
