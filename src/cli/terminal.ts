import { styleText } from 'node:util';
import type { TerminalPreferences } from '../config/index.js';

/** Where a command writes: results to `out`, everything else to `note`. */
export interface Terminal {
  /** Writes a result to stdout, as it is. */
  out(text: string): void;
  /** Writes a line to stderr. */
  note(line: string): void;
  /** True when stderr is a terminal, so that a bar may be drawn there. */
  readonly isInteractive: boolean;
  /** Styles text for stdout; plain when colours are not wanted or stdout is no terminal. */
  style(style: Style, text: string): string;
  /** Aborts when the reader of stdout is gone (`| head`). */
  readonly outputClosed: AbortSignal;
  /** Resolves once all that was written has left the process. */
  flush(): Promise<void>;
}

export type Style = 'bold' | 'dim' | 'green' | 'yellow' | 'red' | 'cyan';

/** Standard streams as a terminal. A closed pipe is not an error: writing stops and `outputClosed` aborts. */
export function processTerminal({ color }: TerminalPreferences): Terminal {
  const closed = new AbortController();
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', () => {
      if (stream === process.stdout) closed.abort();
    });
  }
  const write = (stream: NodeJS.WriteStream, text: string): void => {
    if (stream.writable) stream.write(text);
  };
  const useColor = color && process.stdout.isTTY === true;
  return {
    out: (text) => write(process.stdout, text),
    note: (line) => write(process.stderr, `${line}\n`),
    isInteractive: process.stderr.isTTY === true,
    style: (style, text) => (useColor ? styleText(style, text) : text),
    outputClosed: closed.signal,
    flush: async () => {
      await Promise.all([drained(process.stdout), drained(process.stderr)]);
    },
  };
}

function drained(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => {
    if (!stream.writable) resolve();
    else stream.write('', () => resolve());
  });
}
