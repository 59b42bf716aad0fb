import { Argument, Command, CommanderError, Option } from 'commander';
import {
  CONFIG_KEYS,
  type ConfigKey,
  type FlagValue,
  type LoadedConfig,
  type LoadOptions,
  loadConfig,
  PACKAGE,
} from '../config/index.js';
import type { App, WorkersApp } from './app.js';
import type { CommandContext, CommandDefinition, CommandInput, CommandOption } from './command.js';
import { COMMANDS } from './commands/index.js';
import { EXIT_CODES, type ExitCode } from './exit-codes.js';
import { reportFailure } from './failure.js';
import { watchInterrupts } from './interrupts.js';
import type { Terminal } from './terminal.js';

export interface Surroundings {
  readonly terminal: Terminal;
  loadApp(): Promise<App>;
  loadWorkers(): Promise<WorkersApp>;
  /** Where configuration is read; default: the process's environment and working directory. */
  readonly configSource?: Pick<LoadOptions, 'cwd' | 'environment'>;
}

/** Runs one command line (without `node` and script). Never throws: every failure is reported and has its code. */
export async function runCommandLine(argv: readonly string[], surroundings: Surroundings): Promise<ExitCode> {
  let exitCode: ExitCode = EXIT_CODES.ok.code;
  const program = buildProgram(surroundings.terminal);
  for (const definition of COMMANDS) {
    program.addCommand(
      buildCommand(definition, surroundings.terminal, async (command) => {
        exitCode = await execute(definition, command, surroundings);
      }),
    );
  }
  try {
    await program.parseAsync([...argv], { from: 'user' });
    return exitCode;
  } catch (thrown) {
    if (thrown instanceof CommanderError)
      return thrown.exitCode === 0 ? EXIT_CODES.ok.code : EXIT_CODES.usage.code;
    return reportFailure(surroundings.terminal, thrown, false);
  }
}

async function execute(
  definition: CommandDefinition,
  command: Command,
  { terminal, loadApp, loadWorkers, configSource }: Surroundings,
): Promise<ExitCode> {
  using interrupts = watchInterrupts();
  let showCause = command.opts().logLevel === 'debug';
  try {
    const reloadConfig = () => loadConfig({ ...configSource, ...configAsked(definition, command) });
    let loaded: LoadedConfig | undefined;
    const context: CommandContext = {
      get loaded() {
        loaded ??= reloadConfig();
        showCause = loaded.config.log.level === 'debug';
        return loaded;
      },
      terminal,
      loadApp,
      loadWorkers,
      reloadConfig,
      interrupted: interrupts.signal,
      onSecondInterrupt: interrupts.onSecond,
    };
    return await definition.run(context, ownInput(definition, command));
  } catch (thrown) {
    if (terminal.outputClosed.aborted) return EXIT_CODES.ok.code;
    return reportFailure(terminal, thrown, showCause);
  }
}

function configAsked(definition: CommandDefinition, command: Command): LoadOptions {
  const file = command.opts().config as string | undefined;
  return { flags: flagValues(definition, command), ...(file !== undefined && { file }) };
}

function buildProgram(terminal: Terminal): Command {
  return new Command('narae')
    .description('Answers questions from your documents, with sources.')
    .version(PACKAGE.version, '-V, --version', 'Print the version')
    .helpOption('-h, --help', 'Print help')
    .helpCommand(false)
    .exitOverride()
    .configureOutput(outputOf(terminal));
}

function buildCommand(
  definition: CommandDefinition,
  terminal: Terminal,
  run: (command: Command) => Promise<void>,
): Command {
  const command = new Command(definition.name)
    .description(definition.summary)
    .helpOption('-h, --help', 'Print help')
    .allowExcessArguments(false)
    .exitOverride()
    .configureOutput(outputOf(terminal))
    .addHelpText('after', helpFooter(definition));
  if (definition.takesFolder) command.addArgument(new Argument('[folder]', 'Folder of documents'));
  for (const argument of definition.arguments ?? []) {
    command.addArgument(new Argument(argument.name, argument.description));
  }
  for (const option of definition.options ?? []) command.addOption(ownOption(option));
  command.option('--config <file>', 'Configuration file, JSON or YAML');
  for (const key of flaggedKeys(definition))
    addKeyOptions(command, key, definition.shownKeys.includes(key.key));
  return command.action(() => run(command));
}

function outputOf(terminal: Terminal) {
  return {
    writeOut: (text: string) => terminal.out(text),
    writeErr: (text: string) => terminal.note(text.replace(/\n$/, '')),
    outputError: (text: string, write: (text: string) => void) =>
      write(text.replace(/^error: /, 'narae: ').replace(/\n$/, ' [usage]\n')),
  };
}

function helpFooter({ examples }: CommandDefinition): string {
  const lines = examples.map((example) => `  ${example}`);
  return `\nExamples:\n${lines.join('\n')}\n\nEvery configuration key is a flag too: narae config --keys`;
}

function ownOption({ flags, description, choices }: CommandOption): Option {
  const option = new Option(flags, description);
  return choices ? option.choices(choices) : option;
}

/** Keys that are flags of the command: all, except where it has an option of its own by that name. */
function flaggedKeys({ options = [] }: CommandDefinition): (ConfigKey & { flag: string })[] {
  const own = new Set(options.map(({ flags }) => new Option(flags).long));
  return CONFIG_KEYS.filter(
    (key): key is ConfigKey & { flag: string } => key.flag?.startsWith('--') === true && !own.has(key.flag),
  );
}

function addKeyOptions(command: Command, key: ConfigKey & { flag: string }, isShown: boolean): void {
  const long = key.kind === 'boolean' ? key.flag : `${key.flag} <${placeholder(key)}>`;
  const option = new Option(key.short ? `${key.short}, ${long}` : long, helpText(key));
  command.addOption(isShown ? option : option.hideHelp());
  if (key.kind === 'boolean') command.addOption(new Option(key.flag.replace('--', '--no-')).hideHelp());
}

function placeholder({ kind, isPath }: ConfigKey): string {
  if (isPath) return 'path';
  return kind === 'integer' || kind === 'number' ? 'n' : kind;
}

function helpText(key: ConfigKey): string {
  const shown =
    key.default === undefined || key.kind === 'boolean' ? '' : ` (default: ${String(key.default)})`;
  return `${key.description.replaceAll('`', '')}${shown}`;
}

function flagValues(definition: CommandDefinition, command: Command): FlagValue[] {
  const given = flaggedKeys(definition).flatMap((key) => {
    const name = attributeOf(key.flag);
    if (command.getOptionValueSource(name) !== 'cli') return [];
    return [{ key: key.key, value: command.opts()[name] as string | boolean, flag: key.flag }];
  });
  const folder = definition.takesFolder ? (command.args[0] as string | undefined) : undefined;
  return folder === undefined ? given : [...given, { key: 'ingest.folder', value: folder, flag: '[folder]' }];
}

function attributeOf(flag: string): string {
  return new Option(flag).attributeName();
}

function ownInput(definition: CommandDefinition, command: Command): CommandInput {
  const options = (definition.options ?? []).map(({ flags }) => {
    const name = new Option(flags).attributeName();
    return [name, command.opts()[name] as string | boolean | undefined] as const;
  });
  const first = definition.takesFolder ? 1 : 0;
  const args = (definition.arguments ?? []).map(
    ({ name }, index) => [name.replace(/\W/g, ''), command.args[first + index]] as const,
  );
  return Object.fromEntries([...options, ...args]);
}
