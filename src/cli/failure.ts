import { type NaraeError, toNaraeError } from '../core/index.js';
import { type ExitCode, exitCodeOf } from './exit-codes.js';
import type { Terminal } from './terminal.js';

/**
 * Reports whatever a command threw: one line with message and code. With `showCause` the cause follows, stack
 * and all: for `log.level: debug`.
 */
export function reportFailure(terminal: Terminal, thrown: unknown, showCause: boolean): ExitCode {
  const error = toNaraeError(thrown);
  if (error.code === 'aborted') terminal.note('narae: stopped.');
  else terminal.note(`narae: ${describe(error)} [${error.code}]`);
  if (showCause && error.cause !== undefined) terminal.note(causeText(error.cause));
  return exitCodeOf(error);
}

/** `internal` speaks of a request id, which a terminal does not have. */
function describe(error: NaraeError): string {
  if (error.code !== 'internal') return oneLine(error.message);
  const reason = error.cause instanceof Error ? error.cause.message : String(error.cause);
  return `Something went wrong inside Narae: ${oneLine(reason)}. For details: --log-level debug`;
}

function causeText(cause: unknown): string {
  return cause instanceof Error ? (cause.stack ?? cause.message) : String(cause);
}

function oneLine(text: string): string {
  return text.replaceAll(/\s*\n\s*/g, ' ');
}
