import { readFile } from 'node:fs/promises';
import { NaraeError } from '../../core/index.js';
import type { CachesAtHand } from '../cache/caches.js';
import { localCaches } from '../cache/local.js';
import { remoteCaches } from '../cache/remote.js';
import { printCaches } from '../cache/table.js';
import { countOutcomes } from '../cache/warm.js';
import { type CommandContext, type CommandDefinition, type CommandInput, OK } from '../command.js';
import { EXIT_CODES, type ExitCode } from '../exit-codes.js';
import { withParts } from '../parts.js';

export const cacheCommand: CommandDefinition = {
  name: 'cache',
  summary: 'Show, clear or warm the caches of a running server, or of the data folder',
  arguments: [
    { name: '<action>', description: 'stats, clear or warm' },
    { name: '[questions]', description: 'For warm: a text file with one question a line' },
  ],
  options: [
    { flags: '--server <url>', description: 'The running server; sends the first of server.adminKeys' },
    { flags: '--name <cache>', description: 'For clear: this cache only, such as answer' },
    { flags: '--pattern <glob>', description: 'For clear: only entries whose names match, such as user_*' },
    { flags: '--json', description: 'For stats: print as JSON' },
  ],
  shownKeys: ['data.dir', 'cache.shared', 'redis.url'],
  examples: [
    'narae cache stats --server http://127.0.0.1:8000',
    'narae cache clear --name answer',
    'narae cache warm questions.txt --server http://127.0.0.1:8000',
  ],
  run: runCache,
};

type Action = (caches: CachesAtHand, context: CommandContext, input: CommandInput) => Promise<ExitCode>;

const ACTIONS: Readonly<Record<string, Action>> = { stats, clear, warm };

async function runCache(context: CommandContext, input: CommandInput): Promise<ExitCode> {
  const action = ACTIONS[String(input.action)];
  if (action === undefined) throw usage('action', `"${String(input.action)}" is none of stats, clear, warm.`);
  const { terminal, interrupted, loaded } = context;
  const signal = AbortSignal.any([interrupted, terminal.outputClosed]);
  if (typeof input.server === 'string')
    return action(remoteCaches(input.server, loaded.config, signal), context, input);
  return withParts(context, (parts, config) => action(localCaches(parts, config, signal), context, input));
}

async function stats(
  caches: CachesAtHand,
  { terminal }: CommandContext,
  input: CommandInput,
): Promise<ExitCode> {
  const shown = await caches.show();
  if (input.json === true) terminal.out(`${JSON.stringify(shown, undefined, 2)}\n`);
  else printCaches(terminal, shown);
  return OK;
}

async function clear(
  caches: CachesAtHand,
  { terminal }: CommandContext,
  input: CommandInput,
): Promise<ExitCode> {
  const pattern = input.pattern as string | undefined;
  const names = typeof input.name === 'string' ? [input.name] : Object.keys((await caches.show()).caches);
  for (const name of names) terminal.out(`${name}: ${await caches.clear(name, pattern)} entries dropped\n`);
  return OK;
}

async function warm(
  caches: CachesAtHand,
  { terminal }: CommandContext,
  input: CommandInput,
): Promise<ExitCode> {
  const questions = await readQuestions(input.questions as string | undefined);
  const { kept, written, failed } = await countOutcomes(terminal, questions.length, caches.warm(questions));
  terminal.out(`${written} answers written, ${kept} were there already, ${failed} failed.\n`);
  return failed > 0 ? EXIT_CODES.failed.code : OK;
}

/** One question a line; empty lines and what begins with # are left out. */
async function readQuestions(file: string | undefined): Promise<string[]> {
  if (file === undefined) throw usage('questions', 'narae cache warm needs a file with one question a line.');
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new NaraeError('file_unreadable', {
      values: { source: file, reason: String((cause as Error).message) },
      cause,
    });
  });
  const lines = text.split(/\r?\n/).map((line) => line.trim());
  return lines.filter((line) => line !== '' && !line.startsWith('#'));
}

function usage(field: string, reason: string): NaraeError {
  return new NaraeError('usage', { field, values: { reason, help: 'narae cache --help' } });
}
