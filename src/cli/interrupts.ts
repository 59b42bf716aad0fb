import { NaraeError } from '../core/index.js';
import { EXIT_CODES } from './exit-codes.js';

export interface Interrupts extends Disposable {
  /** Aborts at the first SIGINT or SIGTERM. */
  readonly signal: AbortSignal;
}

/** Follows SIGINT and SIGTERM until disposed. The second one ends the process at once: cleaning up may hang. */
export function watchInterrupts(): Interrupts {
  const controller = new AbortController();
  const onSignal = (): void => {
    if (controller.signal.aborted) process.exit(EXIT_CODES.interrupted.code);
    controller.abort(new NaraeError('aborted'));
  };
  const names = ['SIGINT', 'SIGTERM'] as const;
  for (const name of names) process.on(name, onSignal);
  return {
    signal: controller.signal,
    [Symbol.dispose]: () => {
      for (const name of names) process.off(name, onSignal);
    },
  };
}
