import type { MockLlm, MockLlmOptions } from '../../lab/index.js';
import { type CommandContext, type CommandDefinition, type CommandInput, OK } from '../command.js';
import type { ExitCode } from '../exit-codes.js';
import { plural } from '../numbers.js';
import { OwnInput } from '../own-input.js';
import type { Terminal } from '../terminal.js';
import { untilAborted } from '../waiting.js';

const DEFAULT_PORT = 4010;

export const mockLlmCommand: CommandDefinition = {
  name: 'mock-llm',
  summary: 'Run a model server without a model: OpenAI and Anthropic formats, faults on demand',
  options: [
    { flags: '--host <host>', description: 'Address to listen on (default: 127.0.0.1)' },
    { flags: '--port <n>', description: `Port to listen on; 0 takes a free one (default: ${DEFAULT_PORT})` },
    { flags: '--first-token-ms <n>', description: 'From the request to the first token (default: 0)' },
    { flags: '--token-ms <n>', description: 'Between two tokens; 0 sends all at once (default: 0)' },
    { flags: '--tokens <n>', description: 'Tokens of an answer (default: 64)' },
    { flags: '--retry-after-seconds <n>', description: 'Retry-After of status 429 and 503 (default: 1)' },
    { flags: '--embedding-dimensions <n>', description: 'Length of embeddings (default: 256)' },
    { flags: '--list', description: 'List the models and what each does, and stop' },
  ],
  shownKeys: [],
  examples: [
    'narae mock-llm --first-token-ms 300 --token-ms 20',
    'OPENAI_BASE_URL=http://127.0.0.1:4010/v1 OPENAI_API_KEY=any narae serve ./docs --llm-model mock',
    'narae mock-llm --list',
  ],
  run: async (context, input) => {
    const lab = await import('../../lab/index.js');
    if (input.list === true) return listModels(context.terminal, lab.FAULTS);
    return serveMock(context, await lab.startMockLlm(readOptions(input)));
  },
};

function readOptions(input: CommandInput): MockLlmOptions {
  const own = new OwnInput('mock-llm', input);
  const hour = { min: 0, max: 3_600_000 };
  const options = {
    host: own.text('host'),
    port: own.number('port', { min: 0, max: 65_535 }) ?? DEFAULT_PORT,
    firstTokenMs: own.number('firstTokenMs', hour),
    tokenMs: own.number('tokenMs', hour),
    tokens: own.number('tokens', { min: 0, max: 100_000 }),
    retryAfterSeconds: own.number('retryAfterSeconds', { min: 0, max: 86_400 }),
    embeddingDimensions: own.number('embeddingDimensions', { min: 1, max: 8192 }),
  };
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}

function listModels(terminal: Terminal, faults: Readonly<Record<string, { description: string }>>): ExitCode {
  const width = Math.max(...Object.keys(faults).map((name) => name.length));
  for (const [name, { description }] of Object.entries(faults))
    terminal.out(`${terminal.style('bold', name.padEnd(width))}  ${description}\n`);
  return OK;
}

async function serveMock({ terminal, interrupted }: CommandContext, mock: MockLlm): Promise<ExitCode> {
  terminal.out(`${mock.url}\n`);
  terminal.note(`OpenAI clients: ${mock.url}/v1 · Anthropic clients: ${mock.url} · any API key`);
  terminal.note(`Counts: ${mock.url}/mock/stats · models: narae mock-llm --list`);
  await untilAborted(interrupted);
  const { calls, disconnects } = mock.stats();
  await mock.close();
  terminal.note(`Stopped after ${plural(calls, 'call')}; ${plural(disconnects, 'client')} left early.`);
  return OK;
}
