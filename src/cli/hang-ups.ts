import { isatty } from 'node:tty';
import type { Config } from '../config/index.js';
import { toNaraeError } from '../core/index.js';
import type { CommandContext } from './command.js';

export interface HangUps extends Disposable {
  /** The configuration that the server runs now. */
  readonly config: Config;
}

const STANDARD_STREAMS = [0, 1, 2];
const ONE_PROCESS =
  'narae: SIGHUP restarts workers one by one, and this is one process alone: it goes on as before. ' +
  'Restart it to have the configuration read anew, or run it with --workers 2';

/**
 * Follows SIGHUP until disposed. It means two things: the terminal is gone, which ends the server as SIGTERM does; or
 * whoever manages the service wants the configuration read anew, which `reload` does. A server that cannot do that
 * goes on: ending would be the opposite of what was asked for.
 */
export function followHangUps(
  { terminal, reloadConfig, loaded, interrupted }: CommandContext,
  reload: ((config: Config) => Promise<string>) | undefined,
): HangUps {
  const { note } = terminal;
  const terminals = STANDARD_STREAMS.filter((fd) => isatty(fd));
  let { config } = loaded;

  const restart = async (fresh: Config): Promise<void> => {
    try {
      const url = await reload?.(fresh);
      config = fresh;
      note(`All workers run the configuration as it is now, at ${url}`);
    } catch (thrown) {
      // Whoever ends the server ends its restart too.
      if (interrupted.aborted) return;
      note(`narae: the restart broke off, workers that were not replaced go on as before: ${said(thrown)}`);
    }
  };
  const onSignal = (): void => {
    if (terminals.some((fd) => !isatty(fd))) {
      process.kill(process.pid, 'SIGTERM');
      return;
    }
    if (reload === undefined) {
      note(ONE_PROCESS);
      return;
    }
    try {
      const fresh = reloadConfig().config;
      note('Restarting the workers one by one …');
      void restart(fresh);
    } catch (thrown) {
      note(`narae: not restarted, the workers go on as before: ${said(thrown)}`);
    }
  };

  process.on('SIGHUP', onSignal);
  return {
    get config() {
      return config;
    },
    [Symbol.dispose]: () => void process.off('SIGHUP', onSignal),
  };
}

function said(thrown: unknown): string {
  const { message, code } = toNaraeError(thrown);
  return `${message} [${code}]`;
}
