export interface LogOptions {
  /** Nothing below this level is written. */
  readonly level: 'debug' | 'info' | 'warn' | 'error' | 'silent';
  /** `json`: one object a line for collectors; `line`: one readable line for a person at a terminal. */
  readonly format: 'json' | 'line';
  /** Number of this process where there are several; every line carries it. */
  readonly worker?: number;
  /** Lines go to a terminal, where a progress bar may be drawn. Default: false. */
  readonly isTerminal?: boolean;
}
