import { NaraeError } from '../core/index.js';
import { EXIT_CODES } from './exit-codes.js';

export interface Interrupts extends Disposable {
  /** Aborts at the first SIGINT or SIGTERM. */
  readonly signal: AbortSignal;
  /** Takes the second one over. */
  onSecond(run: () => void): void;
}

/**
 * Follows SIGINT and SIGTERM until disposed. The second one ends the process at once, since cleaning up may hang,
 * unless somebody took it over; the third one always does.
 */
export function watchInterrupts(): Interrupts {
  const controller = new AbortController();
  let second: (() => void) | undefined;
  const onSignal = (): void => {
    if (!controller.signal.aborted) {
      controller.abort(new NaraeError('aborted'));
      return;
    }
    if (second === undefined) process.exit(EXIT_CODES.interrupted.code);
    const run = second;
    second = undefined;
    run();
  };
  const names = ['SIGINT', 'SIGTERM'] as const;
  for (const name of names) process.on(name, onSignal);
  return {
    signal: controller.signal,
    onSecond: (run) => {
      second = run;
    },
    [Symbol.dispose]: () => {
      for (const name of names) process.off(name, onSignal);
    },
  };
}
