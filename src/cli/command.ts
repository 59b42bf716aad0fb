import type { LoadedConfig } from '../config/index.js';
import type { App, WorkersApp } from './app.js';
import { EXIT_CODES, type ExitCode } from './exit-codes.js';
import type { Terminal } from './terminal.js';

/** What a command is given when it runs. */
export interface CommandContext {
  /** Read when first asked for, so that a broken file is in the way of no command that needs none. Throws what is wrong with it. */
  readonly loaded: LoadedConfig;
  readonly terminal: Terminal;
  /** Loads the composition root; commands that need no parts never pay for it. */
  loadApp(): Promise<App>;
  loadWorkers(): Promise<WorkersApp>;
  /** Reads the configuration again, from the same flags and file. Throws as the first time. */
  reloadConfig(): LoadedConfig;
  /** Aborts at the first interrupt. */
  readonly interrupted: AbortSignal;
  /** Takes the second interrupt over, which else ends the process at once; the third one does that. */
  onSecondInterrupt(run: () => void): void;
}

/** An argument that is not a configuration key. */
export interface CommandArgument {
  /** In commander's notation: `<question>`. */
  readonly name: string;
  readonly description: string;
}

export interface CommandOption {
  /** In commander's notation: `--mode <mode>`. */
  readonly flags: string;
  readonly description: string;
  readonly choices?: readonly string[];
}

/** Values of a command's own arguments and options, by name; configuration keys are not among them. */
export type CommandInput = Readonly<Record<string, string | boolean | undefined>>;

/** A command as data: `program.ts` turns it into the command line. */
export interface CommandDefinition {
  readonly name: string;
  readonly summary: string;
  readonly arguments?: readonly CommandArgument[];
  readonly options?: readonly CommandOption[];
  /** Configuration keys whose flags `--help` shows; all others work too. */
  readonly shownKeys: readonly string[];
  /** Whether `[folder]` is taken, as `ingest.folder`. */
  readonly takesFolder?: boolean;
  /** Lines below the help, each an example. */
  readonly examples: readonly string[];
  run(context: CommandContext, input: CommandInput): Promise<ExitCode>;
}

export const OK: ExitCode = EXIT_CODES.ok.code;
