import type { Environment } from './sources/environment.js';

/** What the environment says about terminals, for the command line. */
export interface TerminalPreferences {
  /** False when NO_COLOR is set to anything (no-color.org) or TERM is `dumb`. */
  readonly color: boolean;
}

export function readTerminalPreferences(environment: Environment = process.env): TerminalPreferences {
  return { color: !environment.NO_COLOR && environment.TERM !== 'dumb' };
}
