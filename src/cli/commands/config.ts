import {
  CONFIG_KEYS,
  type ConfigEntry,
  type ConfigKey,
  describeOrigin,
  redactEntry,
} from '../../config/index.js';
import { type CommandContext, type CommandDefinition, OK } from '../command.js';
import type { ExitCode } from '../exit-codes.js';
import type { Terminal } from '../terminal.js';

export const configCommand: CommandDefinition = {
  name: 'config',
  summary: 'Show the effective configuration and where each value came from',
  takesFolder: true,
  options: [
    { flags: '--keys', description: 'List every key with its meaning, variable, flag and default' },
    { flags: '--json', description: 'Print as JSON' },
  ],
  shownKeys: [],
  examples: ['narae config', 'narae config --keys', 'NARAE_PORT=9000 narae config --json'],
  run: async (context, input) =>
    input.keys === true ? showKeys(context, input.json === true) : showValues(context, input.json === true),
};

function showValues({ loaded, terminal }: CommandContext, asJson: boolean): ExitCode {
  const entries = loaded.entries.map(redactEntry);
  if (asJson) {
    const shown = entries.map(({ key, value, origin }) => ({
      key,
      value: value ?? null,
      origin: describeOrigin(origin),
    }));
    terminal.out(`${JSON.stringify({ file: loaded.file ?? null, values: shown }, undefined, 2)}\n`);
    return OK;
  }
  for (const entry of entries) terminal.out(`${valueLine(terminal, entry)}\n`);
  return OK;
}

function valueLine(terminal: Terminal, { key, value, origin }: ConfigEntry): string {
  const text = value === undefined ? terminal.style('dim', 'not set') : JSON.stringify(value);
  const from = describeOrigin(origin);
  return `${key} = ${text}  ${terminal.style(origin.kind === 'default' ? 'dim' : 'cyan', `(${from})`)}`;
}

function showKeys({ terminal }: CommandContext, asJson: boolean): ExitCode {
  if (asJson) terminal.out(`${JSON.stringify(CONFIG_KEYS.map(plainKey), undefined, 2)}\n`);
  else for (const key of CONFIG_KEYS) terminal.out(`${keyLines(terminal, key)}\n`);
  return OK;
}

function plainKey({ key, description, variable, flag, default: preset }: ConfigKey) {
  return { key, description, variable, flag: flag ?? null, default: preset ?? null };
}

function keyLines(
  terminal: Terminal,
  { key, description, variable, flag, short, default: preset }: ConfigKey,
): string {
  const names = [variable, flag, short].filter((name) => name !== undefined).join('  ');
  const shown = preset === undefined ? 'no default' : `default ${JSON.stringify(preset)}`;
  return `${terminal.style('bold', key)}  ${shown}\n    ${description}\n    ${terminal.style('dim', names)}`;
}
